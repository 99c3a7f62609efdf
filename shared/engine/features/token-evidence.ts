import type { Anchor } from '../observe.ts';
import type { Columns } from '../scratch.ts';
import type { TokenIndex } from '../tokens.ts';

/** Likeness of every candidate to the shopper's items by what the catalogue says of them, exact: idf cosines. */
export interface TokenEvidence {
  readonly last: Float32Array;
  /** sum over recent items of .6^age times the cosine */
  readonly decayed: Float32Array;
  /** mean cosine over recent items */
  readonly flat: Float32Array;
  /** largest idf of a token shared with the last item, and with any recent one */
  readonly rarestLast: Float32Array;
  readonly rarest: Float32Array;
}

const DECAY = 0.6;

export function gatherTokens(
  index: TokenIndex | undefined,
  recent: readonly Anchor[],
  { rows, columns }: { readonly rows: Uint32Array; readonly columns: Columns },
): TokenEvidence {
  const zeros = () => columns.zeros(rows.length);
  const found = { last: zeros(), decayed: zeros(), flat: zeros(), rarestLast: zeros(), rarest: zeros() };
  if (index === undefined || recent.length === 0) return found;
  weighTokens(index, recent);
  for (let i = 0; i < rows.length; i++) compare(index, rows[i]!, { found, i });
  forget(index, recent);
  return found;
}

/** Adds up the shopper's items by token. */
function weighTokens({ table, shrink, last, decayed, flat }: TokenIndex, recent: readonly Anchor[]): void {
  const { offsets, ids, idf } = table;
  let weight = 1;
  for (let age = 0; age < recent.length; age++) {
    const { row } = recent[age]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const token = ids[at]!;
      const share = idf[token]! * shrink[row]!;
      if (age === 0) last[token] = share;
      decayed[token] = decayed[token]! + weight * share;
      flat[token] = flat[token]! + share / recent.length;
    }
    weight *= DECAY;
  }
}

function compare(
  { table, shrink, last, decayed, flat }: TokenIndex,
  row: number,
  { found, i }: { readonly found: TokenEvidence; readonly i: number },
): void {
  const { offsets, ids, idf } = table;
  let toLast = 0;
  let toDecayed = 0;
  let toFlat = 0;
  let rarestLast = 0;
  let rarest = 0;
  for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
    const token = ids[at]!;
    if (flat[token] === 0) continue;
    const own = idf[token]!;
    toLast += own * last[token]!;
    toDecayed += own * decayed[token]!;
    toFlat += own * flat[token]!;
    if (own > rarest) rarest = own;
    if (last[token]! > 0 && own > rarestLast) rarestLast = own;
  }
  found.last[i] = toLast * shrink[row]!;
  found.decayed[i] = toDecayed * shrink[row]!;
  found.flat[i] = toFlat * shrink[row]!;
  found.rarestLast[i] = rarestLast;
  found.rarest[i] = rarest;
}

function forget({ table, last, decayed, flat }: TokenIndex, recent: readonly Anchor[]): void {
  for (const { row } of recent)
    for (let at = table.offsets[row]!; at < table.offsets[row + 1]!; at++) {
      const token = table.ids[at]!;
      last[token] = 0;
      decayed[token] = 0;
      flat[token] = 0;
    }
}
