import type { Derived, Shard } from '../bundle/contract.ts';
import { ln } from '../kernel/math.ts';
import { FACT, Facts } from './facts.ts';
import { headOf } from './retrieval/top.ts';

/** Rows that sources take from the head of an order, stock and history permitting. */
export const HEAD = 2048;
/** Below as many items a device derives what it needs sooner than it loads it. */
export const MANY = 8 * HEAD;

/** What a release carries so that a device need not walk all its items before the first slate: `Shard.derived`. */
export const derive = (shard: Shard): Derived => ({
  popular: headOf(shard.column('popularity'), HEAD),
  trending: headOf(new Facts(shard).column(FACT.trendingScore), HEAD),
  ...addNames(shard),
});

type Sums = Pick<Derived, 'categoryTop' | 'lnCategory' | 'lnBrand'>;

/** One walk over the items for all that categories and brands add up to. */
export function addNames(shard: Shard): Sums {
  const totals = new Float64Array(Math.max(1, shard.categories.length));
  const brandTotals = new Float64Array(Math.max(1, shard.brands.length));
  const categoryTop = new Float32Array(totals.length);
  const { category, brand } = namesOf(shard);
  const popular = shard.column('popularity');
  for (let row = 0; row < popular.length; row++) {
    const popularity = popular[row]!;
    if (!(popularity > 0)) continue;
    const name = category[row]!;
    const brandName = brand[row]!;
    brandTotals[brandName] = brandTotals[brandName]! + popularity;
    totals[name] = totals[name]! + popularity;
    if (popularity > categoryTop[name]!) categoryTop[name] = popularity;
  }
  // "Missing" is no name.
  for (const sums of [totals, brandTotals, categoryTop]) sums[0] = 0;
  return { categoryTop, lnCategory: lnTotals(totals), lnBrand: lnTotals(brandTotals) };
}

/** Indices are their own codes. */
export function namesOf(shard: Shard) {
  const none = new Uint8Array(shard.items);
  return { category: shard.stored('category')?.codes ?? none, brand: shard.stored('brand')?.codes ?? none };
}

function lnTotals(totals: Float64Array): Float32Array {
  const logarithms = new Float32Array(totals.length);
  for (let name = 0; name < totals.length; name++) logarithms[name] = ln(1 + totals[name]!);
  return logarithms;
}
