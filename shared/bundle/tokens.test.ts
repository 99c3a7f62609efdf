import { describe, expect, test } from 'vitest';
import { seededDraw } from '../engine/reranking/draw.ts';
import { shardInput, sparse } from '../engine/shop.case.ts';
import { decodeNeighbours, encodeNeighbours } from './neighbours.ts';
import { decodeShard, encodeShard } from './shard.ts';
import { sliceNeighbours, sliceShard } from './slice.ts';

const shop = { items: 300, seed: 5 };
const input = shardInput(shop, seededDraw(shop.seed));
const rows = Uint32Array.of(0, 7, 8, 150, 299);

const tokensOf = ({ offsets, ids }: { offsets: ArrayLike<number>; ids: ArrayLike<number> }, row: number) =>
  Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, at) => ids[offsets[row]! + at]);

describe('tokens', () => {
  const bytes = encodeShard(input);

  test('come back item by item, with an idf each', () => {
    const { tokens } = decodeShard(bytes);
    for (let row = 0; row < shop.items; row++)
      expect(tokensOf(tokens!, row)).toEqual(tokensOf(input.tokens!, row));
    expect([...tokens!.idf]).toEqual(Array.from(input.tokens!.idf));
  });

  test('are absent where the catalogue says nothing', () => {
    const { tokens, ...silent } = input;
    expect(tokens).toBeDefined();
    expect(decodeShard(encodeShard(silent)).tokens).toBeUndefined();
  });

  test('of a slice are those of its items, under the same numbers', () => {
    const sliced = decodeShard(sliceShard(bytes, rows)).tokens!;
    rows.forEach((row, at) => {
      expect(tokensOf(sliced, at)).toEqual(tokensOf(input.tokens!, row));
    });
    expect([...sliced.idf]).toEqual(Array.from(input.tokens!.idf));
  });

  test('that nobody knows, or that do not fit the items, are refused', () => {
    const { tokens } = input;
    const wrong = { ...tokens!, idf: [1] };
    expect(() => encodeShard({ ...input, tokens: wrong })).toThrow(
      /tokens: found token \d+, expected less than 1/,
    );
    const short = { ...tokens!, offsets: [0] };
    expect(() => encodeShard({ ...input, tokens: short })).toThrow(/tokens: found 1 offsets/);
  });
});

describe('counts of pairs', () => {
  const lists = sparse(shop, 12, seededDraw(9));
  const bytes = encodeNeighbours(lists, { cut: 6, bits: 4 });
  const found = decodeNeighbours(bytes);

  test('stay with their entries through sorting and cutting', () => {
    const of = new Map(lists.pairs.map((pair, at) => [`${rowOf(lists.offsets, at)} ${lists.ids[at]}`, pair]));
    const { offsets, ids, pairs } = found;
    expect(pairs).toHaveLength(offsets[shop.items]!);
    ids.forEach((id, at) => {
      expect(pairs![at]).toBe(of.get(`${rowOf(offsets, at)} ${id}`));
    });
  });

  test('are absent where none were given, and cut with the rows', () => {
    const { pairs, ...bare } = lists;
    expect(pairs.length).toBeGreaterThan(0);
    expect(decodeNeighbours(encodeNeighbours(bare, { cut: 6, bits: 4 })).pairs).toBeUndefined();
    const slice = decodeNeighbours(
      sliceNeighbours(
        bytes,
        Uint32Array.from({ length: 200 }, (_, row) => row),
      ),
    );
    expect(slice.pairs).toHaveLength(slice.ids.length);
    const first = found.ids.slice(0, found.offsets[1]).indexOf(slice.ids[0]!);
    expect(slice.pairs![0]).toBe(found.pairs![first]);
  });
});

function rowOf(offsets: ArrayLike<number>, at: number): number {
  let row = 0;
  while (offsets[row + 1]! <= at) row++;
  return row;
}
