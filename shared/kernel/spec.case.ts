import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernel } from './contract.ts';
import { categoriesOf, floats, layersOf, random, specOfShape } from './draw.case.ts';
import { bits, naiveNetwork } from './naive.case.ts';
import { quantiseLayer } from './quantise.ts';

/** What every build's quantised layers, embeddings, whole inputs and z-scores must do. */
export function specConformance(name: string, make: () => Kernel): void {
  describe(`${name}: network of a spec`, () => {
    const shapes = fc.record({
      dense: fc.integer({ min: 0, max: 23 }),
      vocabularies: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
      dims: fc.integer({ min: 1, max: 9 }),
      hidden: fc.array(fc.integer({ min: 1, max: 21 }), { minLength: 1, maxLength: 3 }),
      quantised: fc.nat(7),
      wholeShare: fc.constantFrom(0, 0.3, 1),
      sameShare: fc.constantFrom(0, 0.4, 1),
      standard: fc.boolean(),
      rows: fc.integer({ min: 0, max: 70 }),
      seed: fc.nat(1000),
    });
    test('agrees with the law bit for bit, for any shape', () => {
      const kernel = make();
      fc.assert(
        fc.property(shapes, ({ wholeShare, sameShare, rows, seed, ...shape }) => {
          fc.pre(shape.dense + shape.vocabularies.length > 0);
          const next = random(seed);
          const whole = Array.from({ length: shape.dense }, (_, i) => i).filter(() => next() < wholeShare);
          const spec = specOfShape({ ...shape, whole }, seed);
          const x = floats(rows * shape.dense, seed + 9, 3);
          for (let at = 0; at < shape.dense; at++)
            if (next() < sameShare)
              for (let row = 0; row < rows; row++)
                x[row * shape.dense + at] = at % 4 ? at : at * (row % 2 ? -1 : 1);
          const categories = categoriesOf(shape.vocabularies, rows, seed);
          const network = kernel.network(spec);
          const expected = bits(naiveNetwork(spec, x, [rows, categories]));
          expect(bits(network.run(x, rows, categories))).toEqual(expected);
          const room = network.input(rows);
          room.set(x);
          expect(bits(network.run(room, rows, categories))).toEqual(expected);
          const columns = x.map((_, at) => x[(at % rows) * shape.dense + Math.floor(at / rows)]!);
          expect(bits(network.runColumns(columns, rows, categories))).toEqual(expected);
          expect(bits(network.run(x, rows, categories))).toEqual(expected);
          network.free();
        }),
        { numRuns: 120 },
      );
    });
    test('a network that is called again and again answers as at first, whatever the rows', () => {
      const kernel = make();
      for (const quantised of [1, 2, 3, 6, 7, 15]) {
        const shape = { dense: 13, vocabularies: [7, 19], dims: 4, hidden: [24, 37, 11], quantised };
        const spec = specOfShape({ ...shape, standard: true, whole: [2, 5] }, quantised);
        const network = kernel.network(spec);
        for (let call = 0; call < 7; call++) {
          const rows = call === 5 ? 3 : 131;
          const x = floats(rows * 13, call, 3);
          const categories = categoriesOf(shape.vocabularies, rows, call);
          expect(bits(network.run(x, rows, categories))).toEqual(
            bits(naiveNetwork(spec, x, [rows, categories])),
          );
        }
        network.free();
      }
    });
    test('vectors that are decoded one by one, of no category but those that were met', () => {
      const kernel = make();
      const shape = { dense: 5, vocabularies: [40, 300], dims: 16, hidden: [24, 3], quantised: 3 };
      const spec = specOfShape({ ...shape, standard: false, whole: [] }, 4);
      const met = (spec.embeddings ?? []).map(() => new Set<number>());
      const embeddings = (spec.embeddings ?? []).map((one, k) => ({
        ...one,
        vector: (category: number) => {
          met[k]!.add(category);
          return one.values.slice(category * one.dims, (category + 1) * one.dims);
        },
      }));
      const x = floats(9 * 5, 2, 3);
      const categories = categoriesOf(shape.vocabularies, 9, 6);
      const network = kernel.network({ ...spec, embeddings });
      expect(bits(network.run(x, 9, categories))).toEqual(bits(naiveNetwork(spec, x, [9, categories])));
      for (const [k, some] of met.entries())
        for (const category of some) expect(categories.filter((_, i) => i % 2 === k)).toContain(category);
      network.free();
    });
    test('rows of NaN, of infinity, of zeros and of the smallest numbers', () => {
      const kernel = make();
      for (const quantised of [0, 1, 2, 3]) {
        const layers = layersOf([9, 13, 3], 2).map((layer, l) =>
          (quantised >> l) & 1 ? quantiseLayer(layer) : layer,
        );
        const x = floats(12 * 9, 5);
        for (const [row, value] of [Number.NaN, Number.POSITIVE_INFINITY, -1e-31, 1e-40, 3e38].entries())
          x[row * 18 + row] = value;
        x.fill(0, 9, 18);
        x.fill(1e-36, 27, 36);
        const found = kernel.network(layers).run(x, 12);
        expect(bits(found)).toEqual(bits(naiveNetwork({ dense: 9, layers }, x, [12])));
        expect([...found.subarray(0, 3)].every(Number.isFinite)).toBe(false);
        expect([...found.subarray(3, 6)].every(Number.isFinite)).toBe(true);
      }
    });
    test('numbers too small to be rounded count as zeros', () => {
      const [layer] = layersOf([9, 13, 3], 2);
      const quantised = { ...quantiseLayer(layer!), bias: new Float32Array(13), activation: 'none' as const };
      const x = new Float32Array(36).fill(0.9e-30);
      x.fill(1e-30, 9, 18);
      x.fill(1e-44, 18, 27);
      x.fill(0, 27, 36);
      const found = make().network([quantised]).run(x, 4);
      expect(bits(found)).toEqual(bits(naiveNetwork({ dense: 9, layers: [quantised] }, x, [4])));
      expect([...found.subarray(13, 26)].some((value) => value !== 0)).toBe(true);
      for (const row of [0, 2, 3])
        expect([...found.subarray(13 * row, 13 * row + 13)].every((value) => value === 0)).toBe(true);
    });
    test('the widest quantised layer does not overflow', () => {
      const inputs = 2047;
      const layer = {
        inputs,
        outputs: 2,
        weights: Int8Array.from({ length: 2 * inputs }, (_, at) => (at % 2 ? -128 : 127)),
        scales: Float32Array.of(1, 1),
        bias: new Float32Array(2),
        activation: 'none' as const,
      };
      const [found, other] = make().network([layer]).run(new Float32Array(inputs).fill(8191), 1);
      expect([found, other]).toEqual([Math.fround(8191 * 127 * inputs), Math.fround(8191 * -128 * inputs)]);
      const wide = { ...layer, inputs: 2048, weights: new Int8Array(4096) };
      expect(() => make().network([wide])).toThrow('found 2048 inputs, expected 2047 at most');
    });
    test('whole inputs are read from the first row alone', () => {
      const spec = specOfShape(
        { dense: 4, vocabularies: [], dims: 1, hidden: [8, 1], quantised: 3, whole: [1, 3], standard: false },
        7,
      );
      const network = make().network(spec);
      const x = floats(20, 3);
      const before = bits(network.run(x, 5));
      for (let row = 1; row < 5; row++) x[4 * row + 1] = x[4 * row + 3] = 1e9;
      expect(bits(network.run(x, 5))).toEqual(before);
    });
    test('inputs that are the same in all rows of a call may be others in the next', () => {
      const spec = specOfShape(
        {
          dense: 21,
          vocabularies: [6, 9],
          dims: 3,
          hidden: [17, 1],
          quantised: 3,
          whole: [4],
          standard: true,
        },
        3,
      );
      const network = make().network(spec);
      for (const [call, same] of [[], [0, 7, 20], [1, 7], [1, 7], [...Array(21).keys()], [], [9]].entries())
        for (const odd of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
          const x = floats(21 * 37, call);
          for (const at of same)
            for (let row = 0; row < 37; row++) x[row * 21 + at] = (at === 7 ? odd : undefined) ?? at / 8;
          const categories = categoriesOf([6, 9], 37, call);
          if (call % 2) for (let row = 0; row < 37; row++) categories[2 * row] = call;
          const expected = bits(naiveNetwork(spec, x, [37, categories]));
          expect(bits(network.run(x, 37, categories))).toEqual(expected);
        }
    });
    test('what does not fit is refused', () => {
      const kernel = make();
      const spec = specOfShape(
        { dense: 3, vocabularies: [5], dims: 2, hidden: [4], quantised: 1, whole: [], standard: true },
        1,
      );
      const refuses = (change: object, message: string) =>
        expect(() => kernel.network({ ...spec, ...change })).toThrow(message);
      refuses({ dense: 4 }, 'found 5 inputs, expected the 6 dense inputs and embeddings');
      refuses({ whole: [2, 1] }, 'Found whole inputs 2, 1, expected some of 0 to 2, ascending.');
      refuses({ whole: [3] }, 'expected some of 0 to 2');
      refuses({ embeddings: [{ vocabulary: 5, dims: 2, values: new Float32Array(9) }] }, 'expected 5 x 2');
      refuses({ standard: { ...spec.standard, means: new Float32Array(2) } }, 'expected 3 of each');
      refuses({ standard: { ...spec.standard, most: 0 } }, 'expected more than 0');
      refuses(
        { layers: [{ ...spec.layers[0]!, scales: new Float32Array(3) }] },
        'found 3 scales, expected 4',
      );
      const network = kernel.network(spec);
      const x = new Float32Array(6);
      expect(() => network.run(x, 2, Uint16Array.of(4, 5))).toThrow(
        'Embedding 0: found category 5, expected less than 5.',
      );
      expect(() => network.run(x, 2, Uint16Array.of(4))).toThrow('Found 1 categories, expected 2 x 1.');
      expect(() => network.run(x, 2)).toThrow('Found 0 categories, expected 2 x 1.');
    });
  });
}
