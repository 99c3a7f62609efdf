/**
 * Logarithm and exponential for the funnel. `Math.log` and `Math.exp` may differ between engines (ECMA-262 leaves
 * their precision to the implementation); these use only IEEE 754 `+ - * /`, comparisons and the bits of a double,
 * so that every engine returns the same bits. The errors are measured against `Math` in math.test.ts.
 */

const view = new DataView(new ArrayBuffer(8));

/** ln 2 in two parts: the first has 32 significant bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_54 = 18014398509481984;

/** Beyond these `exp` is Infinity, or nearer to 0 than to the smallest double. */
const EXP_MOST = 709.782712893384;
const EXP_LEAST = -745.1332191019412;

/** 2^(1023 - i), exact. */
const POWERS = new Float64Array(2047);
for (let at = 0, power = 8.98846567431158e307; at < POWERS.length; at++, power /= 2) POWERS[at] = power;

/** 2^k for -1023 <= k <= 1023. */
const powerOfTwo = (k: number): number => POWERS[1023 - k]!;

/**
 * ln(1 + f) for 1/sqrt2 <= 1 + f <= sqrt2 by the series of 2 artanh(s), s = f / (2 + f), arranged as
 * f - (f^2/2 - s (f^2/2 + R)) so that the leading term carries no rounding (the arrangement of fdlibm's e_log.c).
 */
function lnNearOne(f: number): number {
  const s = f / (2 + f);
  const z = s * s;
  let series = 2 / 23;
  series = series * z + 2 / 21;
  series = series * z + 2 / 19;
  series = series * z + 2 / 17;
  series = series * z + 2 / 15;
  series = series * z + 2 / 13;
  series = series * z + 2 / 11;
  series = series * z + 2 / 9;
  series = series * z + 2 / 7;
  series = series * z + 2 / 5;
  series = series * z + 2 / 3;
  const half = 0.5 * f * f;
  return f - (half - s * (half + series * z));
}

/** Natural logarithm; relative error below 5e-16. 0: -Infinity; negative or NaN: NaN; subnormals are exact inputs. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let exponent = 0;
  let scaled = x;
  if (x < 2.2250738585072014e-308) {
    scaled = x * TWO_54;
    exponent = -54;
  }
  view.setFloat64(0, scaled);
  const biased = view.getUint32(0) >>> 20;
  exponent += biased - 1023;
  // By a product, which is exact: a double that was just written in two parts is waited for.
  let mantissa = scaled * POWERS[biased]!;
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const part = lnNearOne(mantissa - 1);
  return exponent === 0 ? part : exponent * LN2_HIGH + (part + exponent * LN2_LOW);
}

/** e^x; relative error below 5e-16 where the result is a normal double. NaN: NaN; overflow: Infinity; underflow: 0. */
export function exp(x: number): number {
  if (!(x <= EXP_MOST)) return x > EXP_MOST ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x < EXP_LEAST) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let tail = 1 / 87178291200;
  tail = tail * r + 1 / 6227020800;
  tail = tail * r + 1 / 479001600;
  tail = tail * r + 1 / 39916800;
  tail = tail * r + 1 / 3628800;
  tail = tail * r + 1 / 362880;
  tail = tail * r + 1 / 40320;
  tail = tail * r + 1 / 5040;
  tail = tail * r + 1 / 720;
  tail = tail * r + 1 / 120;
  tail = tail * r + 1 / 24;
  tail = tail * r + 1 / 6;
  tail = tail * r + 1 / 2;
  const value = 1 + (r + r * r * tail);
  // Two steps where 2^k alone would leave the range of normal doubles.
  if (k > 1023) return value * 2 * powerOfTwo(k - 1);
  if (k < -1022) return value * powerOfTwo(k + 54) * (1 / TWO_54);
  return value * powerOfTwo(k);
}

/** ln(1 + x) without losing small x; relative error below 1e-15 (W. Kahan's quotient). -1: -Infinity; below: NaN. */
export function ln1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  if (!(sum > 0) || sum === Number.POSITIVE_INFINITY) return ln(sum);
  return ln(sum) * (x / (sum - 1));
}

/** e^x - 1 without losing small x; relative error below 1e-14 (the same quotient, turned around). */
export function expm1(x: number): number {
  const power = exp(x);
  if (power === 1) return x;
  const less = power - 1;
  if (less === -1 || power === Number.POSITIVE_INFINITY) return less;
  return (less * x) / ln(power);
}

/** 1 / (1 + e^-x); relative error below 1e-15; never overflows on the way. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const power = exp(x);
  return power / (1 + power);
}
