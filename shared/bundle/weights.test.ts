import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BundleError } from './error.ts';
import { decodeWeights, encodeWeights, type TensorInput, vectorOf } from './weights.ts';

const back = (tensors: Record<string, TensorInput>) =>
  decodeWeights(encodeWeights({ settings: null, tensors }));

describe('weights', () => {
  test('settings come back as they are', () => {
    const settings = { kept: 50, blend: { popular: 0.1 }, caps: [null, 3], name: 'Ōhara' };
    expect(decodeWeights(encodeWeights({ settings, tensors: {} })).settings).toEqual(settings);
  });
  test('f32 keeps its bits', () => {
    const values = Float32Array.of(1 / 3, -0, 3.4e38, 1e-45, 7, 8);
    const tensor = back({ 'a/very/long/name/of/a/tensor': { shape: [2, 3], values, type: 'f32' } }).tensor(
      'a/very/long/name/of/a/tensor',
    );
    expect(tensor?.shape).toEqual([2, 3]);
    expect(tensor?.values).toEqual(values);
  });
  test('i8 by column: a small output beside a large one keeps its precision', () => {
    const values = Float32Array.of(100, 0.01, -50, 0.005);
    const { values: found } = back({ w: { shape: [2, 2], values, type: 'i8' } }).tensor('w')!;
    for (const [i, x] of found.entries())
      expect(Math.abs(x - values[i]!)).toBeLessThan(Math.abs(values[i % 2]!) / 253);
  });
  test('i8 is there as its integers too, a float tensor is not', () => {
    const values = Float32Array.of(100, 0.02, -60, 0.015);
    const weights = back({
      w: { shape: [2, 2], values, type: 'i8' },
      f: { shape: [4], values, type: 'f32' },
    });
    const { integers, scales, scale, shape } = weights.quantised('w')!;
    expect([...integers]).toEqual([127, 127, -76, 95]);
    expect({ scale, shape }).toEqual({ scale: 'column', shape: [2, 2] });
    expect([...weights.tensor('w')!.values]).toEqual(
      [...integers].map((k, at) => Math.fround(k * scales[at % 2]!)),
    );
    expect(weights.quantised('f')).toBeUndefined();
    expect(weights.quantised('other')).toBeUndefined();
  });
  test('i8 by row: each vector has its own scale', () => {
    const values = Float32Array.of(100, -50, 0.01, 0.005, 0, 0);
    const { values: found } = back({ w: { shape: [3, 2], values, type: 'i8', scale: 'row' } }).tensor('w')!;
    for (const [i, x] of found.entries())
      expect(Math.abs(x - values[i]!)).toBeLessThanOrEqual(Math.abs(values[i - (i % 2)]!) / 253);
  });
  test('i8 by row: a vector alone is what it is among all', () => {
    const values = Float32Array.from({ length: 21 }, (_, i) => Math.fround((i - 9) * 1.7 ** (i % 5)));
    const weights = back({ w: { shape: [7, 3], values, type: 'i8', scale: 'row' } });
    const alone = Array.from({ length: 7 }, (_, row) => [...vectorOf(weights.quantised('w')!, row)]);
    expect(alone.flat()).toEqual([...weights.tensor('w')!.values]);
  });
  test('any tensor: error at most half a step', () => {
    const value = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.constantFrom<'row' | 'column'>('row', 'column'),
        (list, scale) => {
          const values = Float32Array.from(list);
          const most = list.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
          const found = back({ w: { shape: [values.length], values, type: 'i8', scale } }).tensor(
            'w',
          )!.values;
          for (const [i, x] of found.entries())
            expect(Math.abs(x - values[i]!)).toBeLessThanOrEqual(most / 253 + 1e-42);
        },
      ),
    );
  });
  test('a scalar, an empty tensor and an unknown name', () => {
    const weights = back({
      one: { shape: [], values: Float32Array.of(5), type: 'i8' },
      none: { shape: [0, 4], values: new Float32Array(0), type: 'i8' },
      nothing: { shape: [4, 0], values: new Float32Array(0), type: 'i8', scale: 'row' },
    });
    expect(weights.tensor('one')?.values[0]).toBeCloseTo(5, 5);
    expect(weights.tensor('none')?.values.length).toBe(0);
    expect(weights.tensor('nothing')?.values.length).toBe(0);
    expect(weights.tensor('other')).toBeUndefined();
    expect(weights.tensor('one')).toBe(weights.tensor('one'));
  });
  test.each<[string, TensorInput]>([
    ['values that do not fill the shape', { shape: [2, 2], values: new Float32Array(3), type: 'f32' }],
    ['NaN', { shape: [1], values: Float32Array.of(Number.NaN), type: 'f32' }],
  ])('%s are refused', (_, tensor) => {
    expect(() => back({ w: tensor })).toThrow(BundleError);
  });
});
