import type { Engine } from './contract.ts';
import type { Retrieval } from './retrieval/retrieve.ts';

/**
 * What is ranked decides how high new items stand; which of them stands there is for the source of new items to say,
 * since a ranker has never seen one chosen. Their logits change hands, best to best; equal scores keep row order.
 * @param logits one a candidate; changed in place
 */
export function orderFresh({ index }: Engine, { candidates }: Retrieval, logits: Float32Array): Float32Array {
  if (index.fresh.rows.length === 0) return logits;
  const { items, scores } = candidates;
  const held: number[] = [];
  for (let at = 0; at < items.length; at++) if (indexOf(index.fresh.rows, items[at]!) >= 0) held.push(at);
  if (held.length < 2) return logits;
  const falling = held.map((at) => logits[at]!).sort((a, b) => b - a);
  const best = held.slice().sort((a, b) => scores.fresh[b]! - scores.fresh[a]! || a - b);
  for (let i = 0; i < best.length; i++) logits[best[i]!] = falling[i]!;
  return logits;
}

/** Where an ascending list has a row; -1 where it has not. */
function indexOf(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = rows[middle]!;
    if (found === row) return middle;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
