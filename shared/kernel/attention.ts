import type { Attention, AttentionSpec, Pooled } from './contract.ts';
import { Lease } from './lease.ts';
import { exp, sigmoid } from './math.ts';
import { scaleOf } from './scale.ts';

/** Rows remembered: a session has fifty; the oldest are forgotten beyond it. */
const MOST_REMEMBERED = 512;

/** A row's direction and what it says as a key: both depend on the row alone, so they are computed once. */
interface Remembered {
  readonly unit: Float64Array;
  readonly key: Float64Array;
}

/** The same code in every build: a session is too short for vectors to matter, and equality comes for nothing. */
export function createAttention(spec: AttentionSpec): Attention {
  const { dims } = spec.embeddings;
  const lease = new Lease('attention');
  const memory = new Map<number, Remembered | undefined>();
  const recall = (row: number): Remembered | undefined => {
    if (memory.has(row)) return memory.get(row);
    if (memory.size >= MOST_REMEMBERED) memory.delete(memory.keys().next().value!);
    const unit = unitOf(spec, row);
    const known = unit && { unit, key: times(unit, spec.keyWeights, new Float64Array(spec.hidden)) };
    memory.set(row, known);
    return known;
  };
  return {
    dims,
    pool: (rows) => {
      lease.demand();
      const known = Array.from(rows, recall);
      return attend(spec, known);
    },
    free: () => {
      if (lease.end()) memory.clear();
    },
  };
}

function unitOf({ embeddings }: AttentionSpec, row: number): Float64Array | undefined {
  const { dims, rows } = embeddings;
  const scale = scaleOf(embeddings, row);
  let squares = 0;
  for (let d = 0; d < dims; d++) squares += rows[row * dims + d]! * rows[row * dims + d]!;
  // A scale of 0 or NaN says as little as a row of zeros; its sign is a part of the direction.
  if (squares === 0 || !(Math.abs(scale) > 0)) return undefined;
  const length = Math.sqrt(squares) * Math.sign(scale);
  return Float64Array.from({ length: dims }, (_, d) => rows[row * dims + d]! / length);
}

/** Adds x W to `sums`, inputs in order. */
function times(x: Float64Array, weights: Float32Array, sums: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++)
    for (let h = 0; h < sums.length; h++) sums[h] = sums[h]! + x[i]! * weights[i * sums.length + h]!;
  return sums;
}

/** Rows without a vector have no weight, and the last that has one asks. */
function attend(spec: AttentionSpec, known: readonly (Remembered | undefined)[]): Pooled | undefined {
  const last = known.findLast((one) => one !== undefined);
  if (last === undefined) return undefined;
  const asked = times(last.unit, spec.queryWeights, Float64Array.from(spec.bias));
  const weights = softmax(
    known.map((one, at) => (one ? logit(spec, asked, [one, known.length - 1 - at]) : undefined)),
  );
  const sum = new Float64Array(spec.embeddings.dims);
  for (const [at, one] of known.entries())
    if (one) for (let d = 0; d < sum.length; d++) sum[d] = sum[d]! + weights[at]! * one.unit[d]!;
  let squares = 0;
  for (const value of sum) squares += value * value;
  if (squares === 0) return undefined;
  const length = Math.sqrt(squares);
  return { query: Float32Array.from(sum, (value) => value / length), weights };
}

function logit(
  { values, positions }: AttentionSpec,
  asked: Float64Array,
  [{ key }, ago]: readonly [Remembered, number],
): number {
  let sum = positions[Math.min(ago, positions.length - 1)]!;
  for (let h = 0; h < key.length; h++) sum += values[h]! * sigmoid(asked[h]! + key[h]!);
  return sum;
}

function softmax(logits: readonly (number | undefined)[]): Float32Array {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of logits) if (value !== undefined && value > most) most = value;
  const powers = logits.map((value) => (value === undefined ? 0 : exp(value - most)));
  let sum = 0;
  for (const power of powers) sum += power;
  return Float32Array.from(powers, (power) => power / sum);
}
