import type { TokenMatrix } from '../content/content.ts';

/** Items that a token's average counts for, and weight of the average of all items against an item's tokens. */
const PRIOR = 3;
const DOUBT = 0.5;

/**
 * What rises with the words that describe it: a token's trend is the mean of the items that have it, an item's the mean of its
 * tokens by squared weight, both shrunk towards the mean of all items that were touched. An item that nobody has touched yet
 * has one too. Linear in the tokens.
 * @param trend by item @param touched by item, 1 where the trend is its own
 */
export function kinTrend(
  { tokens, offsets, ids, weights }: TokenMatrix,
  { trend, touched }: { readonly trend: Float32Array; readonly touched: Uint8Array },
): Float32Array {
  const sum = new Float64Array(tokens.length);
  const count = new Float64Array(tokens.length);
  let total = 0;
  let items = 0;
  trend.forEach((own, i) => {
    if (!touched[i]) return;
    total += own;
    items += 1;
    for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
      sum[ids[t]!]! += own;
      count[ids[t]!]! += 1;
    }
  });
  const mean = items === 0 ? 0 : total / items;
  return Float32Array.from(trend, (_, i) => {
    let rises = DOUBT * mean;
    let weight = DOUBT;
    for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
      const token = ids[t]!;
      const share = weights[t]! ** 2;
      rises += (share * (sum[token]! + PRIOR * mean)) / (count[token]! + PRIOR);
      weight += share;
    }
    return rises / weight;
  });
}
