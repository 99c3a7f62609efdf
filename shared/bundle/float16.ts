/** IEEE 754 binary16 by exact arithmetic: values are doubles, bits are 0..65535. */

const single = new Float32Array(1);
const bitsOf = new Uint32Array(single.buffer);

/** The double that 16 bits stand for; exact. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * (fraction / 16777216);
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * HALF_STEPS[exponent]!;
}
/** 2^(exponent - 25), by division and shift: `**` is exact in no specification. */
const HALF_STEPS = Float64Array.from({ length: 31 }, (_, exponent) => (1 << exponent) / 33554432);

/**
 * The half nearest to a float32, ties to even; beyond 65504 it is an infinity as IEEE 754 rounds.
 * A double that is no float32 is rounded to float32 first.
 */
export function toHalf(value: number): number {
  single[0] = value;
  const bits = bitsOf[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | roundShift(magnitude - 0x38000000, 13);
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
}

/** n / 2^shift, to nearest, ties to even. */
function roundShift(n: number, shift: number): number {
  const whole = n >>> shift;
  const rest = n & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && whole & 1) ? whole + 1 : whole;
}
