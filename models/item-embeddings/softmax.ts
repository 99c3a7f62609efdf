import type { Arithmetic } from '../arithmetic.ts';

export interface SampledBatch {
  /** unit rows, `positions x dims` */
  readonly queries: Float32Array;
  /** unit rows, `choices x dims` */
  readonly choices: Float32Array;
  /** index into `choices` of each position's target */
  readonly target: Uint32Array;
  /** weight of each position; they sum to 1 */
  readonly weight: Float32Array;
  readonly dims: number;
  readonly scale: number;
  readonly smoothing: number;
}

export interface SampledSlopes {
  readonly queries: Float32Array;
  readonly choices: Float32Array;
  /** of ln(scale) */
  readonly logScale: number;
}

/**
 * Slopes of the weighted softmax cross-entropy with label smoothing over shared choices. The big matrix (positions x
 * choices) never leaves the host's memory, and nothing of its size is transposed: slopes of the choices come as
 * queries' x probabilities, which transposes only the small side.
 */
export function sampledSoftmaxSlopes(a: Arithmetic, batch: SampledBatch): SampledSlopes {
  const { queries, choices, dims, scale, weight } = batch;
  const positions = batch.target.length;
  const count = choices.length / dims;
  const scaled = queries.map((value) => value * scale);
  const weighted = queries.map((value, i) => value * weight[Math.floor(i / dims)]!);
  const { pulled, pushed } = a.scope(() => {
    const table = a.matrix(choices, count, dims);
    const chosen = a.softmax(a.multiply(a.matrix(scaled, positions, dims), a.transpose(table)));
    return {
      pulled: a.read(a.multiply(chosen, table)),
      pushed: a.read(a.transpose(a.multiply(a.transpose(a.matrix(weighted, positions, dims)), chosen))),
    };
  });
  return subtractLabels(batch, { pulled, pushed, weighted });
}

interface Expected {
  /** positions x dims: the mean choice under the model */
  readonly pulled: Float32Array;
  /** choices x dims: the weighted queries that the model sends to each choice */
  readonly pushed: Float32Array;
  readonly weighted: Float32Array;
}

/** Takes away what the labels expect: (1 - smoothing) on the target, smoothing spread over all choices. */
function subtractLabels(batch: SampledBatch, { pulled, pushed, weighted }: Expected): SampledSlopes {
  const { queries, choices, dims, scale, smoothing, target, weight } = batch;
  const count = choices.length / dims;
  const meanChoice = new Float64Array(dims);
  const querySum = new Float64Array(dims);
  for (let i = 0; i < choices.length; i++) meanChoice[i % dims]! += choices[i]! / count;
  for (let i = 0; i < weighted.length; i++) querySum[i % dims]! += weighted[i]!;
  const slopeOfQueries = new Float32Array(queries.length);
  const slopeOfChoices = pushed.map((v, i) => (v - (smoothing / count) * querySum[i % dims]!) * scale);
  let logScale = 0;
  for (let p = 0; p < target.length; p++) {
    const to = target[p]! * dims;
    for (let d = 0; d < dims; d++) {
      const label = (1 - smoothing) * choices[to + d]! + smoothing * meanChoice[d]!;
      const slope = (pulled[p * dims + d]! - label) * weight[p]! * scale;
      slopeOfQueries[p * dims + d] = slope;
      slopeOfChoices[to + d]! -= (1 - smoothing) * weighted[p * dims + d]! * scale;
      logScale += slope * queries[p * dims + d]!;
    }
  }
  return { queries: slopeOfQueries, choices: slopeOfChoices, logScale };
}
