import { COLUMNS, type ColumnName, type Shard } from '../bundle/contract.ts';
import { ln } from '../kernel/math.ts';

/**
 * What the funnel reads of an item, side by side: one line of the processor's cache an item, where a column each would
 * be a wait each. Categories and brands are indices, days count from 1970, `ln` is ln(1 + x).
 */
export const FACT = {
  category: 0,
  brand: 1,
  discount: 2,
  rating: 3,
  trend: 4,
  repeat: 5,
  margin: 6,
  addedDay: 7,
  promotedUntilDay: 8,
  popularity: 9,
  /** views and purchases */
  lnCount: 10,
  lnPopularity: 11,
  lnViews7: 12,
  lnPurchases7: 13,
  lnPurchases: 14,
  /** trend * ln(2 + views7 + purchases7) where the trend is positive, else 0: a rise needs numbers behind it */
  trendingScore: 15,
  views: 16,
  purchases: 17,
  place: 18,
  stage: 19,
  opens: 20,
  closes: 21,
} as const;
export type Fact = (typeof FACT)[keyof typeof FACT];
const WIDTH = 22;

/** Facts of every row, and of each what a reader needs: `facts.of(FACT.brand, row)`. */
export class Facts {
  readonly items: number;
  readonly #values: Float32Array;

  constructor(shard: Shard) {
    this.items = shard.items;
    this.#values = new Float32Array(shard.items * WIDTH);
    for (const name of COLUMNS) if (isFact(name)) this.#write(FACT[name], shard.column(name));
    const [views, purchases] = [shard.column('views'), shard.column('purchases')];
    this.#write(FACT.lnPurchases, lnOnePlus(purchases));
    this.#write(FACT.lnPopularity, lnOnePlus(shard.column('popularity')));
    this.#write(FACT.lnCount, lnOnePlus(views, purchases));
    const [views7, purchases7] = [shard.column('views7'), shard.column('purchases7')];
    this.#write(FACT.lnViews7, lnOnePlus(views7));
    this.#write(FACT.lnPurchases7, lnOnePlus(purchases7));
    const rises = shard
      .column('trend')
      .map((trend, row) => (trend > 0 ? trend * ln(2 + views7[row]! + purchases7[row]!) : 0));
    this.#write(FACT.trendingScore, rises);
  }

  of(fact: Fact, row: number): number {
    return this.#values[row * WIDTH + fact]!;
  }

  /** One fact of the given rows. */
  pick(fact: Fact, rows: Uint32Array, out: Float32Array): Float32Array {
    const values = this.#values;
    for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]! * WIDTH + fact]!;
    return out;
  }

  /** One fact of every row. */
  column(fact: Fact): Float32Array {
    const out = new Float32Array(this.items);
    for (let row = 0; row < out.length; row++) out[row] = this.#values[row * WIDTH + fact]!;
    return out;
  }

  #write(fact: Fact, column: Float32Array): void {
    const values = this.#values;
    for (let row = 0, at: number = fact; row < column.length; row++, at += WIDTH) values[at] = column[row]!;
  }
}

const isFact = (name: ColumnName): name is ColumnName & keyof typeof FACT => name in FACT;

/** ln(1 + x) (of the sum of two columns), each different value once: columns are coded in a few hundred. */
function lnOnePlus(column: Float32Array, other?: Float32Array): Float32Array {
  const known = new Map<number, number>();
  return column.map((value, row) => {
    const sum = Math.max(0, value) + (other === undefined ? 0 : other[row]!);
    let logarithm = known.get(sum);
    if (logarithm === undefined) {
      logarithm = ln(1 + sum);
      if (known.size < 4096) known.set(sum, logarithm);
    }
    return logarithm;
  });
}
