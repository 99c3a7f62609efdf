import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DenseLayer, Kernel } from './contract.ts';
import { layersOf, random } from './draw.case.ts';
import { bits, naiveNetwork } from './naive.case.ts';

/** What every build's networks of float32 layers must do. */
export function networkConformance(name: string, make: () => Kernel): void {
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
          expect(bits(network.run(x, rows))).toEqual(
            bits(naiveNetwork({ dense: layers[0]!.inputs, layers }, x, [rows])),
          );
          network.free();
        }),
        { numRuns: 100 },
      );
    });
    test('a ranker of the usual size', () => {
      const layers = layersOf([48, 64, 32, 1], 5);
      const next = random(6);
      const x = Float32Array.from({ length: 400 * 48 }, () => next() * 4 - 2);
      expect(bits(make().network(layers).run(x, 400))).toEqual(
        bits(naiveNetwork({ dense: 48, layers }, x, [400])),
      );
    });
    test('networks side by side, of which each reads its own inputs alone', () => {
      const kernel = make();
      const widths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(widths, widths, fc.nat(1000), (inputs, outputs, seed) => {
          const networks = inputs.map(
            (own, at) => layersOf([own, outputs[at] ?? 3], seed + at)[0] as DenseLayer,
          );
          const layer = diagonal(networks);
          const next = random(seed);
          // An input that is read for nothing makes NaN of infinity.
          const x = Float32Array.from({ length: 7 * layer.inputs }, () =>
            next() < 0.1 ? Number.POSITIVE_INFINITY : next() * 6 - 3,
          );
          const network = kernel.network([layer]);
          const found = bits(network.run(x, 7));
          expect(found).toEqual(bits(naiveNetwork({ dense: layer.inputs, layers: [layer] }, x, [7])));
          network.free();
        }),
        { numRuns: 100 },
      );
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
          expect(bits(network.run(x, 8))).toEqual(bits(naiveNetwork({ dense: 3, layers }, x, [8])));
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
        expect(bits(found)).toEqual(bits(naiveNetwork({ dense: layers[0]!.inputs, layers }, x, [rows])));
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
}

/** Layers on the diagonal of one. */
function diagonal(layers: readonly DenseLayer[]): DenseLayer {
  const inputs = layers.reduce((sum, layer) => sum + layer.inputs, 0);
  const outputs = layers.reduce((sum, layer) => sum + layer.outputs, 0);
  const weights = new Float32Array(inputs * outputs);
  let [row, column] = [0, 0];
  for (const layer of layers) {
    layer.weights.forEach((weight, at) => {
      weights[(row + Math.floor(at / layer.outputs)) * outputs + column + (at % layer.outputs)] = weight;
    });
    row += layer.inputs;
    column += layer.outputs;
  }
  const bias = Float32Array.from(layers.flatMap((layer) => [...layer.bias]));
  return { inputs, outputs, weights, bias, activation: 'relu' };
}
