import { ln } from '../../kernel/math.ts';
import { FACT, type Fact } from '../facts.ts';
import { ln1 } from '../logarithm.ts';
import type { Owned } from '../observe.ts';
import type { Accumulator } from '../scratch.ts';
import type { Scene } from './feature.ts';

/** Keeps the logarithm of a list weight finite where the list says nothing. */
export const LEAST = 1e-4;
/** The same of a share. */
export const LEAST_SHARE = 1e-3;

/** ln of weights in lists, of sums of them or of shares, each over `of`. */
export function lnWeights({ lend }: Scene, values: Float32Array, least = LEAST, of = 1): Float32Array {
  const out = lend();
  const floor = ln(least);
  for (let i = 0; i < out.length; i++) out[i] = values[i]! > 0 ? ln(values[i]! / of + least) : floor;
  return out;
}

/** ln(1 + x). */
export function lnCounts({ lend }: Scene, values: Float32Array): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = ln1(values[i]!);
  return out;
}

/** Roots of the shares of the best; 0 where there is none. */
export function rootShares({ lend }: Scene, sum: Float32Array): Float32Array {
  const out = lend();
  let best = 0;
  for (let i = 0; i < sum.length; i++) if (sum[i]! > best) best = sum[i]!;
  if (best === 0) return out.fill(0);
  for (let i = 0; i < sum.length; i++) out[i] = Math.sqrt(sum[i]! / best);
  return out;
}

/** A value by each candidate's name. */
export function look(
  { lend }: Scene,
  values: Float32Array | Float64Array,
  names: Float32Array,
): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = values[names[i]!]!;
  return out;
}

/** A value by each candidate's row. */
export function pick({ rows, lend }: Scene, values: Float32Array): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

export const fact = ({ engine, rows, lend }: Scene, of: Fact): Float32Array =>
  engine.index.facts.pick(of, rows, lend());

/** The fact of one row; 0 where there is no row. */
export const factOf = ({ engine }: Scene, of: Fact, row: number | undefined): number =>
  row === undefined ? 0 : engine.index.facts.of(of, row);

/** A column less a number. */
export function less({ lend }: Scene, column: Float32Array, value: number): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = column[i]! - value;
  return out;
}

/** A copy without signs. */
export function distances({ lend }: Scene, column: Float32Array): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(column[i]!);
  return out;
}

/** 1 for the same name, but for 0, "missing". */
export function sameAs({ lend }: Scene, name: number, names: Float32Array): Float32Array {
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = name !== 0 && names[i] === name ? 1 : 0;
  return out;
}

/** Whether category and brand are those of a row. */
export const sameFacts = (scene: Scene, row: number | undefined): Float32Array[] => [
  sameAs(scene, factOf(scene, FACT.category, row), scene.category),
  sameAs(scene, factOf(scene, FACT.brand, row), scene.brand),
];

/** ln price less another; 0 where either is missing. */
export function lnPriceLess(
  { price, lnPrice, lend, zeros }: Scene,
  other: number,
  isKnown: boolean,
): Float32Array {
  if (!isKnown) return zeros();
  const out = lend();
  for (let i = 0; i < out.length; i++) out[i] = price[i]! > 0 ? lnPrice[i]! - other : 0;
  return out;
}

/** ln price less that of a row. */
export const lnPriceLessOf = (scene: Scene, row: number | undefined): Float32Array => {
  const { price, lnPrice } = scene.seen.market;
  return lnPriceLess(scene, lnPrice.of(row ?? -1), price.of(row ?? -1) > 0);
};

/** Of what the shopper did with this very item, `width` values; 0 of all others. */
export function ofOwned(
  { owned, ownedAt, zeros }: Scene,
  width: number,
  values: (own: Owned) => readonly number[],
): Float32Array[] {
  const out = Array.from({ length: width }, zeros);
  owned.forEach((own, k) => {
    values(own).forEach((value, f) => {
      out[f]![ownedAt[k]!] = value;
    });
  });
  return out;
}

/** An accumulator's sums, maxima and counts of the candidates. */
export function sumsOf({ rows, lend }: Scene, { slots, sum, most, count }: Accumulator): Float32Array[] {
  const [sums, maxima, counts] = [lend(), lend(), lend()];
  const slotOf = slots.of;
  for (let i = 0; i < rows.length; i++) {
    const slot = slotOf[rows[i]!]!;
    sums[i] = sum[slot]!;
    maxima[i] = most[slot]!;
    counts[i] = count[slot]!;
  }
  return [sums, maxima, counts];
}
