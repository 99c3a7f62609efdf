import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CodecChoice, decodeColumn, encodeColumn, storedColumn } from './codec.ts';
import { BundleError } from './error.ts';

const column = (values: Iterable<number>, choice: CodecChoice, name = 'x') => {
  const floats = Float32Array.from(values);
  const coded = encodeColumn(floats, name, choice);
  return { floats, coded, decoded: decodeColumn(coded) };
};
const counts = fc.array(fc.float({ min: 0, max: 50000, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('column codecs, each within the error that its table states', () => {
  test('integers take the narrowest width and are exact', () => {
    for (const [most, codec] of [
      [255, 'u8'],
      [256, 'u16'],
      [65535, 'u16'],
      [65536, 'u32'],
    ] as const) {
      const { coded, decoded, floats } = column([0, most], 'integer');
      expect(coded.codec).toBe(codec);
      expect(decoded).toEqual(floats);
    }
  });
  test('prices are exact: hundredths where they are, floats where not', () => {
    const found = (values: number[]) => {
      const { coded, decoded, floats } = column(values, 'cents');
      expect(decoded).toEqual(floats);
      return coded.codec;
    };
    expect(found([0, 12.99, 655.35])).toBe('cents16');
    expect(found([0, 12.99, 655.36])).toBe('cents32');
    expect(found([0.001])).toBe('f32');
    expect(found([1e9])).toBe('f32');
  });
  test('logarithms: relative to 1 + x, monotone, and something never becomes nothing', () => {
    for (const [codec, steps] of [
      ['log8', 255],
      ['log16', 65535],
    ] as const)
      fc.assert(
        fc.property(counts, (values) => {
          const { coded, decoded, floats } = column(
            values.sort((a, b) => a - b),
            codec,
          );
          const step = Math.log1p(coded.scale) / steps;
          for (const [i, x] of floats.entries()) {
            const allowed = x < Math.expm1(step) ? Math.expm1(step) : (1 + x) * Math.expm1(step / 2);
            expect(Math.abs(decoded[i]! - x)).toBeLessThanOrEqual(allowed * 1.001 + 1e-6 * x);
            expect(decoded[i]! > 0).toBe(x > 0);
            if (i > 0) expect(decoded[i]!).toBeGreaterThanOrEqual(decoded[i - 1]!);
          }
        }),
      );
  });
  test('shares and signed values: half a step', () => {
    const value = fc.float({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const { coded, decoded, floats } = column(values, 'signed8');
        for (const [i, x] of floats.entries())
          expect(Math.abs(decoded[i]! - x)).toBeLessThanOrEqual(coded.scale / 253);
      }),
    );
    const { decoded } = column([0, 0.2, 0.5, 1], 'unit8', 'discount');
    expect(decoded[0]).toBe(0);
    expect(decoded[3]).toBe(1);
    expect(decoded[2]).toBeCloseTo(0.5, 2);
  });
  test('ratings step by a fortieth, so that tenths of even hundredths are themselves', () => {
    const { decoded, floats } = column([0, 4.5, 4.3, 5, 3.7, 0.1], 'unit8', 'rating');
    for (const [i, x] of decoded.entries()) expect(x).toBeCloseTo(floats[i]!, 6);
  });
  test.each<[CodecChoice, number]>([
    ['integer', 1.5],
    ['integer', -1],
    ['cents', -1],
    ['f32', Number.NaN],
    ['f32', Number.POSITIVE_INFINITY],
    ['unit8', -0.1],
    ['log8', -1],
    ['log16', Number.POSITIVE_INFINITY],
    ['signed8', Number.NaN],
  ])('%s refuses %d', (choice, value) => {
    expect(() => column([value], choice)).toThrow(BundleError);
  });
});

test('a value read alone has the bits that it has in its column', () => {
  const choices = ['integer', 'cents', 'f32', 'unit8', 'signed8', 'log8', 'log16'] as const;
  const whole = fc.array(fc.nat(70_000), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(whole, fc.constantFrom(...choices), fc.constantFrom(1, 100, 7), (numbers, choice, parts) => {
      const divisor = choice === 'integer' ? 1 : parts;
      const sign = choice === 'signed8' || choice === 'f32' ? -1 : 1;
      const values = Float32Array.from(numbers, (n, i) => ((i % 2 === 0 ? sign : 1) * n) / divisor);
      const coded = encodeColumn(values, 'views', choice);
      const { codes, worth, plain } = storedColumn(coded);
      expect(Array.from(codes, (code) => worth(code))).toEqual([...decodeColumn(coded)]);
      if (plain) expect([...codes]).toEqual([...decodeColumn(coded)]);
    }),
  );
});
