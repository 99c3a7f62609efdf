import { activate } from './dense.ts';

/** Inputs in 32 bits: seven bits each where the relaxed instruction reads them, else 16. */
const GROUP: usize = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;

/** Added to a float32 below 2^22, it leaves its nearest integer, ties to even, in the low bits. */
const ROUNDER: f32 = 12582912;

/** The greatest size in a row, as bits: NaN is above infinity, infinity above all numbers. */
function mostOf(x: usize, size: usize): f32 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  for (const end = x + size; x < end; x += 32) {
    a = i32x4.max_s(a, v128.and(v128.load(x), i32x4.splat(i32.MAX_VALUE)));
    b = i32x4.max_s(b, v128.and(v128.load(x, 16), i32x4.splat(i32.MAX_VALUE)));
  }
  a = i32x4.max_s(a, b);
  a = i32x4.max_s(a, i32x4.shuffle(a, a, 2, 3, 0, 1));
  return reinterpret<f32>(max(i32x4.extract_lane(a, 0), i32x4.extract_lane(a, 1)));
}

/** Notes what the integer 1 stands for in a row. @returns what its inputs are multiplied with */
function inverseOf(x: usize, size: usize, signed: bool, step: usize): v128 {
  const most = mostOf(x, size);
  const one: f32 = most < Infinity ? most / (signed ? 8191 : 127) : NaN;
  store<f32>(step, one);
  return f32x4.splat(most >= 1e-30 ? 1 / one : 0);
}

/** Eight inputs as 16-bit integers, `shift` taken off their bits. */
// @inline
function eight(x: usize, inverse: v128, shift: v128): v128 {
  const rounder = f32x4.splat(ROUNDER);
  const low = i32x4.sub(f32x4.add(f32x4.mul(v128.load(x), inverse), rounder), shift);
  const high = i32x4.sub(f32x4.add(f32x4.mul(v128.load(x, 16), inverse), rounder), shift);
  return i16x8.narrow_i32x4_s(low, high);
}

/** Bytes of weights that a group has in a block of 8 outputs. */
const GROUP_WEIGHTS: usize = GROUP << 3;

/**
 * Notes a group of four rows, and in the list of its block where its weights lie. The next group is written over one that does
 * not stay.
 * @param list where the next entry goes; its group goes `groups` bytes from four times that
 * @param stays whether a group of zeros does
 * @returns where the next entry goes
 */
// @inline
function putGroup(list: usize, group: v128, groups: usize, weights: usize, stays: bool): usize {
  v128.store(groups + (list << 2), group);
  store<u32>(list, <u32>weights);
  return list + ((<usize>v128.any_true(group) | <usize>stays) << 2);
}

/**
 * Inputs of each row as integers: 0..127 behind a relu; else -8191..8191, which the relaxed build shifts by 8192 and splits
 * in two planes of seven bits, the second `plane` bytes behind the first. Rows come in blocks of four: a block holds, for
 * every GROUP inputs, 32 bits a row. Groups that are 0 in all four rows are left out, unless there are two planes.
 * @param rows a multiple of 4
 * @param width floats a row, a multiple of 8
 * @param steps float32 a row: what the integer 1 stands for; NaN where an input is no finite number
 * @param lists a block: how many groups it holds, an even number, then where the weights of each lie; width + 1 words apart
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
  lists: usize,
): void {
  const size = (<usize>width) << 2;
  const block = (<usize>width / GROUP) << 4;
  const shift = i32x4.splat(reinterpret<i32>(ROUNDER) - (signed && ASC_FEATURE_RELAXED_SIMD ? 8192 : 0));
  for (const end = steps + ((<usize>rows) << 2); steps < end; steps += 16) {
    const x1 = x + xStride;
    const x2 = x1 + xStride;
    const x3 = x2 + xStride;
    const inverse0 = inverseOf(x, size, signed, steps);
    const inverse1 = inverseOf(x1, size, signed, steps + 4);
    const inverse2 = inverseOf(x2, size, signed, steps + 8);
    const inverse3 = inverseOf(x3, size, signed, steps + 12);
    let list = lists + 4;
    const groups = integers - (list << 2);
    for (let at: usize = 0; at < size; at += 32) {
      const a = eight(x + at, inverse0, shift);
      const b = eight(x1 + at, inverse1, shift);
      const c = eight(x2 + at, inverse2, shift);
      const d = eight(x3 + at, inverse3, shift);
      // Eight bytes of weights an input, of which there are four bytes at `x`.
      const weights = at << 1;
      if (ASC_FEATURE_RELAXED_SIMD) {
        let ab = i16x8.splat(127);
        let cd = ab;
        if (signed) {
          const low = i8x16.narrow_i16x8_u(v128.and(a, ab), v128.and(b, ab));
          const high = i8x16.narrow_i16x8_u(v128.and(c, ab), v128.and(d, ab));
          v128.store(integers + plane + at, i32x4.shuffle(low, high, 0, 2, 4, 6));
          v128.store(integers + plane + at, i32x4.shuffle(low, high, 1, 3, 5, 7), 16);
          ab = i8x16.narrow_i16x8_u(i16x8.shr_u(a, 7), i16x8.shr_u(b, 7));
          cd = i8x16.narrow_i16x8_u(i16x8.shr_u(c, 7), i16x8.shr_u(d, 7));
        } else {
          ab = i8x16.narrow_i16x8_u(a, b);
          cd = i8x16.narrow_i16x8_u(c, d);
        }
        list = putGroup(list, i32x4.shuffle(ab, cd, 0, 2, 4, 6), groups, weights, signed);
        list = putGroup(list, i32x4.shuffle(ab, cd, 1, 3, 5, 7), groups, weights + GROUP_WEIGHTS, signed);
      } else {
        const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
        const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
        const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
        const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
        list = putGroup(list, i32x4.shuffle(ab, cd, 0, 1, 4, 5), groups, weights, false);
        list = putGroup(list, i32x4.shuffle(ab, cd, 2, 3, 6, 7), groups, weights + GROUP_WEIGHTS, false);
        list = putGroup(list, i32x4.shuffle(ef, gh, 0, 1, 4, 5), groups, weights + 2 * GROUP_WEIGHTS, false);
        list = putGroup(list, i32x4.shuffle(ef, gh, 2, 3, 6, 7), groups, weights + 3 * GROUP_WEIGHTS, false);
      }
    }
    let count = <i32>((list - lists) >> 2) - 1;
    if (count & 1) {
      putGroup(list, i32x4.splat(0), groups, 0, true);
      count++;
    }
    store<i32>(lists, count);
    lists += size + 4;
    integers += block;
    x = x3 + xStride;
  }
}

/** An output's float: start + (sum * step) * scale. */
// @inline
function put(sum: v128, offset: usize, step: usize, scale: usize, start: usize, y: usize, relu: bool): void {
  if (ASC_FEATURE_RELAXED_SIMD) sum = i32x4.sub(sum, v128.load(offset));
  const value = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(sum), v128.load32_splat(step)), v128.load(scale));
  v128.store(y, activate(f32x4.add(v128.load(start), value), relu));
}

// @inline
function add(sum: v128, weights: v128, inputs: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD
    ? i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, inputs, sum)
    : i32x4.add(sum, i32x4.dot_i16x8_s(weights, inputs));
}

// @inline
function weightsAt(at: usize, second: bool): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return second ? v128.load(at, 16) : v128.load(at);
  return second ? v128.load_ext<i8>(at, 8) : v128.load_ext<i8>(at);
}

/**
 * One quantised layer over `rows` rows (a multiple of 4), outputs in blocks of 8.
 * @param integers, plane, steps what `round` wrote; `planes` is 1 or 2
 * @param weights blocks of 8 outputs; in each, for every GROUP inputs, the outputs side by side, inputs innermost
 * @param offsets i32 an output: 8192 times the sum of its weights where inputs are shifted, else 0
 */
export function quantised(
  integers: usize,
  plane: usize,
  planes: i32,
  steps: usize,
  lists: usize,
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
  const size = (<usize>inputs / GROUP) * 16;
  for (let block = 0; block < blocks; block++) {
    let from = integers;
    let begin = start;
    let to = y;
    let step = steps;
    let list = lists;
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
        let group = list + 4;
        for (const end = group + ((<usize>load<u32>(list)) << 2); group < end; group += 8) {
          let w = weights + <usize>load<u32>(group);
          let w0 = weightsAt(w, false);
          let w1 = weightsAt(w, true);
          let x = v128.load32_splat(input);
          a0 = add(a0, w0, x);
          a1 = add(a1, w1, x);
          x = v128.load32_splat(input, 4);
          b0 = add(b0, w0, x);
          b1 = add(b1, w1, x);
          x = v128.load32_splat(input, 8);
          c0 = add(c0, w0, x);
          c1 = add(c1, w1, x);
          x = v128.load32_splat(input, 12);
          d0 = add(d0, w0, x);
          d1 = add(d1, w1, x);
          w = weights + <usize>load<u32>(group, 4);
          w0 = weightsAt(w, false);
          w1 = weightsAt(w, true);
          x = v128.load32_splat(input, 16);
          a0 = add(a0, w0, x);
          a1 = add(a1, w1, x);
          x = v128.load32_splat(input, 20);
          b0 = add(b0, w0, x);
          b1 = add(b1, w1, x);
          x = v128.load32_splat(input, 24);
          c0 = add(c0, w0, x);
          c1 = add(c1, w1, x);
          x = v128.load32_splat(input, 28);
          d0 = add(d0, w0, x);
          d1 = add(d1, w1, x);
          input += 32;
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
      put(a0, offsets, step, scales, begin, to, relu);
      put(a1, offsets + 16, step, scales + 16, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      put(b0, offsets, step + 4, scales, begin, to, relu);
      put(b1, offsets + 16, step + 4, scales + 16, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      put(c0, offsets, step + 8, scales, begin, to, relu);
      put(c1, offsets + 16, step + 8, scales + 16, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      put(d0, offsets, step + 12, scales, begin, to, relu);
      put(d1, offsets + 16, step + 12, scales + 16, begin + 16, to + 16, relu);
      begin += startStride;
      to += yStride;
      step += 16;
      list += ((<usize>inputs) << 2) + 4;
      from += size;
    }
    weights += (<usize>inputs) << 3;
    scales += 32;
    offsets += 32;
    start += 32;
    y += 32;
  }
}

/**
 * Weights as `quantised` reads them, of some inputs.
 * @param rows a row of bytes an input, an output each
 * @param columns bytes from `rows` to each input's row; `inputs` is a multiple of 8
 * @param offsets address 0: inputs are not shifted
 */
export function pack(rows: usize, columns: usize, inputs: i32, blocks: i32, to: usize, offsets: usize): void {
  const end = columns + ((<usize>inputs) << 2);
  for (let block = 0; block < blocks; block++) {
    let sum0 = i32x4.splat(0);
    let sum1 = i32x4.splat(0);
    for (let at = columns; at < end; at += GROUP << 2) {
      const ab = interleaved(rows, at);
      if (ASC_FEATURE_RELAXED_SIMD) {
        const cd = interleaved(rows, at + 8);
        const low = i16x8.shuffle(ab, cd, 0, 8, 1, 9, 2, 10, 3, 11);
        const high = i16x8.shuffle(ab, cd, 4, 12, 5, 13, 6, 14, 7, 15);
        sum0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(low, i8x16.splat(1), sum0);
        sum1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(high, i8x16.splat(1), sum1);
        v128.store(to, low);
        v128.store(to, high, 16);
        to += 32;
      } else {
        v128.store(to, ab);
        to += 16;
      }
    }
    if (ASC_FEATURE_RELAXED_SIMD && offsets) {
      v128.store(offsets, i32x4.shl(sum0, 13));
      v128.store(offsets, i32x4.shl(sum1, 13), 16);
      offsets += 32;
    }
    rows += 8;
  }
}

/** Eight outputs' weights of two inputs, side by side. */
// @inline
function interleaved(rows: usize, at: usize): v128 {
  const a = v128.load64_zero(rows + load<u32>(at));
  const b = v128.load64_zero(rows + load<u32>(at, 4));
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
