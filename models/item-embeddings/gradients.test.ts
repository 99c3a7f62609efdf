import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { ATTENTION_PARTS, type AttentionWeights, attend, attendBackward } from './attention.ts';
import { learnable, positionsOf } from './examples.ts';
import { plainSampledSoftmax, type SampledBatch } from './softmax.ts';

const DIMS = 4;

/** The loss itself, straight from its definition, in double precision. */
function loss({ queries, choices, target, weight, scale, smoothing, bias }: SampledBatch): number {
  const count = choices.length / DIMS;
  let sum = 0;
  for (let p = 0; p < target.length; p++) {
    const logits = Array.from({ length: count }, (_, c) => {
      let dot = 0;
      for (let d = 0; d < DIMS; d++) dot += queries[p * DIMS + d]! * choices[c * DIMS + d]!;
      return dot * scale + (c === target[p] ? 0 : bias![c]!);
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
  bias: Float32Array.of(0.5, -1, 2, 0, 1),
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
    const slopes = plainSampledSoftmax(batch);
    const ofQueries = numeric((at, s) => loss({ ...batch, queries: nudged(batch.queries, at, s) }), 3 * DIMS);
    const ofChoices = numeric((at, s) => loss({ ...batch, choices: nudged(batch.choices, at, s) }), 5 * DIMS);
    expectNear(slopes.queries, ofQueries);
    expectNear(slopes.choices, ofChoices);
    const [ofScale] = numeric((_, s) => loss({ ...batch, scale: batch.scale * Math.exp(s) }), 1);
    expect(slopes.logScale).toBeCloseTo(ofScale!, 3);
  });

  it('go back through attention, its own weights and the normalisation', () => {
    const data = histories(3, [[0, 1, 2, 0]]);
    const positions = positionsOf(data, learnable(data), { pooled: 3, recency: 0, repeats: true });
    const hidden = 5;
    const weights: AttentionWeights = {
      dims: DIMS,
      hidden,
      query: filled(DIMS * hidden, 5),
      key: filled(DIMS * hidden, 6),
      bias: filled(hidden, 7),
      values: filled(hidden, 8),
      positions: filled(2, 9),
    };
    const rows = filled(3 * DIMS, 3);
    const rowOf = Int32Array.of(0, 1, 2);
    const towards = filled(positions.count * DIMS, 4);
    const value = (from: Float32Array, own: AttentionWeights): number =>
      attend(plainArithmetic, positions, own, { rows: from, rowOf }).queries.reduce(
        (sum, query, i) => sum + query * towards[i]!,
        0,
      );
    const at = { rows, rowOf };
    const attended = attend(plainArithmetic, positions, weights, at);
    const slopes = new Float32Array(rows.length);
    const way = { at, attended, slope: towards.slice(), slopes };
    const own = attendBackward(plainArithmetic, positions, weights, way);
    expectNear(
      slopes,
      numeric((i, step) => value(nudged(rows, i, step), weights), rows.length),
    );
    for (const part of ATTENTION_PARTS)
      expectNear(
        own[part],
        numeric(
          (i, step) => value(rows, { ...weights, [part]: nudged(weights[part], i, step) }),
          weights[part].length,
        ),
      );
  });
});

describe('positions', () => {
  it('hold the touches before each target, newest first, repeats and all', () => {
    const data = histories(4, [[0, 1, 0, 3]]);
    const found = positionsOf(data, Uint32Array.of(0), { pooled: 9, recency: 0, repeats: false });
    expect([...found.target]).toEqual([1, 3]);
    expect([...found.anchors.subarray(found.offsets[1], found.offsets[2])]).toEqual([0, 1, 0]);
  });
});
