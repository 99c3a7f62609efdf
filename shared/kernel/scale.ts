import type { EmbeddingTable } from '../bundle/contract.ts';

export const itemsOf = ({ rows, dims }: EmbeddingTable): number => rows.length / dims;

/** A row's scale; where rows have length one it is reckoned, and the table's own, of all rows, need not be. */
export const scaleOf = (table: EmbeddingTable, row: number): number =>
  table.unit ? unitScale(table, row) : table.scales[row]!;

/** 1 / |k|, rounded to float32: the squares sum to an exact integer, so the result has the same bits everywhere. */
export function unitScale({ rows, dims }: Pick<EmbeddingTable, 'rows' | 'dims'>, row: number): number {
  // Small integers all the way: at most 1024 times 2^14.
  let square = 0;
  let at = row * dims;
  for (const end = at + dims - (dims % 4); at < end; at += 4) {
    const a = rows[at]! | 0;
    const b = rows[at + 1]! | 0;
    const c = rows[at + 2]! | 0;
    const d = rows[at + 3]! | 0;
    square = (square + a * a + b * b + c * c + d * d) | 0;
  }
  for (const end = (row + 1) * dims; at < end; at++) square = (square + rows[at]! * rows[at]!) | 0;
  return square === 0 ? 0 : Math.fround(1 / Math.sqrt(square));
}
