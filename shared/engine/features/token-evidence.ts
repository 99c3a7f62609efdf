import type { Anchor } from '../observe.ts';
import type { TokenIndex } from '../tokens.ts';
import type { Scene } from './feature.ts';

/** By candidate: idf cosine to the last item, decayed sum and mean over recent items; largest idf shared, as below. */
export type TokenEvidence = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

const DECAY = 0.6;

/** Likeness of every candidate to the shopper's items by what the catalogue says of them, exact: idf cosines. */
export function gatherTokens({ engine, seen: { recent }, rows, zeros }: Scene): TokenEvidence {
  const found: TokenEvidence = [zeros(), zeros(), zeros(), zeros(), zeros()];
  const index = engine.index.tokens;
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
  found[0][i] = toLast * shrink[row]!;
  found[1][i] = toDecayed * shrink[row]!;
  found[2][i] = toFlat * shrink[row]!;
  found[3][i] = rarestLast;
  found[4][i] = rarest;
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
