import type { Shard, TokenTable } from '../bundle/contract.ts';

/** What the funnel derives once from the items' tokens, and the memory in which it weighs a shopper's. */
export interface TokenIndex {
  readonly table: TokenTable;
  /** 1 / length of each item's idf vector; 0 without tokens */
  readonly shrink: Float32Array;
  /** by item: mean over its tokens of the mean ln interactions of a token's items; 0 without tokens */
  readonly usualLnCount: Float32Array;
  readonly count: Float32Array;
  /** by token; zeros between slates */
  readonly last: Float64Array;
  readonly decayed: Float64Array;
  readonly flat: Float64Array;
}

export function indexTokens(
  { tokens: table, items }: Shard,
  lnCount: (row: number) => number,
): TokenIndex | undefined {
  if (table === undefined) return undefined;
  const { offsets, ids, idf } = table;
  const sum = new Float64Array(idf.length);
  const held = new Float64Array(idf.length);
  const shrink = new Float32Array(items);
  for (let row = 0; row < items; row++) {
    let square = 0;
    const ofRow = lnCount(row);
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const token = ids[at]!;
      square += idf[token]! * idf[token]!;
      sum[token] = sum[token]! + ofRow;
      held[token] = held[token]! + 1;
    }
    shrink[row] = square === 0 ? 0 : 1 / Math.sqrt(square);
  }
  const usualLnCount = new Float32Array(items);
  for (let row = 0; row < items; row++) {
    let total = 0;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) total += sum[ids[at]!]! / held[ids[at]!]!;
    usualLnCount[row] = total / Math.max(1, offsets[row + 1]! - offsets[row]!);
  }
  const zeros = () => new Float64Array(idf.length);
  const count = new Float32Array(items);
  for (let row = 0; row < items; row++) count[row] = offsets[row + 1]! - offsets[row]!;
  return { table, shrink, usualLnCount, count, last: zeros(), decayed: zeros(), flat: zeros() };
}
