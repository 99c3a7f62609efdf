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
  for (const { row } of recent) forget(index, row);
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

function forget({ table, last, decayed, flat }: TokenIndex, row: number): void {
  for (let at = table.offsets[row]!; at < table.offsets[row + 1]!; at++) {
    const token = table.ids[at]!;
    last[token] = 0;
    decayed[token] = 0;
    flat[token] = 0;
  }
}

/** Rows and what each of them weighs. */
interface Weighed {
  readonly rows: readonly number[];
  readonly weights: readonly number[];
}

/** Idf cosines of every candidate to some rows, weighed and added up: of cosines, so one vector of all their tokens is enough. */
export function tokenSums(scene: Scene, from: Weighed): Float32Array {
  const { tokens } = scene.engine.index;
  return tokens === undefined
    ? scene.zeros()
    : addTokens(tokens, from, { candidates: scene.rows, out: scene.lend() });
}

/**
 * The largest idf cosine of every candidate to any of some rows, exact. Candidates are walked once, however many the rows: a
 * token adds to the cosines of those that have it alone.
 */
export function tokensLargest(scene: Scene, rows: readonly number[]): Float32Array {
  const most = scene.zeros();
  const index = scene.engine.index.tokens;
  if (index === undefined || rows.length === 0) return most;
  const { table, shrink, flat } = index;
  const { offsets, ids, idf } = table;
  const holders = holdersOf(index, rows);
  const lengths = rows.map((row) => shrink[row]!);
  const sums = new Float64Array(rows.length);
  for (let i = 0; i < most.length; i++) {
    const row = scene.rows[i]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const holding = holders[flat[ids[at]!]!]!;
      const own = idf[ids[at]!]!;
      for (let h = 0; h < holding.length; h++) {
        const place = holding[h]!;
        sums[place] = sums[place]! + own * (lengths[place]! * own);
      }
    }
    let best = 0;
    for (let place = 0; place < sums.length; place++) if (sums[place]! > best) best = sums[place]!;
    most[i] = best * shrink[row]!;
    sums.fill(0);
  }
  for (const row of rows) forget(index, row);
  return most;
}

/** Places among some rows by token: `flat` says where a token's are; at 0 are those of tokens that none of the rows has. */
function holdersOf({ table: { offsets, ids }, flat }: TokenIndex, rows: readonly number[]): number[][] {
  const holders: number[][] = [[]];
  rows.forEach((row, place) => {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      flat[ids[at]!] ||= holders.push([]) - 1;
      holders[flat[ids[at]!]!]!.push(place);
    }
  });
  return holders;
}

function addTokens(
  index: TokenIndex,
  from: Weighed,
  { candidates, out }: { readonly candidates: Uint32Array; readonly out: Float32Array },
): Float32Array {
  const { table, shrink, flat } = index;
  const { offsets, ids, idf } = table;
  for (let k = 0; k < from.rows.length; k++) {
    const row = from.rows[k]!;
    const weight = from.weights[k]! * shrink[row]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const token = ids[at]!;
      flat[token] = flat[token]! + weight * idf[token]!;
    }
  }
  for (let i = 0; i < candidates.length; i++) {
    const row = candidates[i]!;
    let sum = 0;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) sum += idf[ids[at]!]! * flat[ids[at]!]!;
    out[i] = sum * shrink[row]!;
  }
  for (let k = 0; k < from.rows.length; k++) forget(index, from.rows[k]!);
  return out;
}
