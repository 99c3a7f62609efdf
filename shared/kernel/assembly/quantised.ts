import { activate } from './dense.ts';

/** Bytes of an input's integer: seven bits a plane where the relaxed instruction reads them, else 16 bits. */
const INTEGER: usize = ASC_FEATURE_RELAXED_SIMD ? 1 : 2;

/** Added to a float32 below 2^22, it leaves its nearest integer, ties to even, in the low bits. */
const ROUNDER: f32 = 12582912;

/**
 * Inputs of each row as integers: 0..127 behind a relu; else -8191..8191, which the relaxed build shifts by 8192 and splits
 * in two planes of seven bits, the second `plane` bytes behind the first.
 * @param width floats a row, a multiple of 8
 * @param steps float32 a row: what the integer 1 stands for; NaN where an input is no finite number
 */
export function round(
  x: usize,
  xStride: usize,
  rows: i32,
  width: i32,
  signed: bool,
  integers: usize,
  plane: usize,
  steps: usize,
): void {
  const size = (<usize>width) << 2;
  const positive = v128.not(i32x4.splat(signed ? 1 << 31 : 0));
  const rounder = f32x4.splat(ROUNDER);
  const shift = i32x4.splat(
    signed && ASC_FEATURE_RELAXED_SIMD ? reinterpret<i32>(ROUNDER) - 8192 : reinterpret<i32>(ROUNDER),
  );
  for (let row = 0; row < rows; row++) {
    let most4 = f32x4.splat(0);
    for (let at: usize = 0; at < size; at += 16)
      most4 = f32x4.max(most4, v128.and(v128.load(x + at), positive));
    most4 = f32x4.max(most4, i32x4.shuffle(most4, most4, 2, 3, 0, 1));
    const most = max(f32x4.extract_lane(most4, 0), f32x4.extract_lane(most4, 1));
    const step: f32 = most < Infinity ? most / (signed ? 8191 : 127) : NaN;
    store<f32>(steps, step);
    steps += 4;
    const inverse = f32x4.splat(most >= 1e-30 ? 1 / step : 0);
    let to = integers;
    for (let at: usize = 0; at < size; at += 32) {
      const low = i32x4.sub(f32x4.add(f32x4.mul(v128.load(x + at), inverse), rounder), shift);
      const high = i32x4.sub(f32x4.add(f32x4.mul(v128.load(x + at, 16), inverse), rounder), shift);
      const both = i16x8.narrow_i32x4_s(low, high);
      if (ASC_FEATURE_RELAXED_SIMD) {
        const lowBits = v128.and(both, i16x8.splat(127));
        if (signed) {
          const highBits = i16x8.shr_u(both, 7);
          v128.store_lane<u64>(to, i8x16.narrow_i16x8_u(highBits, highBits), 0);
          v128.store_lane<u64>(to + plane, i8x16.narrow_i16x8_u(lowBits, lowBits), 0);
        } else v128.store_lane<u64>(to, i8x16.narrow_i16x8_u(lowBits, lowBits), 0);
      } else v128.store(to, both);
      to += 8 * INTEGER;
    }
    integers += <usize>width * INTEGER;
    x += xStride;
  }
}

/** An output's float: start + (sum * step) * scale. */
// @inline
function put(sum: v128, offset: v128, step: usize, scale: v128, start: usize, y: usize, relu: bool): void {
  if (ASC_FEATURE_RELAXED_SIMD) sum = i32x4.sub(sum, offset);
  const value = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(sum), v128.load32_splat(step)), scale);
  v128.store(y, activate(f32x4.add(v128.load(start), value), relu));
}

// @inline
function add(sum: v128, weights: v128, inputs: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, inputs, sum)
    : i32x4.add(sum, i32x4.dot_i16x8_s(weights, inputs));
}

// @inline
function weightsAt(at: usize, second: usize): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.load(at + 2 * second) : v128.load_ext<i8>(at + second);
}

/**
 * One quantised layer over `rows` rows (a multiple of 4), outputs in blocks of 8.
 * @param integers, plane, steps what `round` wrote; `planes` is 1 or 2
 * @param weights blocks of 8 outputs; in each, for every 4 inputs (relaxed) or 2, the outputs side by side, inputs innermost
 * @param offsets i32 an output: 8192 times the sum of its weights where inputs are shifted, else 0
 */
export function quantised(
  integers: usize,
  plane: usize,
  planes: i32,
  steps: usize,
  rows: i32,
  inputs: i32,
  weights: usize,
  scales: usize,
  offsets: usize,
  start: usize,
  startStride: usize,
  blocks: i32,
  y: usize,
  yStride: usize,
  relu: bool,
): void {
  const stride = <usize>inputs * INTEGER;
  for (let block = 0; block < blocks; block++) {
    let from = integers;
    let begin = start;
    let to = y;
    let step = steps;
    const scale0 = v128.load(scales);
    const scale1 = v128.load(scales, 16);
    const offset0 = v128.load(offsets);
    const offset1 = v128.load(offsets, 16);
    for (let row = 0; row < rows; row += 4) {
      let a0 = i32x4.splat(0);
      let a1 = i32x4.splat(0);
      let b0 = i32x4.splat(0);
      let b1 = i32x4.splat(0);
      let c0 = i32x4.splat(0);
      let c1 = i32x4.splat(0);
      let d0 = i32x4.splat(0);
      let d1 = i32x4.splat(0);
      let input = from;
      let more = planes;
      while (true) {
        let w = weights;
        const end = input + stride;
        while (input < end) {
          const w0 = weightsAt(w, 0);
          const w1 = weightsAt(w, 8);
          const p = v128.load32_splat(input);
          a0 = add(a0, w0, p);
          a1 = add(a1, w1, p);
          const q = v128.load32_splat(input + stride);
          b0 = add(b0, w0, q);
          b1 = add(b1, w1, q);
          const r = v128.load32_splat(input + 2 * stride);
          c0 = add(c0, w0, r);
          c1 = add(c1, w1, r);
          const s = v128.load32_splat(input + 3 * stride);
          d0 = add(d0, w0, s);
          d1 = add(d1, w1, s);
          w += ASC_FEATURE_RELAXED_SIMD ? 32 : 16;
          input += 4;
        }
        if (!ASC_FEATURE_RELAXED_SIMD || --more === 0) break;
        input = from + plane;
        a0 = i32x4.shl(a0, 7);
        a1 = i32x4.shl(a1, 7);
        b0 = i32x4.shl(b0, 7);
        b1 = i32x4.shl(b1, 7);
        c0 = i32x4.shl(c0, 7);
        c1 = i32x4.shl(c1, 7);
        d0 = i32x4.shl(d0, 7);
        d1 = i32x4.shl(d1, 7);
      }
      put(a0, offset0, step, scale0, begin, to, relu);
      put(a1, offset1, step, scale1, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      put(b0, offset0, step + 4, scale0, begin, to, relu);
      put(b1, offset1, step + 4, scale1, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      put(c0, offset0, step + 8, scale0, begin, to, relu);
      put(c1, offset1, step + 8, scale1, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      put(d0, offset0, step + 12, scale0, begin, to, relu);
      put(d1, offset1, step + 12, scale1, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      step += 16;
      from += 4 * stride;
    }
    weights += (<usize>inputs) << 3;
    scales += 32;
    offsets += 32;
    start += 32;
    y += 32;
  }
}
