import { describe, expect, test } from 'vitest';
import type { DenseLayer, Layer } from './contract.ts';
import { floats, layersOf, random } from './draw.case.ts';
import { loadKernel } from './load.ts';
import { quantiseLayer, quantiseQuery, residualsOf } from './quantise.ts';
import { quantiseLayers } from './quantise-layers.ts';

describe('a query in seven bits', () => {
  test('has its largest component at 63 and points where it pointed', () => {
    const { vector, step } = quantiseQuery([0.5, -2, 1, 0]);
    expect([...vector]).toEqual([16, -63, 32, 0]);
    expect(step).toBeCloseTo(2 / 63, 12);
  });
  test('says nothing where there is no direction', () => {
    for (const strange of [0, Number.NaN, Number.POSITIVE_INFINITY])
      expect(quantiseQuery([strange, strange])).toEqual({ vector: new Int8Array(2), step: 0 });
  });
});

test('residuals are what the rows leave, to half a float’s eleven bits', () => {
  const values = Float32Array.of(0.1, -0.2, 0.3, 0.4);
  const rows = Int8Array.of(10, -20, 30, 40);
  const scales = Float32Array.of(0.01, 0.0101);
  const halves = residualsOf({ dims: 2, rows, scales }, values);
  expect(halves.length).toBe(4);
  expect([halves[0]! & 0x7fff, halves[1]! & 0x7fff].every((bits) => bits < 0x0100)).toBe(true);
  expect(halves[2]).toBe(0x8000 | 0x1a25);
});

/** The shape of a ranker, with inputs that hang together as features do. */
function task(seed: number) {
  const widths = [40, 96, 48, 1];
  const layers: DenseLayer[] = layersOf(widths, seed).map((layer) => {
    const size = Math.sqrt(6 / layer.inputs);
    return { ...layer, weights: layer.weights.map((weight) => weight * size) };
  });
  const mix = floats(12 * 40, seed + 77);
  const inputs = (rows: number, from: number) => {
    const causes = floats(rows * 12, from, 1.5);
    const next = random(from + 5);
    return Float32Array.from({ length: rows * 40 }, (_, at) => {
      let sum = (next() - 0.5) * 0.5;
      for (let c = 0; c < 12; c++) sum += causes[Math.floor(at / 40) * 12 + c]! * mix[c * 40 + (at % 40)]!;
      return sum;
    });
  };
  return { layers, inputs };
}

/** Root mean square of what a network says otherwise than float64 would. */
function errorOf(layers: readonly Layer[], exact: readonly DenseLayer[], x: Float32Array): number {
  const rows = x.length / exact[0]!.inputs;
  let values = Array.from(x);
  for (const { inputs, outputs, weights, bias, activation } of exact)
    values = Array.from({ length: rows * outputs }, (_, at) => {
      const row = Math.floor(at / outputs) * inputs;
      let sum = bias[at % outputs]!;
      for (let i = 0; i < inputs; i++) sum += values[row + i]! * weights[i * outputs + (at % outputs)]!;
      return activation === 'relu' ? Math.max(sum, 0) : sum;
    });
  const found = loadKernel().network(layers).run(x, rows);
  return Math.sqrt(values.reduce((sum, value, at) => sum + (value - found[at]!) ** 2, 0) / values.length);
}

describe('layers in int8', () => {
  test('an output’s largest weight becomes 127; an output without weights stays silent', () => {
    const layer: DenseLayer = {
      inputs: 2,
      outputs: 2,
      weights: Float32Array.of(0.5, 0, -1, 0),
      bias: Float32Array.of(1, 2),
      activation: 'relu',
    };
    const { weights, scales } = quantiseLayer(layer);
    expect([...weights]).toEqual([64, 0, -127, 0]);
    expect([...scales]).toEqual([Math.fround(1 / 127), 0]);
  });
  test('rounding that compensates its errors errs less on inputs that it has not seen', () => {
    const ratios = [1, 2, 3].map((seed) => {
      const { layers, inputs } = task(seed);
      const compensated = quantiseLayers(layers, inputs(600, 1000));
      expect(compensated.map((layer) => 'scales' in layer)).toEqual([true, true, false]);
      const plain = layers.map((layer, l) => (l === 2 ? layer : quantiseLayer(layer)));
      const x = inputs(300, 5000);
      return errorOf(compensated, layers, x) / errorOf(plain, layers, x);
    });
    for (const ratio of ratios) expect(ratio).toBeLessThan(0.9);
  });
  test('a sample that does not fit is refused', () => {
    const { layers } = task(1);
    expect(() => quantiseLayers(layers, new Float32Array(41))).toThrow(
      'Found a sample of 41 values, expected rows of 40.',
    );
    expect(() => quantiseLayers(layers, new Float32Array(0))).toThrow(RangeError);
  });
});
