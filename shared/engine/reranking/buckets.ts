import type { Engine } from '../contract.ts';
import { FACT, type Reader } from '../facts.ts';
import type { Observation } from '../observe.ts';

/** What a cap counts: categories, brands or price bands. `NONE` is a missing value, and no bucket. */
export interface Bucketing {
  readonly name: 'price' | 'category' | 'brand';
  readonly most: number;
  of(row: number): number;
}

const NONE = 0;

/** The caps of a shelf, in the order in which they give way when a slate would be cut short. */
export function bucketings(
  engine: Engine,
  seen: Observation,
  { rows, limit }: { readonly rows: ArrayLike<number>; readonly limit: number },
): Bucketing[] {
  if (seen.moment.rules === 'off') return [];
  const { categoryCap, brandCap, priceBandShare } = seen.shelf;
  const { facts } = engine.index;
  const all: Bucketing[] = [];
  if (priceBandShare !== null) {
    const most = Math.max(1, Math.ceil(priceBandShare * limit));
    all.push({ name: 'price', most, of: priceBands(seen.market.price, rows) });
  }
  if (categoryCap !== null)
    all.push({ name: 'category', most: categoryCap, of: (row) => facts.of(FACT.category, row) });
  if (brandCap !== null) all.push({ name: 'brand', most: brandCap, of: (row) => facts.of(FACT.brand, row) });
  return all;
}

/** 1, 2, 3 for the terciles of the candidates' known prices. */
function priceBands(price: Reader, rows: ArrayLike<number>): (row: number) => number {
  const known = Float32Array.from(rows, (row) => price.of(row))
    .filter((value) => value > 0)
    .sort();
  const low = known[Math.floor(known.length / 3)] ?? 0;
  const high = known[Math.floor((2 * known.length) / 3)] ?? 0;
  return (row) => {
    const value = price.of(row);
    if (!(value > 0)) return NONE;
    if (value < low) return 1;
    return value < high ? 2 : 3;
  };
}

/** Counts of one slate in the making. */
export class Tally {
  readonly #bucketings: readonly Bucketing[];
  readonly #counts: readonly Map<number, number>[];

  constructor(bucketings: readonly Bucketing[]) {
    this.#bucketings = bucketings;
    this.#counts = bucketings.map(() => new Map());
  }

  /** Whether the row fits under all caps but the first `relaxed`. */
  fits(row: number, relaxed: number): boolean {
    for (let i = relaxed; i < this.#bucketings.length; i++) {
      const { most, of } = this.#bucketings[i]!;
      const bucket = of(row);
      if (bucket !== NONE && (this.#counts[i]!.get(bucket) ?? 0) >= most) return false;
    }
    return true;
  }

  add(row: number): void {
    this.#bucketings.forEach(({ of }, i) => {
      const bucket = of(row);
      if (bucket !== NONE) this.#counts[i]!.set(bucket, (this.#counts[i]!.get(bucket) ?? 0) + 1);
    });
  }
}
