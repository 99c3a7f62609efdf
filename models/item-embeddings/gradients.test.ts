import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { learnable, positionsOf } from './examples.ts';
import { pool, poolBackward } from './pool.ts';
import { type SampledBatch, sampledSoftmaxSlopes } from './softmax.ts';

const DIMS = 4;

/** The loss itself, straight from its definition, in double precision. */
function loss({ queries, choices, target, weight, scale, smoothing }: SampledBatch): number {
  const count = choices.length / DIMS;
  let sum = 0;
  for (let p = 0; p < target.length; p++) {
    const logits = Array.from({ length: count }, (_, c) => {
      let dot = 0;
      for (let d = 0; d < DIMS; d++) dot += queries[p * DIMS + d]! * choices[c * DIMS + d]!;
      return dot * scale;
    });
    const total = Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0));
    logits.forEach((logit, c) => {
      const label = smoothing / count + (c === target[p] ? 1 - smoothing : 0);
      sum -= weight[p]! * label * (logit - total);
    });
  }
  return sum;
}

const filled = (length: number, seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal() * 0.4);
};

const batch: SampledBatch = {
  queries: filled(3 * DIMS, 1),
  choices: filled(5 * DIMS, 2),
  target: Uint32Array.of(4, 0, 0),
  weight: Float32Array.of(0.5, 0.2, 0.3),
  dims: DIMS,
  scale: 3,
  smoothing: 0.1,
};

function numeric(of: (at: number, step: number) => number, length: number): number[] {
  return Array.from({ length }, (_, at) => (of(at, 1e-3) - of(at, -1e-3)) / 2e-3);
}

const nudged = (values: Float32Array, at: number, step: number): Float32Array => {
  const copy = values.slice();
  copy[at]! += step;
  return copy;
};

const expectNear = (found: ArrayLike<number>, expected: readonly number[]): void => {
  expected.forEach((value, at) => {
    expect(found[at]!).toBeCloseTo(value, 3);
  });
};

describe('slopes of the embeddings', () => {
  it('are those of the sampled softmax with smoothed labels', () => {
    const slopes = sampledSoftmaxSlopes(plainArithmetic, batch);
    const ofQueries = numeric((at, s) => loss({ ...batch, queries: nudged(batch.queries, at, s) }), 3 * DIMS);
    const ofChoices = numeric((at, s) => loss({ ...batch, choices: nudged(batch.choices, at, s) }), 5 * DIMS);
    expectNear(slopes.queries, ofQueries);
    expectNear(slopes.choices, ofChoices);
    const [ofScale] = numeric((_, s) => loss({ ...batch, scale: batch.scale * Math.exp(s) }), 1);
    expect(slopes.logScale).toBeCloseTo(ofScale!, 3);
  });

  it('go back through pooling and its normalisation', () => {
    const data = histories(3, [[0, 1, 2, 0]]);
    const windows = { pooled: 3, recency: 0, repeats: true };
    const positions = positionsOf(data, learnable(data), windows);
    const rows = filled(3 * DIMS, 3);
    const at = { rowOf: Int32Array.of(0, 1, 2), dims: DIMS, powers: Float64Array.of(1, 0.7, 0.49) };
    const towards = filled(positions.count * DIMS, 4);
    const value = (from: Float32Array): number =>
      pool(positions, from, at).queries.reduce((sum, query, i) => sum + query * towards[i]!, 0);
    const slopes = new Float32Array(rows.length);
    poolBackward(positions, pool(positions, rows, at), towards.slice(), { ...at, rows: slopes });
    expectNear(
      slopes,
      numeric((i, step) => value(nudged(rows, i, step)), rows.length),
    );
  });
});

describe('positions', () => {
  it('hold the distinct items before each target, newest first, as the funnel does', () => {
    const data = histories(4, [[0, 1, 0, 3]]);
    const found = positionsOf(data, Uint32Array.of(0), { pooled: 9, recency: 0, repeats: false });
    expect([...found.target]).toEqual([1, 3]);
    expect([...found.anchors.subarray(found.offsets[1], found.offsets[2])]).toEqual([0, 1]);
  });
});
