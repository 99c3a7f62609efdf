/** IEEE 754 half floats, as numbers and as bits: what a table's residuals are stored in. Finite values only. */

const view = new DataView(new ArrayBuffer(4));
/** 2^(exponent - 25): of a normal half's 11 significant bits taken as an integer; subnormals share exponent 1. */
const UNIT = Float64Array.from({ length: 32 }, (_, exponent) => {
  let unit = 1 / 16777216;
  for (let e = 1; e < exponent; e++) unit *= 2;
  return unit;
});

/** Bits of the largest exponent are read as one more power of two (no NaN, no infinity). */
export function fromHalf(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const digits = exponent === 0 ? bits & 1023 : 1024 | (bits & 1023);
  const size = digits * UNIT[exponent]!;
  return bits & 0x8000 ? -size : size;
}

/** Nearest half, ties to even; beyond 65504 the largest there is; NaN becomes 0. */
export function toHalf(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.abs(Math.fround(value));
  if (!(size > 0)) return sign;
  if (size >= 65504) return sign | 0x7bff;
  const exponent = Math.max(1, ((bits >>> 23) & 255) - 112);
  const digits = nearestEven(size / UNIT[exponent]!);
  // Digits that round up to 2048 carry into the exponent by themselves.
  return sign | (((exponent - 1) << 10) + digits);
}

function nearestEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
