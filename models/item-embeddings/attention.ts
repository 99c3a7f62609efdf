import type { Arithmetic } from '../arithmetic.ts';
import type { Random } from '../random.ts';
import type { Positions } from './examples.ts';

/**
 * The session encoder: attention over a shopper's last items, asked by the very last (the pooling of Liu et al. 2018,
 * "STAMP", on item vectors that are not transformed). With unit rows e:
 * a_j = sum_h values_h sigmoid(e_last Wq + bias + e_j Wk)_h + positions[steps ago]; query = normalise(sum softmax(a)_j e_j).
 * `shared/kernel` computes the same at serving.
 */
export interface AttentionWeights {
  readonly dims: number;
  readonly hidden: number;
  /** row-major `[dims][hidden]` */
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly bias: Float32Array;
  readonly values: Float32Array;
  /** by steps ago */
  readonly positions: Float32Array;
}
export const ATTENTION_PARTS = ['query', 'key', 'bias', 'values', 'positions'] as const;
export type AttentionSlopes = Readonly<Record<(typeof ATTENTION_PARTS)[number], Float32Array>>;

/** Steps from which on the starting weight falls no more. */
const FALLING = 10;

/** Starts next to a plain decayed mean: age a weighs decay^a. */
export function createAttention(
  { dims, hidden, pooled, decay }: { dims: number; hidden: number; pooled: number; decay: number },
  random: Random,
): AttentionWeights {
  const even = (length: number): Float32Array =>
    Float32Array.from({ length }, () => (2 * random.next() - 1) / Math.sqrt(dims));
  return {
    dims,
    hidden,
    query: even(dims * hidden),
    key: even(dims * hidden),
    bias: even(hidden),
    values: Float32Array.from({ length: hidden }, () => random.normal() * 0.1),
    positions: Float32Array.from({ length: pooled }, (_, ago) => Math.log(decay) * Math.min(ago, FALLING)),
  };
}

/** Distinct rows of a step: row `rowOf[item]` of `rows` belongs to an item. */
export interface StepRows {
  readonly rows: Float32Array;
  readonly rowOf: Int32Array;
}

/** Queries and what the way back needs. */
export interface Attended {
  /** unit rows, `positions x dims` */
  readonly queries: Float32Array;
  /** 1 / length of each row before it was normalised */
  readonly shrink: Float32Array;
  /** softmax weight of each anchor */
  readonly alpha: Float32Array;
  /** `anchors x hidden`: how far each unit is open */
  readonly open: Float64Array;
  /** `rows x hidden`: what each row asks and answers */
  readonly asks: Float32Array;
  readonly keys: Float32Array;
}

export function attend(
  a: Arithmetic,
  positions: Positions,
  weights: AttentionWeights,
  at: StepRows,
): Attended {
  const { dims, hidden } = weights;
  const count = at.rows.length / dims;
  const { asks, keys } = a.scope(() => {
    const x = a.matrix(at.rows, count, dims);
    return {
      asks: a.read(
        a.add(a.multiply(x, a.matrix(weights.query, dims, hidden)), a.matrix(weights.bias, 1, hidden)),
      ),
      keys: a.read(a.multiply(x, a.matrix(weights.key, dims, hidden))),
    };
  });
  const queries = new Float32Array(positions.count * dims);
  const shrink = new Float32Array(positions.count);
  const alpha = new Float32Array(positions.anchors.length);
  const open = new Float64Array(positions.anchors.length * hidden);
  for (let p = 0; p < positions.count; p++) {
    weigh(positions, { p, asks, keys, alpha, open }, weights, at);
    const out = p * dims;
    for (let e = positions.offsets[p]!; e < positions.offsets[p + 1]!; e++) {
      const from = at.rowOf[positions.anchors[e]!]! * dims;
      for (let d = 0; d < dims; d++) queries[out + d]! += alpha[e]! * at.rows[from + d]!;
    }
    let square = 1e-12;
    for (let d = 0; d < dims; d++) square += queries[out + d]! ** 2;
    shrink[p] = 1 / Math.sqrt(square);
    for (let d = 0; d < dims; d++) queries[out + d]! *= shrink[p]!;
  }
  return { queries, shrink, alpha, open, asks, keys };
}

interface Weighing extends Pick<Attended, 'asks' | 'keys' | 'alpha' | 'open'> {
  readonly p: number;
}

/** Softmax weights of one position's anchors. */
function weigh(
  { anchors, offsets }: Positions,
  { p, asks, keys, alpha, open }: Weighing,
  { hidden, values, positions }: AttentionWeights,
  { rowOf }: StepRows,
): void {
  const first = offsets[p]!;
  const end = offsets[p + 1]!;
  const asked = rowOf[anchors[first]!]! * hidden;
  let most = Number.NEGATIVE_INFINITY;
  for (let e = first; e < end; e++) {
    const key = rowOf[anchors[e]!]! * hidden;
    let sum = positions[Math.min(e - first, positions.length - 1)]!;
    for (let h = 0; h < hidden; h++) {
      const closing = 1 + Math.exp(-asks[asked + h]! - keys[key + h]!);
      open[e * hidden + h] = 1 / closing;
      sum += values[h]! / closing;
    }
    alpha[e] = sum;
    most = Math.max(most, sum);
  }
  let total = 0;
  for (let e = first; e < end; e++) {
    alpha[e] = Math.exp(alpha[e]! - most);
    total += alpha[e]!;
  }
  for (let e = first; e < end; e++) alpha[e] = alpha[e]! / total;
}

/**
 * Slopes of the rows (into `slopes`, by the same row numbers) and of the encoder's own weights.
 * @param slope of the queries; overwritten
 */
export function attendBackward(
  a: Arithmetic,
  positions: Positions,
  weights: AttentionWeights,
  way: { at: StepRows; attended: Attended; slope: Float32Array; slopes: Float32Array },
): AttentionSlopes {
  const { dims, hidden } = weights;
  const { at, attended, slope, slopes } = way;
  const count = at.rows.length / dims;
  const own = {
    asks: new Float32Array(count * hidden),
    keys: new Float32Array(count * hidden),
    values: new Float32Array(hidden),
    positions: new Float32Array(weights.positions.length),
  };
  for (let p = 0; p < positions.count; p++) {
    throughNormalisation(attended.queries, slope, { at: p * dims, dims, shrink: attended.shrink[p]! });
    const ofAlpha = throughSum(positions, p, way, dims);
    throughWeights(positions, { p, ofAlpha, own }, weights, way);
  }
  return a.scope(() => {
    const turned = a.transpose(a.matrix(at.rows, count, dims));
    const asks = a.matrix(own.asks, count, hidden);
    const keys = a.matrix(own.keys, count, hidden);
    const back = a.add(
      a.multiply(asks, a.transpose(a.matrix(weights.query, dims, hidden))),
      a.multiply(keys, a.transpose(a.matrix(weights.key, dims, hidden))),
    );
    const toRows = a.read(back);
    for (let i = 0; i < slopes.length; i++) slopes[i]! += toRows[i]!;
    const ones = a.matrix(new Float32Array(count).fill(1), 1, count);
    return {
      query: a.read(a.multiply(turned, asks)),
      key: a.read(a.multiply(turned, keys)),
      bias: a.read(a.multiply(ones, asks)),
      values: own.values,
      positions: own.positions,
    };
  });
}

/** Through sum(alpha e): adds to the rows' slopes. @returns the slope of each anchor's alpha */
function throughSum(
  { anchors, offsets }: Positions,
  p: number,
  {
    at,
    attended,
    slope,
    slopes,
  }: { at: StepRows; attended: Attended; slope: Float32Array; slopes: Float32Array },
  dims: number,
): Float64Array {
  const first = offsets[p]!;
  const ofAlpha = new Float64Array(offsets[p + 1]! - first);
  for (let e = first; e < offsets[p + 1]!; e++) {
    const row = at.rowOf[anchors[e]!]! * dims;
    let sum = 0;
    for (let d = 0; d < dims; d++) {
      const value = slope[p * dims + d]!;
      sum += value * at.rows[row + d]!;
      slopes[row + d]! += attended.alpha[e]! * value;
    }
    ofAlpha[e - first] = sum;
  }
  return ofAlpha;
}

interface OwnSlopes {
  readonly asks: Float32Array;
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly positions: Float32Array;
}

/** Through the softmax and the sigmoids. */
function throughWeights(
  { anchors, offsets }: Positions,
  { p, ofAlpha, own }: { p: number; ofAlpha: Float64Array; own: OwnSlopes },
  { hidden, values, positions }: AttentionWeights,
  { at: { rowOf }, attended: { alpha, open } }: { at: StepRows; attended: Attended },
): void {
  const first = offsets[p]!;
  const end = offsets[p + 1]!;
  let mean = 0;
  for (let e = first; e < end; e++) mean += alpha[e]! * ofAlpha[e - first]!;
  const asked = rowOf[anchors[first]!]! * hidden;
  for (let e = first; e < end; e++) {
    const slope = alpha[e]! * (ofAlpha[e - first]! - mean);
    if (slope === 0) continue;
    const key = rowOf[anchors[e]!]! * hidden;
    own.positions[Math.min(e - first, positions.length - 1)]! += slope;
    for (let h = 0; h < hidden; h++) {
      const opened = open[e * hidden + h]!;
      own.values[h]! += slope * opened;
      const inner = slope * values[h]! * opened * (1 - opened);
      own.asks[asked + h]! += inner;
      own.keys[key + h]! += inner;
    }
  }
}

/** d/dx of x/|x|: what is left of the slope after its part along the unit row is taken away, over |x|. In place. */
export function throughNormalisation(
  unit: Float32Array,
  slope: Float32Array,
  { at, dims, shrink }: { at: number; dims: number; shrink: number },
): void {
  let along = 0;
  for (let d = 0; d < dims; d++) along += unit[at + d]! * slope[at + d]!;
  for (let d = 0; d < dims; d++) slope[at + d] = (slope[at + d]! - along * unit[at + d]!) * shrink;
}
