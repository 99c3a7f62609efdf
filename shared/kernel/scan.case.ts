import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernel } from './contract.ts';
import { maskOf, queryOf, tableOf } from './draw.case.ts';
import { bits, naiveScan, same } from './naive.case.ts';

/** What every build's scan and score must do. */
export function scanConformance(name: string, make: () => Kernel): void {
  describe(`${name}: scan`, () => {
    test('finds what a full sort finds, in its order, for any size', () => {
      const kernel = make();
      const size = fc.integer({ min: 0, max: 150 });
      const dims = fc.integer({ min: 1, max: 70 });
      fc.assert(
        fc.property(size, dims, fc.nat(160), fc.nat(1000), (items, width, k, seed) => {
          const embeddings = tableOf(items, width, seed);
          const query = queryOf(width, seed + 1);
          const mask = seed % 4 ? maskOf(items, (seed % 4) / 4, seed) : undefined;
          const table = kernel.table(embeddings);
          same(table.scan(query, k, mask), naiveScan(embeddings, query, k, mask));
          table.free();
        }),
        { numRuns: 150 },
      );
    });
    test.each([
      ['a table of thousands, with ties', 9001, 64, 300, 1],
      ['few eligible', 9001, 64, 300, 0.01],
      ['half eligible', 5003, 64, 100, 0.5],
      ['another width', 3001, 100, 50, 1],
      ['half the width', 9001, 32, 300, 1],
      ['half the width, half eligible', 5003, 32, 100, 0.5],
    ])('%s', (_, items, dims, k, share) => {
      const kernel = make();
      for (const seed of [1, 2, 3]) {
        const embeddings = tableOf(items, dims, seed);
        const mask = share === 1 ? undefined : maskOf(items, share, seed);
        const query = queryOf(dims, seed + 7);
        same(kernel.table(embeddings).scan(query, k, mask), naiveScan(embeddings, query, k, mask));
      }
    });
    test('equal scores come by ascending row, whichever are cut', () => {
      const embeddings = {
        dims: 2,
        rows: new Int8Array(200).fill(1),
        scales: new Float32Array(100).fill(0.5),
      };
      const table = make().table(embeddings);
      expect([...table.scan(Int8Array.of(3, 4), 5).rows]).toEqual([0, 1, 2, 3, 4]);
      const mask = new Uint32Array(4).fill(0b10100);
      expect([...table.scan(Int8Array.of(3, 4), 5, mask).rows]).toEqual([2, 4, 34, 36, 66]);
    });
    test('extremes do not saturate', () => {
      const dims = 1024;
      const embeddings = { dims, rows: new Int8Array(2 * dims).fill(127), scales: Float32Array.of(1, 1) };
      embeddings.rows.fill(-128, dims);
      const { scores } = make().table(embeddings).scan(new Int8Array(dims).fill(-63), 2);
      expect([...scores]).toEqual([128 * 63 * dims, -127 * 63 * dims]);
    });
    test('k of 0, no items and nothing eligible give nothing; k beyond the items gives all', () => {
      const table = make().table(tableOf(10, 4, 2));
      const query = queryOf(4, 1);
      expect(table.scan(query, 0).rows.length).toBe(0);
      expect(table.scan(query, 5, new Uint32Array(1)).rows.length).toBe(0);
      expect(table.scan(query, 1e9).rows.length).toBe(10);
      expect(
        make()
          .table(tableOf(0, 4, 2))
          .scan(query, 5).scores.length,
      ).toBe(0);
    });
    test.each([8, 64])('rows of %i whose score is no number are never found and disturb nobody', (dims) => {
      const embeddings = tableOf(130, dims, 3);
      const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-44, 3e38];
      for (let r = 0; r < 130; r += 3) embeddings.scales[r] = strange[r % strange.length]!;
      const table = make().table(embeddings);
      const few = maskOf(130, 0.7, 2);
      for (const query of [queryOf(dims, 4), new Int8Array(dims)])
        for (const k of [3, 20, 130])
          for (const mask of [undefined, few])
            same(table.scan(query, k, mask), naiveScan(embeddings, query, k, mask));
    });
    test('results stay what they were when the next query runs', () => {
      const table = make().table(tableOf(100, 8, 4));
      const first = table.scan(queryOf(8, 1), 10);
      const rows = [...first.rows];
      table.scan(queryOf(8, 2), 10);
      expect([...first.rows]).toEqual(rows);
    });
    test('a query, a mask, a k and a table that do not fit are refused', () => {
      const kernel = make();
      const table = kernel.table(tableOf(40, 8, 4));
      expect(() => table.scan(new Int8Array(7), 1)).toThrow('Found a query of 7 components, expected 8.');
      expect(() => table.scan(new Int8Array(8), 1, new Uint32Array(1))).toThrow('expected 2');
      for (const k of [-1, 1.5, Number.NaN])
        expect(() => table.scan(new Int8Array(8), k)).toThrow(RangeError);
      expect(() => kernel.table({ dims: 3, rows: new Int8Array(7), scales: new Float32Array(2) })).toThrow(
        'expected 2 x 3',
      );
    });
  });

  describe(`${name}: score`, () => {
    test('is what scan says of the same rows', () => {
      const kernel = make();
      for (const dims of [1, 8, 33, 64]) {
        const table = kernel.table(tableOf(77, dims, dims));
        const query = queryOf(dims, 9);
        const { rows, scores } = table.scan(query, 77);
        const out = new Float32Array(80).fill(5);
        table.score(query, rows, out);
        expect(bits(out.subarray(0, 77))).toEqual(bits(scores));
        expect([...out.subarray(77)]).toEqual([5, 5, 5]);
      }
    });
    test('takes rows in any order, twice or none', () => {
      const table = make().table({
        dims: 1,
        rows: Int8Array.of(1, 2, 3),
        scales: Float32Array.of(1, 1, 0.5),
      });
      const out = new Float32Array(4);
      table.score(Int8Array.of(2), Uint32Array.of(2, 0, 2, 1), out);
      expect([...out]).toEqual([3, 2, 3, 4]);
      table.score(Int8Array.of(2), new Uint32Array(0), out);
      expect(() => table.score(Int8Array.of(2), Uint32Array.of(3), out)).toThrow(
        'Found row 3, expected less than 3.',
      );
      expect(() => table.score(Int8Array.of(2), new Uint32Array(5), out)).toThrow('expected 5');
    });
  });

  describe(`${name}: several queries`, () => {
    test('find what each finds alone, under a mask and without', () => {
      const kernel = make();
      for (const [items, dims, share] of [
        [0, 4, 1],
        [1, 64, 1],
        [70, 16, 0.5],
        [5000, 64, 0.9],
        [4097, 40, 0.02],
      ] as const) {
        const embeddings = tableOf(items, dims, items);
        const table = kernel.table(embeddings);
        const queries = [1, 2, 3, 4, 5].map((seed) => queryOf(dims, seed));
        const mask = share === 1 ? undefined : maskOf(items, share, 3);
        const found = table.scanMany(queries, 30, mask);
        for (const [q, query] of queries.entries()) same(found[q]!, naiveScan(embeddings, query, 30, mask));
        expect(table.scanMany([], 30, mask)).toEqual([]);
      }
    });
    test('a query that does not fit is refused', () => {
      const table = make().table(tableOf(4, 8, 1));
      expect(() => table.scanMany([queryOf(8, 1), queryOf(7, 1)], 1)).toThrow(
        'Found a query of 7 components, expected 8.',
      );
    });
  });

  describe(`${name}: order`, () => {
    test('ascending, descending and equal scores of many rows are found alike', () => {
      const kernel = make();
      const items = 7000;
      const scaleOf = [
        (r: number) => 1 + r / items,
        (r: number) => 2 - r / items,
        () => 1,
        (r: number) => (r % 1000 === 0 ? 2 : 1),
      ];
      for (const scale of scaleOf) {
        const embeddings = {
          dims: 64,
          rows: new Int8Array(64 * items).fill(1),
          scales: Float32Array.from({ length: items }, (_, r) => scale(r)),
        };
        const table = kernel.table(embeddings);
        const query = new Int8Array(64).fill(2);
        for (const k of [1, 10, 100, 3000]) same(table.scan(query, k), naiveScan(embeddings, query, k));
      }
    });
  });
}
