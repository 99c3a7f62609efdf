import type { DenseRows } from '../dense.ts';

/** A table as an earlier release has it: integers times a scale a row. */
export interface RoundedRows {
  readonly dims: number;
  readonly rows: Int8Array;
  readonly scales: Float32Array;
}

export interface Kept {
  readonly rows: DenseRows;
  /** by row, 1 where the old one stayed */
  readonly kept: Uint8Array;
}

/**
 * Old rows stay where the change is below what rounding may do to any row: |new - old| <= step/2 * sqrt(dims), the furthest that
 * a vector may lie from its own rounded row. Then the old integers stand for the new vector as well as new ones are bound to, and
 * a release that encodes such a row with as many bits writes the same bytes.
 * @param now unit rows, turned into the old space @param rowOf by row, the old table's row; -1: it has none
 */
export function keepUnchanged(now: DenseRows, old: RoundedRows, rowOf: Int32Array): Kept {
  const { items, dims } = now;
  const values = now.values.slice();
  const kept = new Uint8Array(items);
  for (let i = 0; i < items; i++) {
    const row = rowOf[i]!;
    if (row < 0) continue;
    const step = old.scales[row]!;
    let square = 0;
    for (let d = 0; d < dims; d++) square += (values[i * dims + d]! - old.rows[row * dims + d]! * step) ** 2;
    if (square > (step * step * dims) / 4) continue;
    kept[i] = 1;
    for (let d = 0; d < dims; d++) values[i * dims + d] = old.rows[row * dims + d]! * step;
  }
  return { rows: { items, dims, values }, kept };
}
