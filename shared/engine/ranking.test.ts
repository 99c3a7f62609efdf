import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import { FEATURES } from './features.ts';
import { randomRanker } from './golden.case.ts';
import { standardise } from './ranking.ts';
import { seededDraw } from './reranking/draw.ts';

const WIDTH = FEATURES.length;
const ROWS = 9;

describe('z-scores', () => {
  const draw = seededDraw(31);
  /** Far and near, with features that are the same for all rows where the network believes it. */
  const features = Float32Array.from(
    { length: ROWS * WIDTH },
    () => (draw() - 0.5) * (draw() < 0.1 ? 1e4 : 5),
  );
  FEATURES.forEach((feature, f) => {
    if ('whole' in feature) for (let r = 1; r < ROWS; r++) features[r * WIDTH + f] = features[f]!;
  });

  test.each(['simd', 'js'] as const)(
    'are for training what they are for the network of the %s build',
    (build) => {
      const kernel = loadKernel({ build });
      const { network, means, deviations } = randomRanker(kernel, seededDraw(5));
      const neutral = {
        means: new Float32Array(WIDTH),
        deviations: new Float32Array(WIDTH).fill(1),
      };
      const raw = network.run(features, ROWS).slice();
      const scored = standardise(features.slice(), { means, deviations }, ROWS);
      expect(scored.every((z) => Math.abs(z) <= 10)).toBe(true);
      expect(scored.some((z) => Math.abs(z) === 10)).toBe(true);
      expect(standardise(scored.slice(), neutral, ROWS)).toEqual(scored);
      // The same weights without a standard of their own: means 0 and deviations 1 leave z-scores as they are.
      const plain = randomRanker(kernel, seededDraw(5), neutral).network;
      expect(plain.run(scored, ROWS)).toEqual(raw);
    },
  );

  test('of a feature that never varied count for nothing', () => {
    const deviations = new Float32Array(WIDTH).fill(2);
    deviations[3] = 0;
    const scored = standardise(features.slice(), { means: new Float32Array(WIDTH), deviations }, ROWS);
    for (let r = 0; r < ROWS; r++) expect(Math.abs(scored[r * WIDTH + 3]!)).toBe(0);
  });
});
