import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EmbeddingTable } from '../bundle/contract.ts';
import type { Kernel, Table } from './contract.ts';
import { floats, queryOf, residualsFor, tableOf } from './draw.case.ts';
import { fromHalf } from './half.ts';
import { naiveScan, naiveSearch, same } from './naive.case.ts';
import { residualsOf } from './quantise.ts';
import { scaleOf } from './scale.ts';

const joined = (a: EmbeddingTable, b: EmbeddingTable): EmbeddingTable => ({
  dims: a.dims,
  rows: Int8Array.of(...a.rows, ...b.rows),
  scales: Float32Array.of(...a.scales, ...b.scales),
});

/** What every build's tables must do when they change, and when they score again. */
export function tableConformance(name: string, make: () => Kernel): void {
  describe(`${name}: a table that changes`, () => {
    const step = fc.record({
      what: fc.constantFrom('append', 'update', 'remove'),
      count: fc.nat(40),
      at: fc.nat(1000),
    });
    test('is what a table made anew would be, whatever was appended, updated and removed', () => {
      const kernel = make();
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (steps, dims) => {
          let model = tableOf(20, dims, dims);
          const table = kernel.table(model, dims % 2 ? { capacity: 50 } : {});
          model = joined(model, tableOf(0, dims, 1));
          for (const [n, { what, count, at }] of steps.entries()) {
            if (what === 'append') {
              const more = tableOf(count, dims, n);
              expect(table.append(more)).toBe(model.scales.length);
              model = joined(model, more);
            } else if (what === 'update') {
              const written = tableOf(Math.min(count, model.scales.length), dims, n);
              const first = at % (model.scales.length - written.scales.length + 1);
              table.update(first, written);
              model.rows.set(written.rows, first * dims);
              model.scales.set(written.scales, first);
            } else {
              table.remove(at % model.scales.length);
              model.scales[at % model.scales.length] = Number.NaN;
            }
            expect(table.items).toBe(model.scales.length);
            same(table.scan(queryOf(dims, n), 15), naiveScan(model, queryOf(dims, n), 15));
          }
          table.free();
        }),
        { numRuns: 60 },
      );
    });
    test('rows of length one are measured to the bit, as they come and where they lie', () => {
      const kernel = make();
      for (const dims of [1, 7, 16, 64, 100, 1024]) {
        const { rows } = tableOf(41, dims, dims);
        rows.fill(0, 0, dims);
        rows.fill(-128, dims, 2 * dims);
        const scales = Float32Array.from({ length: 41 }, (_, r) => {
          const square = rows.subarray(r * dims, (r + 1) * dims).reduce((sum, k) => sum + k * k, 0);
          return square === 0 ? 0 : 1 / Math.sqrt(square);
        });
        const given = { dims, rows, scales };
        const unit = { ...given, unit: true };
        expect(scales.map((_, r) => scaleOf(unit, r))).toEqual(scales);
        const every = Uint32Array.from(scales.keys());
        const scores = (table: Table) => {
          const out = new Float32Array(every.length);
          table.score(queryOf(dims, 3), every, out);
          return out;
        };
        const table = kernel.table(unit);
        expect(scores(table)).toEqual(scores(kernel.table(given)));
        table.update(2, { dims, rows: rows.slice(0, 5 * dims), scales: scales.slice(0, 5), unit: true });
        const moved = { dims, rows: rows.slice(), scales: scales.slice() };
        moved.rows.copyWithin(2 * dims, 0, 5 * dims);
        moved.scales.copyWithin(2, 0, 5);
        expect(scores(table)).toEqual(scores(kernel.table(moved)));
        expect(table.append(unit)).toBe(41);
        same(table.scan(queryOf(dims, 5), 20), naiveScan(joined(moved, given), queryOf(dims, 5), 20));
      }
      expect(() =>
        kernel.table({ dims: 3, rows: new Int8Array(10), scales: new Float32Array(4), unit: true }),
      ).toThrow(RangeError);
    });
    test('rows in a room are read where they lie, and neither changes nor other calls harm them', () => {
      const kernel = make();
      for (const dims of [16, 64, 24]) {
        const model = tableOf(77, dims, dims);
        const room = kernel.room(32 + model.rows.length);
        room.view().set(new Uint8Array(model.rows.buffer), 16);
        const lent = () => new Int8Array(room.view().buffer, room.view().byteOffset + 16, model.rows.length);
        const table = kernel.table({ ...model, rows: lent() });
        const other = kernel.table(tableOf(40_000, 32, 1));
        const query = queryOf(dims, 3);
        same(table.scan(query, 12), naiveScan(model, query, 12));
        const seen = table.embeddings;
        if (dims === 24 && kernel.build !== 'js') expect(seen).toBeUndefined();
        else expect([seen?.dims, [...seen!.rows]]).toEqual([dims, [...model.rows]]);
        const inPlace =
          seen?.rows.buffer === room.view().buffer && seen.rows.byteOffset === lent().byteOffset;
        expect(inPlace).toBe(dims !== 24 || kernel.build === 'js');
        const written = tableOf(5, dims, 9);
        table.update(3, written);
        table.append({ ...model, rows: lent() });
        expect([...lent()]).toEqual([...model.rows]);
        const changed = joined(model, model);
        changed.rows.set(written.rows, 3 * dims);
        changed.scales.set(written.scales, 3);
        same(table.scan(query, 20), naiveScan(changed, query, 20));
        table.remove(4);
        expect(table.embeddings?.scales[4] ?? Number.NaN).toBeNaN();
        for (const thing of [table, other, room]) thing.free();
      }
    });
    test('a room at the end of memory lends its rows too', () => {
      const kernel = make();
      for (const items of [1, 2, 1021, 1023, 4096]) {
        const model = tableOf(items, 64, 2);
        const room = kernel.room(model.rows.length);
        room.view().set(new Uint8Array(model.rows.buffer));
        const rows = new Int8Array(room.view().buffer, room.view().byteOffset, model.rows.length);
        const table = kernel.table({ ...model, rows });
        same(table.scan(queryOf(64, 1), 9), naiveScan(model, queryOf(64, 1), 9));
        table.free();
        room.free();
      }
    });
    test('leaves the arrays that it was made of as they were', () => {
      const embeddings = tableOf(10, 4, 1);
      const before = [[...embeddings.rows], [...embeddings.scales]];
      const table = make().table(embeddings);
      table.remove(3);
      table.update(0, tableOf(2, 4, 5));
      expect([[...embeddings.rows], [...embeddings.scales]]).toEqual(before);
    });
    test('a removed row has no score, and may come back', () => {
      const embeddings = tableOf(3, 4, 2);
      const table = make().table(embeddings);
      const query = queryOf(4, 1);
      const before = table.scan(query, 3);
      table.remove(1);
      const out = new Float32Array(1);
      table.score(query, Uint32Array.of(1), out);
      expect(out[0]).toBeNaN();
      expect([...table.scan(query, 3).rows]).not.toContain(1);
      table.update(1, { dims: 4, rows: embeddings.rows.slice(4, 8), scales: embeddings.scales.slice(1, 2) });
      same(table.scan(query, 3), before);
    });
    test('changes that do not fit are refused and change nothing', () => {
      const table = make().table(tableOf(3, 4, 2));
      const before = table.scan(queryOf(4, 1), 3);
      expect(() => table.append(tableOf(1, 5, 1))).toThrow('Found rows of 5 components, expected 4.');
      expect(() => table.append(tableOf(1, 4, 1), new Uint16Array(4))).toThrow('expected none');
      expect(() => table.update(2, tableOf(2, 4, 1))).toThrow('Found rows 2 to 4, expected at most 3.');
      for (const row of [3, -1, 0.5]) expect(() => table.remove(row)).toThrow(`Found row ${row}`);
      expect(table.items).toBe(3);
      same(table.scan(queryOf(4, 1), 3), before);
    });
  });

  describe(`${name}: search`, () => {
    test('ranks the best of the scan by float scores, with residuals and without', () => {
      const kernel = make();
      fc.assert(
        fc.property(
          fc.nat(300),
          fc.integer({ min: 1, max: 70 }),
          fc.nat(40),
          fc.nat(99),
          (items, dims, k, seed) => {
            const embeddings = tableOf(items, dims, seed);
            const bits = residualsFor(embeddings, seed);
            const query = floats(dims, seed + 1, 2);
            const plain = kernel.table(embeddings);
            same(plain.search(query, k), naiveSearch(embeddings, query, { k }));
            const finer = kernel.table(embeddings, { residuals: bits });
            const residuals = Float32Array.from(bits, fromHalf);
            same(finer.search(query, k), naiveSearch(embeddings, query, { k, residuals }));
            for (const table of [plain, finer]) table.free();
          },
        ),
        { numRuns: 80 },
      );
    });
    test('with residuals, scores are those of the floats that were rounded', () => {
      const dims = 64;
      const values = floats(500 * dims, 4);
      const scales = new Float32Array(500).fill(1 / 127);
      const embeddings = { dims, rows: Int8Array.from(values, (value) => Math.round(value * 127)), scales };
      const query = floats(dims, 8);
      const dot = (row: number) => query.reduce((sum, q, d) => sum + q * values[row * dims + d]!, 0);
      const error = (table: ReturnType<Kernel['table']>) => {
        const { rows, scores } = table.search(query, 20);
        return Math.max(...Array.from(rows, (row, i) => Math.abs(scores[i]! - dot(row))));
      };
      const kernel = make();
      expect(error(kernel.table(embeddings, { residuals: residualsOf(embeddings, values) }))).toBeLessThan(
        2e-5,
      );
      expect(error(kernel.table(embeddings))).toBeGreaterThan(1e-3);
    });
    test('rows that were appended, updated and removed are searched as others', () => {
      const start = tableOf(5, 6, 1);
      const more = tableOf(9, 6, 4);
      const [first, second] = [residualsFor(start, 1), residualsFor(more, 2)];
      const table = make().table(start, { residuals: first });
      table.append(more, second);
      table.update(0, more, second);
      table.remove(2);
      const model = joined(more, tableOf(0, 6, 1));
      const all = joined(model, { dims: 6, rows: more.rows.slice(24), scales: more.scales.slice(4) });
      all.scales[2] = Number.NaN;
      const residuals = Float32Array.from([...second, ...second.slice(24)], fromHalf);
      const query = floats(6, 3);
      same(table.search(query, 9), naiveSearch(all, query, { k: 9, residuals }));
      expect(() => table.append(more)).toThrow('Found none, expected residuals.');
      expect(() => table.search(new Float32Array(5), 1)).toThrow(
        'Found a query of 5 components, expected 6.',
      );
    });
    test('a query of zeros, NaN or infinity finds rows of no worth or none, and harms nothing', () => {
      const table = make().table(tableOf(40, 8, 2));
      const query = floats(8, 1);
      const before = table.search(query, 5);
      expect([...table.search(new Float32Array(8), 3).scores]).toEqual([0, 0, 0]);
      for (const strange of [Number.NaN, Number.POSITIVE_INFINITY])
        expect(table.search(new Float32Array(8).fill(strange), 3).rows.length).toBe(0);
      same(table.search(query, 5), before);
    });
  });
}
