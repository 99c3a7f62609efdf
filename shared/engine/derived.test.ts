import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkShard, decodeShard, encodeShard } from '../bundle/shard.ts';
import { sliceShard } from '../bundle/slice.ts';
import { type CatalogueIndex, indexCatalogue } from './catalogue.ts';
import { derive, HEAD } from './derived.ts';
import { seededDraw } from './reranking/draw.ts';
import { shardInput } from './shop.case.ts';

const inputOf = (items: number, seed: number) => shardInput({ items, seed }, seededDraw(seed));

/** All that an index has of what a release may carry. */
const derivedOf = ({ best, categoryTop, lnCategory, lnBrand, byCategory }: CatalogueIndex) => ({
  popular: best.popular.head(),
  trending: best.trending.head(),
  all: [best.popular.all(), best.trending.all()],
  ...{ categoryTop, lnCategory, lnBrand },
  lists: Array.from(categoryTop, (_, category) => byCategory(category)),
});

describe('what a release derives from its items', () => {
  test('is what a device would, to the bit, whatever the shop', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(1000), (items, seed) => {
        const input = inputOf(items, seed);
        const bytes = encodeShard({ ...input, derive });
        checkShard(bytes);
        const carried = decodeShard(bytes);
        expect(carried.derived).toBeDefined();
        const bare = decodeShard(encodeShard(input));
        expect(bare.derived).toBeUndefined();
        expect(derivedOf(indexCatalogue(carried))).toEqual(derivedOf(indexCatalogue(bare)));
      }),
      { numRuns: 25 },
    );
  });

  test('is the head of an order that goes on where there are more items than it has room for', () => {
    const shard = decodeShard(encodeShard({ ...inputOf(5000, 3), derive }));
    const { popular } = indexCatalogue(shard).best;
    expect(popular.head()).toEqual(shard.derived!.popular);
    expect(popular.head()).toHaveLength(HEAD);
    expect(popular.all().length).toBeGreaterThan(HEAD);
    expect(popular.all().subarray(0, HEAD)).toEqual(popular.head());
  });

  test('is not what a slice of the shard derives', () => {
    const bytes = encodeShard({ ...inputOf(300, 5), derive });
    const rows = Uint32Array.from({ length: 100 }, (_, at) => 3 * at);
    const slice = decodeShard(sliceShard(bytes, rows));
    expect(slice.derived).toBeUndefined();
    const { popular } = indexCatalogue(slice).best;
    const kept = [...decodeShard(bytes).derived!.popular].filter((row) => row % 3 === 0);
    expect([...popular.head()]).toEqual(kept.map((row) => row / 3));
  });

  test('is refused by whoever publishes it where it names rows that are not there, or one twice, or no numbers', () => {
    const spoilt = (change: (derived: ReturnType<typeof derive>) => object) =>
      encodeShard({
        ...inputOf(50, 1),
        derive: (shard) => ({ ...derive(shard), ...change(derive(shard)) }),
      });
    for (const [bytes, message] of [
      [spoilt(() => ({ popular: Uint32Array.of(3, 50) })), /derived.popular: found row 50/],
      [spoilt(() => ({ trending: Uint32Array.of(3, 3) })), /derived.trending: found 1 rows twice/],
      [spoilt(({ lnBrand }) => ({ lnBrand: lnBrand.map(() => Number.NaN) })), /lnBrand: found NaN at 0/],
    ] as const)
      expect(() => checkShard(bytes)).toThrow(message);
    expect(() => decodeShard(spoilt(() => ({ categoryTop: Float32Array.of(1) })))).toThrow(
      /derived.categoryTop.*found 1 elements/,
    );
  });
});
