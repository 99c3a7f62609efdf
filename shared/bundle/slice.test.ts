import { describe, expect, test } from 'vitest';
import { seededDraw } from '../engine/reranking/draw.ts';
import { moment, shardInput, sparse } from '../engine/shop.case.ts';
import type { ItemId } from '../protocol/ids.ts';
import { decodeCards, encodeCards } from './cards.ts';
import { COLUMNS } from './contract.ts';
import { decodeNeighbours, encodeNeighbours } from './neighbours.ts';
import { decodeShard, encodeShard } from './shard.ts';
import { sliceCards, sliceNeighbours, sliceShard } from './slice.ts';

const shop = { items: 300, seed: moment().seed };
const rows = Uint32Array.of(0, 3, 7, 8, 9, 150, 298, 299);

describe('a slice of a shard', () => {
  const bytes = encodeShard(shardInput(shop, seededDraw(shop.seed)));
  const whole = decodeShard(bytes);
  const slice = decodeShard(sliceShard(bytes, rows));

  test('says of its items what the whole says, to the bit', () => {
    expect(slice.items).toBe(rows.length);
    expect(slice.space).toBe(whole.space);
    rows.forEach((row, at) => {
      expect(slice.ids.idAt(at)).toBe(whole.ids.idAt(row));
      for (const name of COLUMNS) expect(slice.column(name)[at]).toBe(whole.column(name)[row]);
      for (const table of ['embeddings', 'queryEmbeddings', 'content'] as const) {
        const [mine, theirs] = [slice[table]!, whole[table]!];
        expect(mine.scales[at]).toBe(theirs.scales[row]);
        expect(rowOf(mine, at)).toEqual(rowOf(theirs, row));
      }
    });
    expect(slice.categories).toEqual(whole.categories);
    expect(slice.brands).toEqual(whole.brands);
  });

  test('keeps variants, prices and stock with their items', () => {
    const stockOf = (shard: typeof whole, row: number, market: number) => {
      const { ids, offsets, byRow } = shard.variants;
      return Array.from(byRow.subarray(offsets[row]!, offsets[row + 1]!), (variant) => [
        ids.idAt(variant),
        shard.markets[market]!.variantInStock[variant],
      ]);
    };
    rows.forEach((row, at) => {
      for (const market of [0, 1]) {
        expect(slice.markets[market]!.price[at]).toBe(whole.markets[market]!.price[row]);
        expect(stockOf(slice, at, market)).toEqual(stockOf(whole, row, market));
      }
    });
    expect(slice.variants.ids.size).toBeGreaterThan(rows.length);
  });

  test('is refused for rows out of order or out of range', () => {
    for (const wrong of [Uint32Array.of(2, 2), Uint32Array.of(3, 1), Uint32Array.of(300)])
      expect(() => sliceShard(bytes, wrong)).toThrow(/expected ascending rows below 300/);
  });
});

const rowOf = ({ rows: all, dims }: { rows: Int8Array; dims: number }, row: number): number[] => [
  ...all.subarray(row * dims, (row + 1) * dims),
];

describe('a slice of lists', () => {
  const bytes = encodeNeighbours(sparse(shop, 40, seededDraw(2)), { cut: 30, bits: 8 });
  const whole = decodeNeighbours(bytes);
  const kept = Uint32Array.from({ length: 100 }, (_, at) => at * 3);
  const slice = decodeNeighbours(sliceNeighbours(bytes, kept));

  test('keeps the entries among its rows, best first', () => {
    expect(slice.items).toBe(kept.length);
    kept.forEach((row, at) => {
      const expected = entriesOf(whole, row).filter(([id]) => id % 3 === 0);
      const found = entriesOf(slice, at);
      expect(new Set(found.map(([id]) => kept[id]))).toEqual(new Set(expected.map(([id]) => id)));
      const most = expected[0]?.[1] ?? 0;
      for (const [id, weight] of found) {
        const same = expected.find(([other]) => other === kept[id])!;
        expect(Math.abs(weight - same[1])).toBeLessThan(0.01 * most);
      }
    });
    expect(slice.ids.length).toBeGreaterThan(100);
  });
});

const entriesOf = (lists: ReturnType<typeof decodeNeighbours>, row: number): [number, number][] =>
  Array.from(lists.ids.subarray(lists.offsets[row]!, lists.offsets[row + 1]!), (id, i) => [
    id,
    lists.weights[lists.offsets[row]! + i]!,
  ]);

test('a slice of cards is the cards that were asked for', () => {
  const card = (item: string) => ({
    ...{ item: item as ItemId, title: `The ${item}`, image: `/p/${item}.jpg`, link: undefined, price: 9.5 },
    ...{ salePrice: undefined, currency: 'GBP', brand: 'Ash', category: undefined },
  });
  const whole = encodeCards(['a', 'b', 'c', 'd'].map(card));
  const slice = decodeCards(sliceCards(whole, ['b', 'd', 'x']));
  expect(slice.size).toBe(2);
  expect(slice.card('b')).toEqual(card('b'));
  expect(slice.card('a')).toBeUndefined();
});
