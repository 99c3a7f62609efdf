import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BundleError } from './error.ts';
import { fromHalf, toHalf } from './float16.ts';
import { decodeNeighbours, encodeNeighbours, type SparseLike } from './neighbours.ts';

type Pair = readonly [id: number, weight: number];
const sparse = (rows: readonly (readonly Pair[])[], items = rows.length): SparseLike => {
  const offsets = [0];
  for (let r = 0; r < items; r++) offsets.push(offsets[r]! + (rows[r]?.length ?? 0));
  const flat = rows.flat();
  return { items, offsets, ids: flat.map(([id]) => id), weights: flat.map(([, weight]) => weight) };
};
const listed = (bytes: Uint8Array): Pair[][] => {
  const { items, offsets, ids, weights } = decodeNeighbours(bytes);
  return Array.from({ length: items }, (_, r) =>
    Array.from(
      { length: offsets[r + 1]! - offsets[r]! },
      (_, i): Pair => [ids[offsets[r]! + i]!, weights[offsets[r]! + i]!],
    ),
  );
};

describe('neighbours', () => {
  test('come back best first, ties by lower id, cut to the largest', () => {
    const rows: Pair[][] = [
      [
        [2, 1],
        [1, 4],
        [3, 4],
        [0, 0.25],
      ],
      [],
      [
        [0, 1],
        [1, 0],
        [3, -5],
      ],
      [],
    ];
    const bytes = encodeNeighbours(sparse(rows), { cut: 3, bits: 8 });
    const ids = listed(bytes).map((row) => row.map(([id]) => id));
    expect(ids).toEqual([[1, 3, 2], [], [0], []]);
    expect(listed(bytes)[0]![0]![1]).toBe(4);
    expect(listed(bytes)[0]![2]![1]).toBeCloseTo(1, 1);
  });

  test('weights are round(steps sqrt(w / rowmax)), 1 at least', () => {
    const row: Pair[] = [
      [0, 1],
      [1, 0.5],
      [2, 0.1],
      [3, 1e-9],
    ];
    for (const bits of [4, 8] as const) {
      const steps = 2 ** bits - 1;
      const weights = listed(encodeNeighbours(sparse([row], 4), { cut: 10, bits }))[0]!.map(([, w]) => w);
      const expected = row.map(([, w]) =>
        Math.fround((Math.max(1, Math.round(steps * Math.sqrt(w))) / steps) ** 2),
      );
      expect(weights).toEqual(expected);
    }
  });

  test('ids take 2, 3 or 2 bytes as the catalogue grows, and come back whole', () => {
    for (const items of [65536, 65537, 100000]) {
      const row: Pair[] = [
        [items - 1, 1],
        [256, 0.5],
        [0, 0.25],
      ];
      const bytes = encodeNeighbours(sparse([row], items), { cut: 5, bits: 8 });
      expect(listed(bytes)[0]!.map(([id]) => id)).toEqual([items - 1, 256, 0]);
    }
  });

  test('row maxima far below the largest keep their list', () => {
    const [, second] = listed(encodeNeighbours(sparse([[[0, 1e6]], [[0, 1e-9]]]), { cut: 1, bits: 4 }));
    expect(second![0]![0]).toBe(0);
    expect(second![0]![1]).toBeGreaterThan(0);
  });

  test('any lists: the same ids as a naive sort keeps, weights within a step', () => {
    const weight = fc.oneof(fc.constantFrom(1, 2, 50), fc.double({ min: 1e-3, max: 100, noNaN: true }));
    const list = fc.uniqueArray(fc.tuple(fc.nat(19), weight), { selector: ([id]) => id });
    fc.assert(
      fc.property(
        fc.array(list, { maxLength: 20 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(4, 8),
        (rows, cut, bits) => {
          const decoded = listed(encodeNeighbours(sparse(rows, 20), { cut, bits: bits as 4 | 8 }));
          const steps = 2 ** bits - 1;
          for (const [r, row] of rows.entries()) {
            const kept = [...row].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, cut);
            expect(new Set(decoded[r]!.map(([id]) => id))).toEqual(new Set(kept.map(([id]) => id)));
            const truth = new Map(kept);
            const most = kept[0]?.[1] ?? 0;
            for (const [i, [id, w]] of decoded[r]!.entries()) {
              const root = Math.sqrt(w / most);
              expect(Math.abs(root - Math.sqrt(truth.get(id)! / most))).toBeLessThan(1 / steps + 1e-3);
              const next = decoded[r]![i + 1];
              if (next) expect(w > next[1] || (w === next[1] && id < next[0])).toBe(true);
            }
          }
        },
      ),
    );
  });

  test('a half row maximum is the true one, rounded', () => {
    const [row] = listed(encodeNeighbours(sparse([[[0, 0.3]], [[1, 1]]]), { cut: 1, bits: 8 }));
    expect(row![0]![1]).toBe(Math.fround(fromHalf(toHalf(0.3))));
  });

  test.each<[string, SparseLike, number]>([
    ['an id beyond the items', sparse([[[1, 1]]]), 1],
    [
      'an id twice',
      sparse([
        [
          [0, 1],
          [0, 2],
        ],
      ]),
      5,
    ],
    ['NaN', sparse([[[0, Number.NaN]]]), 1],
    ['infinity', sparse([[[0, Number.POSITIVE_INFINITY]]]), 1],
    ['a cut of 0', sparse([[[0, 1]]]), 0],
    ['offsets of another length', { ...sparse([[[0, 1]]]), items: 3 }, 1],
  ])('%s is refused', (_, rows, cut) => {
    expect(() => encodeNeighbours(rows, { cut, bits: 8 })).toThrow(BundleError);
  });

  test.each([[40], [70_000]])('a row read alone is the row of all, entry by entry, of %i items', (items) => {
    const lists = [
      [],
      [[2, 1] as Pair, [items - 1, 4] as Pair, [3, 2] as Pair],
      [],
      [[0, 1] as Pair, [items - 2, 0.5] as Pair],
    ];
    for (const bits of [4, 8] as const) {
      const read = decodeNeighbours(encodeNeighbours(sparse(lists, items), { cut: 3, bits }));
      expect(read.longest).toBe(3);
      const room = { ids: new Uint32Array(read.longest), weights: new Float32Array(read.longest) };
      const { ids, weights } = read;
      for (let row = 0; row < 5; row++) {
        const [from, to] = [read.offsets[row]!, read.offsets[row + 1]!];
        expect(read.read(row, room)).toBe(to - from);
        expect([...room.ids.subarray(0, to - from)]).toEqual([...ids.subarray(from, to)]);
        expect([...room.weights.subarray(0, to - from)]).toEqual([...weights.subarray(from, to)]);
        for (let at = from; at < to; at++) expect(read.weightOf(row, ids[at]!)).toBe(weights[at]);
        expect(read.weightOf(row, 7)).toBe(0);
      }
    }
  });
});
