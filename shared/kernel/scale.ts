import type { EmbeddingTable } from '../bundle/contract.ts';

export const itemsOf = ({ rows, dims }: EmbeddingTable): number => rows.length / dims;

/** A row's scale; where rows have length one it is reckoned, and the table's own, of all rows, need not be. */
export const scaleOf = (table: EmbeddingTable, row: number): number =>
  table.unit ? unitScale(table, row) : table.scales[row]!;

/** 1 / |k|, rounded to float32: the squares sum to an exact integer, so the result has the same bits everywhere. */
export function unitScale({ rows, dims }: Pick<EmbeddingTable, 'rows' | 'dims'>, row: number): number {
  let square = 0;
  for (let at = row * dims, end = at + dims; at < end; at++) {
    // Small integers all the way: at most 1024 times 2^14.
    const k = rows[at]! | 0;
    square = (square + k * k) | 0;
  }
  return square === 0 ? 0 : Math.fround(1 / Math.sqrt(square));
}
