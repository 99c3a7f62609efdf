import type { SparseRows } from '../contract.ts';
import { collectRows, occurrences } from '../sparse.ts';
import type { TokenMatrix } from './content.ts';

/**
 * Exact tf-idf cosines from chosen items to all others: what random projections estimate, for the few items where the
 * estimate's error matters, such as those without interactions.
 * @param chosen by row, 1 where the item gets a list @param of by row, 1 where the item may be in one
 * @returns lists by item, best first
 */
export function likeness(
  tokens: TokenMatrix,
  { chosen, of, most }: { chosen: Uint8Array; of: Uint8Array; most: number },
): SparseRows {
  const items = tokens.offsets.length - 1;
  const where = occurrences(tokens.tokens.length, tokens.ids);
  const owner = new Uint32Array(tokens.ids.length);
  const shrink = new Float64Array(items);
  for (let i = 0; i < items; i++) {
    const [from, to] = [tokens.offsets[i]!, tokens.offsets[i + 1]!];
    owner.fill(i, from, to);
    let square = 0;
    for (let t = from; t < to; t++) square += tokens.weights[t]! ** 2;
    shrink[i] = square === 0 ? 0 : 1 / Math.sqrt(square);
  }
  const sums = new Float64Array(items);
  return collectRows(items, (i) => {
    if (!chosen[i]) return { ids: [], weights: [] };
    const touched: number[] = [];
    for (let t = tokens.offsets[i]!; t < tokens.offsets[i + 1]!; t++) {
      const token = tokens.ids[t]!;
      for (let o = where.offsets[token]!; o < where.offsets[token + 1]!; o++) {
        const entry = where.row[o]!;
        const j = owner[entry]!;
        if (j === i || !of[j]) continue;
        if (sums[j] === 0) touched.push(j);
        sums[j]! += tokens.weights[t]! * tokens.weights[entry]!;
      }
    }
    const found = touched.map((id) => ({ id, weight: sums[id]! * shrink[i]! * shrink[id]! }));
    for (const j of touched) sums[j] = 0;
    found.sort((a, b) => b.weight - a.weight || a.id - b.id);
    const kept = found.slice(0, most);
    return { ids: kept.map(({ id }) => id), weights: kept.map(({ weight }) => weight) };
  });
}
