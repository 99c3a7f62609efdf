import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnName, Shard } from '../bundle/contract.ts';
import { decodeShard, encodeShard } from '../bundle/shard.ts';
import { ln } from '../kernel/math.ts';
import { FACT, type Fact, Facts } from './facts.ts';

const ITEMS = 40;
const counts = (most: number) =>
  fc.array(fc.oneof(fc.constant(0), fc.nat(most)), { minLength: ITEMS, maxLength: ITEMS });
const rises = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: ITEMS, maxLength: ITEMS });

const shop = fc.record({ views: counts(900), purchases: counts(60), views7: counts(90), trend: rises });

function shardOf(columns: Readonly<Partial<Record<ColumnName, readonly number[]>>>): Shard {
  const values = Object.fromEntries(
    Object.entries(columns).map(([name, list]) => [name, Float32Array.from(list)]),
  );
  return decodeShard(
    encodeShard({
      space: 'drawn',
      ids: Array.from({ length: ITEMS }, (_, row) => `item-${100 + row}` as never),
      embeddings: { dims: 16, values: new Float32Array(ITEMS * 16), unit: true },
      categories: [''],
      brands: [''],
      columns: values,
      markets: [],
    }),
  );
}

describe('facts of a list of rows', () => {
  test('are those of each row, and what the columns say, met before or not', () => {
    const rows = Uint32Array.from([3, 3, 0, 39, 17, 22, 5]);
    fc.assert(
      fc.property(shop, fc.boolean(), (columns, metBefore) => {
        const shard = shardOf(columns);
        const facts = new Facts(shard);
        const of = (fact: Fact) => [...rows].map((row) => facts.of(fact, row));
        for (const fact of Object.values(FACT)) {
          const before = metBefore ? of(fact) : undefined;
          const picked = [...facts.pick(fact, rows, new Float32Array(rows.length).fill(9))];
          expect(picked).toEqual(before ?? of(fact));
          expect([...facts.column(fact)]).toEqual(
            Array.from({ length: ITEMS }, (_, row) => facts.of(fact, row)),
          );
        }
        const [views, purchases, views7, trend] = (['views', 'purchases', 'views7', 'trend'] as const).map(
          (name) => shard.column(name),
        ) as [Float32Array, Float32Array, Float32Array, Float32Array];
        const counted = [...rows].map((row) => Math.fround(ln(1 + (views[row]! + purchases[row]!))));
        expect(of(FACT.lnCount)).toEqual(counted);
        const rising = [...rows].map((row) =>
          trend[row]! > 0 ? Math.fround(trend[row]! * ln(2 + views7[row]!)) : 0,
        );
        expect(of(FACT.trendingScore)).toEqual(rising);
      }),
      { numRuns: 60 },
    );
  });
});
