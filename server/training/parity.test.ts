import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../../models/arithmetic.ts';
import type { Positions } from '../../models/item-embeddings/examples.ts';
import { pool } from '../../models/item-embeddings/pool.ts';
import { createRandom } from '../../models/random.ts';
import { createLayers, logits } from '../../models/ranker/network.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import { FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { loadRanker } from '../../shared/engine/ranker.ts';
import { pool as poolOnDevice } from '../../shared/engine/retrieval/pool.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { encodeFunnel } from './encode.ts';

const random = createRandom(9);

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
};

/** Two places compute a forward pass: training's graph and the device's kernel. These hold them together. */
describe('what is trained is what is served', () => {
  it('the ranker, packed to int8 and run by the kernel, orders as the trained network does', () => {
    const width = FEATURES.length;
    const layers = createLayers([width, 64, 32, 1], random);
    const means = new Float32Array(width);
    const deviations = new Float32Array(width).fill(1);
    const ranker = { layers, means, deviations, schema: FEATURE_SCHEMA };
    const { bytes } = encodeFunnel(DEFAULT_SETTINGS, ranker);
    const settings = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
    const served = loadRanker(decodeWeights(bytes), settings, loadKernel())!;
    const features = Float32Array.from({ length: 200 * width }, () => random.normal());
    const trained = logits(plainArithmetic, layers, features);
    expect(correlation(served.network.run(features, 200), trained)).toBeGreaterThan(0.999);
  });

  it('a shopper pooled on the device points where training pooled them', () => {
    const dims = 64;
    const items = 5;
    const rows = Int8Array.from({ length: items * dims }, () => Math.round(random.normal() * 40));
    const scales = Float32Array.from({ length: items }, () => 0.001 + random.next() * 0.01);
    const values = Float32Array.from(rows, (value, at) => value * scales[Math.floor(at / dims)]!);
    const anchors = Uint32Array.of(3, 0, 4);
    const powers = Float64Array.of(1, 0.7, 0.49);
    const device = poolOnDevice({ dims, rows, scales }, anchors, powers)!;
    const positions: Positions = {
      count: 1,
      offsets: Uint32Array.of(0, 3),
      anchors,
      target: Uint32Array.of(1),
      weight: Float32Array.of(1),
    };
    const rowOf = Int32Array.from({ length: items }, (_, at) => at);
    const { queries } = pool(positions, values, { rowOf, dims, powers });
    let cosine = 0;
    for (let d = 0; d < dims; d++) cosine += (queries[d]! * device.vector[d]!) / device.length;
    expect(cosine).toBeGreaterThan(0.999);
  });
});
