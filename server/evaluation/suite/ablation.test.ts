import { describe, expect, it } from 'vitest';
import type { Ranker } from '../../../shared/engine/contract.ts';
import { FEATURES } from '../../../shared/engine/features.ts';
import { ablated, neutralised } from './ablation.ts';

const WIDTH = FEATURES.length;
const AVERAGE = -3;
const at = (name: string): number => FEATURES.findIndex((feature) => feature.name === name);

/** Answers with what it read of one feature. */
const reading = (feature: number): Ranker => ({
  schema: 'test',
  kind: 'small',
  means: new Float32Array(WIDTH).fill(AVERAGE),
  deviations: new Float32Array(WIDTH).fill(1),
  network: {
    inputs: WIDTH,
    outputs: 1,
    input: (rows) => new Float32Array(rows * WIDTH),
    run: (x, rows) => Float32Array.from({ length: rows }, (_, row) => x[row * WIDTH + feature]!),
    runColumns: (x, rows) => x.slice(feature * rows, (feature + 1) * rows),
    free: () => {},
  },
});

/** What a ranker reads of a feature that is 7 and 8, by rows and by columns, while some are at their means. */
function read(feature: string, without: readonly string[]): number[][] {
  const { network } = neutralised(reading(at(feature)), new Set(without));
  const byRows = new Float32Array(2 * WIDTH);
  const byColumns = new Float32Array(2 * WIDTH);
  [7, 8].forEach((value, row) => {
    byRows[row * WIDTH + at(feature)] = value;
    byColumns[at(feature) * 2 + row] = value;
  });
  return [[...network.run(byRows, 2)], [...network.runColumns(byColumns, 2)]];
}

describe('a feature at its mean', () => {
  it('is the mean in every row, and others are what they were', () => {
    expect(read('session-length', ['session-length', 'seeds'])).toEqual([
      [AVERAGE, AVERAGE],
      [AVERAGE, AVERAGE],
    ]);
    expect(read('session-depth', ['session-length', 'seeds'])).toEqual([
      [7, 8],
      [7, 8],
    ]);
  });
});

describe('the groups of an ablation', () => {
  it('hold every feature but the gate between two networks: shut to both, neither would answer', () => {
    const held = new Set(ablated().flatMap(({ features }) => [...features]));
    const left = FEATURES.map(({ name }) => name).filter((name) => !held.has(name));
    expect(left).toEqual(['session-arrival']);
  });
});
