import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EmbeddingTable } from '../bundle/contract.ts';
import type { DenseLayer, Kernel, ScanResult } from './contract.ts';

/** Bits of a seeded generator (Numerical Recipes' congruence), for inputs too large for fast-check. */
const random = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Few distinct scales and small components make ties common, as they are in a real catalogue. */
const tableOf = (items: number, dims: number, seed: number): EmbeddingTable => {
  const next = random(seed);
  const rows = Int8Array.from({ length: items * dims }, () => Math.floor(next() * 255) - 127);
  if (seed % 2) for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! >> 6;
  const scales = Float32Array.from({ length: items }, () =>
    seed % 3 ? 0.01 + 0.005 * Math.floor(next() * 3) : next(),
  );
  return { dims, rows, scales };
};
const queryOf = (dims: number, seed: number): Int8Array => {
  const next = random(seed);
  return Int8Array.from({ length: dims }, () => Math.floor(next() * 127) - 63);
};
const maskOf = (items: number, share: number, seed: number): Uint32Array => {
  const next = random(seed);
  const mask = new Uint32Array(Math.ceil(items / 32));
  for (let r = 0; r < items; r++) if (next() < share) mask[r >>> 5]! |= 1 << (r & 31);
  return mask;
};

/** The law, written down as plainly as it can be: score all, sort all. */
function naiveScan(
  { dims, rows, scales }: EmbeddingTable,
  query: Int8Array,
  k: number,
  eligible?: Uint32Array,
): ScanResult {
  const scored: { row: number; score: number }[] = [];
  for (const [row, scale] of scales.entries()) {
    let dot = 0n;
    for (let d = 0; d < dims; d++) dot += BigInt(rows[row * dims + d]!) * BigInt(query[d]!);
    const score = Math.fround(Math.fround(Number(dot)) * scale);
    const allowed = eligible === undefined || (BigInt(eligible[row >> 5]!) >> BigInt(row % 32)) % 2n === 1n;
    if (allowed && !Number.isNaN(score)) scored.push({ row, score });
  }
  scored.sort((a, b) => (a.score === b.score ? a.row - b.row : a.score > b.score ? -1 : 1));
  const best = scored.slice(0, k);
  return {
    rows: Uint32Array.from(best, (one) => one.row),
    scores: Float32Array.from(best, (one) => one.score),
  };
}

function naiveNetwork(layers: readonly DenseLayer[], x: Float32Array, rows: number): Float32Array {
  let from = Array.from(x);
  for (const { inputs, outputs, weights, bias, activation } of layers) {
    const to: number[] = [];
    for (let r = 0; r < rows; r++)
      for (let o = 0; o < outputs; o++) {
        let sum = bias[o]!;
        for (let i = 0; i < inputs; i++)
          sum = Math.fround(sum + Math.fround(from[r * inputs + i]! * weights[i * outputs + o]!));
        to.push(activation === 'relu' && sum < 0 ? 0 : sum);
      }
    from = to;
  }
  return Float32Array.from(from);
}

const bits = (values: Float32Array): number[] =>
  Array.from(new Uint32Array(values.slice().buffer), (word, i) => (Number.isNaN(values[i]) ? -1 : word));
const same = (found: ScanResult, expected: ScanResult): void => {
  expect([...found.rows]).toEqual([...expected.rows]);
  expect(bits(found.scores)).toEqual(bits(expected.scores));
};

const layersOf = (widths: readonly number[], seed: number): DenseLayer[] => {
  const next = random(seed);
  const values = (length: number) => Float32Array.from({ length }, () => next() * 2 - 1);
  return widths.slice(1).map((outputs, l) => ({
    inputs: widths[l]!,
    outputs,
    weights: values(widths[l]! * outputs),
    bias: values(outputs),
    activation: l === widths.length - 2 ? 'none' : 'relu',
  }));
};

/** What every build must do. `make` gives a fresh kernel. */
export function kernelConformance(name: string, make: () => Kernel): void {
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
    test('rows whose score is no number are never found and disturb nobody', () => {
      const embeddings = tableOf(50, 8, 3);
      const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-44, 3e38];
      for (let r = 0; r < 50; r += 3) embeddings.scales[r] = strange[r % strange.length]!;
      const table = make().table(embeddings);
      for (const query of [queryOf(8, 4), new Int8Array(8)])
        for (const k of [3, 20, 50]) same(table.scan(query, k), naiveScan(embeddings, query, k));
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

  describe(`${name}: network`, () => {
    test('agrees with plain loops bit for bit, for any shape', () => {
      const kernel = make();
      const widths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 4 });
      fc.assert(
        fc.property(widths, fc.nat(9), fc.nat(1000), (shape, rows, seed) => {
          const layers = layersOf(shape, seed);
          const next = random(seed + 1);
          const x = Float32Array.from({ length: rows * shape[0]! }, () => next() * 6 - 3);
          const network = kernel.network(layers);
          expect([network.inputs, network.outputs]).toEqual([shape[0], shape[shape.length - 1]]);
          expect(bits(network.run(x, rows))).toEqual(bits(naiveNetwork(layers, x, rows)));
          network.free();
        }),
        { numRuns: 100 },
      );
    });
    test('a ranker of the usual size', () => {
      const layers = layersOf([48, 64, 32, 1], 5);
      const next = random(6);
      const x = Float32Array.from({ length: 400 * 48 }, () => next() * 4 - 2);
      expect(bits(make().network(layers).run(x, 400))).toEqual(bits(naiveNetwork(layers, x, 400)));
    });
    test('a known answer', () => {
      const layers: DenseLayer[] = [
        {
          inputs: 2,
          outputs: 2,
          weights: Float32Array.of(1, -1, 2, 1),
          bias: Float32Array.of(0.5, 0),
          activation: 'relu',
        },
        {
          inputs: 2,
          outputs: 1,
          weights: Float32Array.of(2, 3),
          bias: Float32Array.of(-1),
          activation: 'none',
        },
      ];
      const found = make()
        .network(layers)
        .run(Float32Array.of(1, 2, 3, -1), 2);
      expect([...found]).toEqual([2 * 5.5 + 3 * 1 - 1, 2 * 1.5 - 1]);
    });
    test('NaN and infinity stay in their row and are not hidden by an activation', () => {
      const layers = layersOf([3, 16, 2], 4);
      const network = make().network(layers);
      const clean = [...network.run(new Float32Array(24).fill(1), 8)];
      for (let row = 0; row < 8; row++)
        for (const strange of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const x = new Float32Array(24).fill(1);
          x[3 * row + 1] = strange;
          const found = [...network.run(x, 8)];
          expect(found.splice(2 * row, 2).some(Number.isFinite)).toBe(false);
          expect(found).toEqual(clean.slice(0, -2));
          expect(bits(network.run(x, 8))).toEqual(bits(naiveNetwork(layers, x, 8)));
        }
    });
    test('an activation lets NaN of every output through', () => {
      const [layer] = layersOf([1, 11, 1], 4);
      for (let row = 0; row < 4; row++) {
        const x = new Float32Array(4).fill(1);
        x[row] = Number.NaN;
        const found = make().network([layer!]).run(x, 4);
        expect([...found].map(Number.isNaN)).toEqual(
          Array.from({ length: 44 }, (_, i) => Math.floor(i / 11) === row),
        );
      }
    });
    test('smaller batches after larger ones see nothing of them', () => {
      const layers = layersOf([5, 9, 3], 8);
      const network = make().network(layers);
      const next = random(1);
      for (const rows of [0, 1, 50, 3, 7, 0, 2]) {
        const x = Float32Array.from({ length: rows * 5 }, () => next());
        const found = network.run(x, rows);
        expect(bits(found)).toEqual(bits(naiveNetwork(layers, x, rows)));
      }
    });
    test('layers and batches that do not fit are refused', () => {
      const kernel = make();
      const [first, second] = layersOf([2, 3, 1], 1) as [DenseLayer, DenseLayer];
      expect(() => kernel.network([])).toThrow('Found no layers');
      expect(() => kernel.network([second, first])).toThrow(
        'Layer 1: found 2 inputs, expected the 1 outputs before it.',
      );
      expect(() => kernel.network([{ ...first, weights: new Float32Array(5) }])).toThrow(
        'found 5 weights, expected 2 x 3',
      );
      expect(() => kernel.network([{ ...first, bias: new Float32Array(2) }])).toThrow(
        'found 2 biases, expected 3',
      );
      const network = kernel.network([first]);
      expect(() => network.run(new Float32Array(3), 2)).toThrow('Found 3 values, expected 2 x 2.');
    });
  });

  describe(`${name}: many tables and networks in one kernel`, () => {
    test('come and go without touching each other', () => {
      const kernel = make();
      const next = random(11);
      const live: { embeddings: EmbeddingTable; table: ReturnType<Kernel['table']> }[] = [];
      const layers = layersOf([6, 7, 2], 3);
      const network = kernel.network(layers);
      const x = Float32Array.from({ length: 30 }, () => next());
      for (let step = 0; step < 60; step++) {
        const embeddings = tableOf(Math.floor(next() * 3000), 1 + Math.floor(next() * 80), step);
        live.push({ embeddings, table: kernel.table(embeddings) });
        if (next() < 0.6) live.splice(Math.floor(next() * live.length), 1)[0]!.table.free();
        const any = live[Math.floor(next() * live.length)];
        if (!any) continue;
        const query = queryOf(any.embeddings.dims, step);
        same(any.table.scan(query, 5), naiveScan(any.embeddings, query, 5));
        expect(bits(network.run(x, 5))).toEqual(bits(naiveNetwork(layers, x, 5)));
      }
    });
    test('a freed one refuses to work, and may be freed again', () => {
      const kernel = make();
      const table = kernel.table(tableOf(4, 4, 1));
      const network = kernel.network(layersOf([2, 1], 1));
      for (const thing of [table, network, table, network]) thing.free();
      expect(() => table.scan(queryOf(4, 1), 1)).toThrow('Found a freed table');
      expect(() => table.score(queryOf(4, 1), new Uint32Array(1), new Float32Array(1))).toThrow(
        'Found a freed table',
      );
      expect(() => network.run(new Float32Array(2), 1)).toThrow('Found a freed network');
    });
  });
}
