import type { Positions } from './examples.ts';

/** Pooled and normalised queries with what the way back needs. */
export interface Pooled {
  /** unit rows, `positions x dims` */
  readonly queries: Float32Array;
  /** 1 / length of each row before it was normalised */
  readonly shrink: Float32Array;
}

/**
 * Sum of decay^age times each anchor's row, scaled to length 1: the funnel's query, in float.
 * @param rowOf row of `rows` that holds an item's vector
 */
export function pool(
  positions: Positions,
  rows: Float32Array,
  { rowOf, dims, powers }: { rowOf: Int32Array; dims: number; powers: Float64Array },
): Pooled {
  const queries = new Float32Array(positions.count * dims);
  const shrink = new Float32Array(positions.count);
  for (let p = 0; p < positions.count; p++) {
    const out = p * dims;
    for (let e = positions.offsets[p]!, age = 0; e < positions.offsets[p + 1]!; e++, age++) {
      const from = rowOf[positions.anchors[e]!]! * dims;
      const weight = powers[age]!;
      for (let d = 0; d < dims; d++) queries[out + d]! += weight * rows[from + d]!;
    }
    let square = 1e-12;
    for (let d = 0; d < dims; d++) square += queries[out + d]! ** 2;
    shrink[p] = 1 / Math.sqrt(square);
    for (let d = 0; d < dims; d++) queries[out + d]! *= shrink[p]!;
  }
  return { queries, shrink };
}

/** Slopes of the pooled rows from slopes of the queries (which it overwrites). */
export function poolBackward(
  positions: Positions,
  { queries, shrink }: Pooled,
  slope: Float32Array,
  into: { rows: Float32Array; rowOf: Int32Array; dims: number; powers: Float64Array },
): void {
  const { rows, rowOf, dims, powers } = into;
  for (let p = 0; p < positions.count; p++) {
    throughNormalisation(queries, slope, { at: p * dims, dims, shrink: shrink[p]! });
    for (let e = positions.offsets[p]!, age = 0; e < positions.offsets[p + 1]!; e++, age++) {
      const to = rowOf[positions.anchors[e]!]! * dims;
      const weight = powers[age]!;
      for (let d = 0; d < dims; d++) rows[to + d]! += weight * slope[p * dims + d]!;
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
