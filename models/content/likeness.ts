import type { SparseRows } from '../contract.ts';
import { collectRows, type Occurrences, occurrences } from '../sparse.ts';
import type { TokenMatrix } from './content.ts';

/** Entries of tokens' lists that are read for all items together, about, and for one item at least. */
const MOST_READ = 400_000_000;
const LEAST_READ = 2000;
/** Items scored whole for each that is kept, where not all tokens were read. */
const RESCORED = 4;

/**
 * tf-idf cosines from chosen items to all others: what random projections estimate, for the few items where the
 * estimate's error matters, such as those without interactions. Exact while all lists of an item's tokens can be read; where
 * half the catalogue is chosen that would cost its size squared, so the rarest tokens are read first and the best of what
 * they find are scored by all (an item that shares only common words with another is not like it).
 * @param chosen by row, 1 where the item gets a list @param of by row, 1 where the item may be in one
 * @param mostRead entries read for all items together
 * @returns lists by item, best first
 */
export function likeness(
  tokens: TokenMatrix,
  { chosen, of, most, mostRead = MOST_READ }: Wanted,
): SparseRows {
  const items = tokens.offsets.length - 1;
  const where = occurrences(tokens.tokens.length, tokens.ids);
  const { owner, shrink } = measureRows(tokens);
  const wanted = chosen.reduce((sum, one) => sum + one, 0);
  const budget = Math.max(Math.min(LEAST_READ, mostRead), mostRead / Math.max(1, wanted));
  const sums = new Float64Array(items);
  return collectRows(items, (i) => {
    if (!chosen[i]) return { ids: [], weights: [] };
    const read = affordable(tokens, where, { i, budget });
    const touched: number[] = [];
    for (const t of read) {
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
    const whole = read.length === tokens.offsets[i + 1]! - tokens.offsets[i]!;
    const kept = (whole ? found : rescored(tokens, found.slice(0, RESCORED * most), { i, shrink })).slice(
      0,
      most,
    );
    return { ids: kept.map(({ id }) => id), weights: kept.map(({ weight }) => weight) };
  });
}

interface Wanted {
  readonly chosen: Uint8Array;
  readonly of: Uint8Array;
  readonly most: number;
  readonly mostRead?: number;
}

interface Found {
  readonly id: number;
  readonly weight: number;
}

/** The item of each entry, and 1 / length of each item's row. */
function measureRows({ offsets, ids, weights }: TokenMatrix): { owner: Uint32Array; shrink: Float64Array } {
  const items = offsets.length - 1;
  const owner = new Uint32Array(ids.length);
  const shrink = new Float64Array(items);
  for (let i = 0; i < items; i++) {
    owner.fill(i, offsets[i]!, offsets[i + 1]!);
    let square = 0;
    for (let t = offsets[i]!; t < offsets[i + 1]!; t++) square += weights[t]! ** 2;
    shrink[i] = square === 0 ? 0 : 1 / Math.sqrt(square);
  }
  return { owner, shrink };
}

/** Entries of the item whose tokens are read: the rarest ones within the budget, in the row's order. */
function affordable(
  { offsets, ids }: TokenMatrix,
  where: Occurrences,
  { i, budget }: { readonly i: number; readonly budget: number },
): number[] {
  const size = (t: number): number => where.offsets[ids[t]! + 1]! - where.offsets[ids[t]!]!;
  const own = Array.from({ length: offsets[i + 1]! - offsets[i]! }, (_, at) => offsets[i]! + at);
  if (own.reduce((sum, t) => sum + size(t), 0) <= budget) return own;
  let left = budget;
  const rarest = own.toSorted((a, b) => size(a) - size(b) || a - b);
  const read = rarest.filter((t) => {
    left -= size(t);
    return left >= 0;
  });
  return read.sort((a, b) => a - b);
}

/** By all tokens that two items share. */
function rescored(
  { offsets, ids, weights }: TokenMatrix,
  found: readonly Found[],
  { i, shrink }: { readonly i: number; readonly shrink: Float64Array },
): Found[] {
  const own = new Map<number, number>();
  for (let t = offsets[i]!; t < offsets[i + 1]!; t++) own.set(ids[t]!, weights[t]!);
  const scored = found.map(({ id }) => {
    let sum = 0;
    for (let t = offsets[id]!; t < offsets[id + 1]!; t++) sum += (own.get(ids[t]!) ?? 0) * weights[t]!;
    return { id, weight: sum * shrink[i]! * shrink[id]! };
  });
  return scored.sort((a, b) => b.weight - a.weight || a.id - b.id);
}
