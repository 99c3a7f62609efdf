import { enter, finish, leastOf, mostOf, queryOf, STATE, setBar } from './best.ts';
import { add16, QUERY, sums } from './dot.ts';

/** Products of four rows with the query; `stride` is a multiple of 16. */
// @inline
function dotFour(row: usize, stride: usize, query: usize): v128 {
  const row1 = row + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let i: usize = 0; i < stride; i += 16) {
    a = add16(a, row + i, query);
    b = add16(b, row1 + i, query);
    c = add16(c, row2 + i, query);
    d = add16(d, row3 + i, query);
    query += QUERY;
  }
  return sums(a, b, c, d);
}

/** Four rows' scores into `out`. @returns the bits of those that reach `least` */
// @inline
function judge(dots: v128, scales: usize, offsets: usize, least: v128, out: usize): u32 {
  if (ASC_FEATURE_RELAXED_SIMD) dots = i32x4.sub(dots, v128.load(offsets));
  const scores = f32x4.mul(f32x4.convert_i32x4_s(dots), v128.load(scales));
  v128.store(out, scores);
  return i32x4.bitmask(f32x4.ge(scores, least));
}

/**
 * Scores of the block's rows whose bit is set into `out`.
 * @returns the bits of those that reach the least score that enters
 */
function scoreBlock(
  rows: usize,
  scales: usize,
  offsets: usize,
  stride: usize,
  word: u32,
  state: usize,
  out: usize,
): u32 {
  const query = queryOf(state);
  const least = leastOf(state);
  let reach: u32 = 0;
  for (let at: u32 = 0; at < 32; at += 4) {
    if ((word >>> at) & 15) reach |= judge(dotFour(rows, stride, query), scales, offsets, least, out) << at;
    rows += stride << 2;
    scales += 16;
    offsets += 16;
    out += 16;
  }
  return reach & word;
}

/** Blocks that every query of a call reads before the next ones come: they stay in the first cache. */
const TOGETHER: usize = 4;
/** Places in the table that are read in turns: the processor fetches ahead at each of them. */
const STREAMS: usize = 2;

/** Adds 32 components; the query in locals, which the engine would else load again for each row. */
// @inline
function add32(sum: v128, row: usize, q0: v128, q1: v128, q2: v128, q3: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    sum = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row), q0, sum);
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(row, 16), q1, sum);
  }
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row), q0));
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row, 8), q1));
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row, 16), q2));
  return i32x4.add(sum, i32x4.dot_i16x8_s(v128.load_ext<i8>(row, 24), q3));
}

/**
 * The greatest score of 8 rows in each lane (rows 4 apart) of blocks of 32 rows of 64 or 32 components into `most`, leaving
 * out NaN and rows whose bit is not set. Of every `apart` blocks, those from the `from`-th to before the `to`-th.
 */
function greatestOf(
  stride: usize,
  rows: usize,
  scales: usize,
  offsets: usize,
  eligible: usize,
  blocks: usize,
  apart: usize,
  from: usize,
  to: usize,
  query: usize,
  most: usize,
): void {
  const q0 = v128.load(query);
  const q1 = v128.load(query, 16);
  const q2 = v128.load(query, 32);
  const q3 = v128.load(query, 48);
  const q4 = ASC_FEATURE_RELAXED_SIMD ? q2 : v128.load(query, 64);
  const q5 = ASC_FEATURE_RELAXED_SIMD ? q3 : v128.load(query, 80);
  const q6 = ASC_FEATURE_RELAXED_SIMD ? q0 : v128.load(query, 96);
  const q7 = ASC_FEATURE_RELAXED_SIMD ? q0 : v128.load(query, 112);
  for (; from < to; from++)
    for (let block = from; block < blocks; block += apart) {
      const word: u32 = eligible ? load<u32>(eligible + (block << 2)) : -1;
      let greatest = f32x4.splat(-Infinity);
      let bits = i32x4(1, 2, 4, 8);
      let row = rows + block * (stride << 5);
      let scale = scales + (block << 7);
      let offset = offsets + (block << 7);
      for (const end = word ? scale + 128 : scale; scale < end; scale += 16) {
        const row1 = row + stride;
        const row2 = row1 + stride;
        const row3 = row2 + stride;
        let a = add32(i32x4.splat(0), row, q0, q1, q2, q3);
        let b = add32(i32x4.splat(0), row1, q0, q1, q2, q3);
        let c = add32(i32x4.splat(0), row2, q0, q1, q2, q3);
        let d = add32(i32x4.splat(0), row3, q0, q1, q2, q3);
        if (stride !== 32) {
          a = add32(a, row + 32, q4, q5, q6, q7);
          b = add32(b, row1 + 32, q4, q5, q6, q7);
          c = add32(c, row2 + 32, q4, q5, q6, q7);
          d = add32(d, row3 + 32, q4, q5, q6, q7);
        }
        let dots = sums(a, b, c, d);
        if (ASC_FEATURE_RELAXED_SIMD) dots = i32x4.sub(dots, v128.load(offset));
        let scores = f32x4.mul(f32x4.convert_i32x4_s(dots), v128.load(scale));
        if (word !== <u32>-1) {
          scores = v128.or(scores, i32x4.eq(v128.and(i32x4.splat(word), bits), i32x4.splat(0)));
          bits = i32x4.shl(bits, 4);
        }
        greatest = f32x4.pmax(greatest, scores);
        row = row3 + stride;
        offset += 16;
      }
      v128.store(most + (block << 4), greatest);
    }
}

/** The same of the 32 scores at `scores`. */
function greatest(scores: usize, word: u32): v128 {
  let most = f32x4.splat(-Infinity);
  let bits = i32x4(1, 2, 4, 8);
  for (const end = scores + 128; scores < end; scores += 16) {
    const without = i32x4.eq(v128.and(i32x4.splat(word), bits), i32x4.splat(0));
    most = f32x4.pmax(most, v128.or(v128.load(scores), without));
    bits = i32x4.shl(bits, 4);
  }
  return most;
}

/**
 * Exact top k of each query, best first, where its state says. The first pass over the rows notes the greatest scores of each
 * block of 32 and branches on none: the k-th greatest of those is a bar that k rows at least reach. The second reads the
 * few blocks again that reach it. Rows ascend, so a later equal score never replaces an earlier one.
 * @param offsets 64 times each row's sum, where queries are shifted by 64
 * @param states the queries' states, and behind them room for 32 floats
 * @param eligible a word a block; address 0: all rows
 */
export function scan(
  rows: usize,
  scales: usize,
  offsets: usize,
  items: i32,
  stride: usize,
  states: usize,
  queries: i32,
  k: i32,
  eligible: usize,
): void {
  const blocks = <usize>((items + 31) >> 5);
  const end = states + <usize>queries * STATE;
  // Four rows are read at a time, but not 32: the table ends.
  const whole = stride === 64 || stride === 32 ? <usize>(items >> 5) : 0;
  const apart = (whole + STREAMS - 1) / STREAMS;
  const steps = queries > 1 ? TOGETHER : apart;
  for (let from: usize = 0; from < apart; from += steps)
    for (let state = states; state < end; state += STATE) {
      const to = min(apart, from + steps);
      const query = queryOf(state);
      greatestOf(stride, rows, scales, offsets, eligible, whole, apart, from, to, query, mostOf(state));
    }
  for (let block = whole; block < blocks; block++) {
    const word = wordOf(eligible, block, items);
    for (let state = states; state < end; state += STATE) {
      let most = f32x4.splat(-Infinity);
      if (word) {
        const row = rows + block * (stride << 5);
        scoreBlock(row, scales + (block << 7), offsets + (block << 7), stride, word, state, end);
        most = greatest(end, word);
      }
      v128.store(mostOf(state) + (block << 4), most);
    }
  }
  for (let state = states; state < end; state += STATE) {
    setBar(state, blocks << 4, k);
    for (let block: usize = 0; block < blocks; block++) {
      if (!i32x4.bitmask(f32x4.ge(v128.load(mostOf(state) + (block << 4)), leastOf(state)))) continue;
      const word = wordOf(eligible, block, items);
      const row = rows + block * (stride << 5);
      const reach = scoreBlock(row, scales + (block << 7), offsets + (block << 7), stride, word, state, end);
      if (reach) enter(state, end, reach, <i32>(block << 5), k);
    }
    finish(state, k);
  }
}

/** Which rows of a block may be found. */
function wordOf(eligible: usize, block: usize, items: i32): u32 {
  const word: u32 = eligible ? load<u32>(eligible + (block << 2)) : <u32>-1;
  const left = items - <i32>(block << 5);
  return left < 32 ? word & ((1 << left) - 1) : word;
}

function sumOf(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** Scores of the rows listed in `ids` into `out`, four at a time: both have room for those beyond the last. */
export function score(
  rows: usize,
  scales: usize,
  offsets: usize,
  stride: usize,
  query: usize,
  ids: usize,
  count: i32,
  out: usize,
): void {
  for (const end = ids + ((<usize>count) << 2); ids < end; ids += 16) {
    const at0 = <usize>load<u32>(ids);
    const at1 = <usize>load<u32>(ids, 4);
    const at2 = <usize>load<u32>(ids, 8);
    const at3 = <usize>load<u32>(ids, 12);
    const row0 = rows + at0 * stride;
    const row1 = rows + at1 * stride;
    const row2 = rows + at2 * stride;
    const row3 = rows + at3 * stride;
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let from = query;
    for (let i: usize = 0; i < stride; i += 16) {
      a = add16(a, row0 + i, from);
      b = add16(b, row1 + i, from);
      c = add16(c, row2 + i, from);
      d = add16(d, row3 + i, from);
      from += QUERY;
    }
    let dots = sums(a, b, c, d);
    if (ASC_FEATURE_RELAXED_SIMD) dots = i32x4.sub(dots, listed(offsets, at0, at1, at2, at3));
    v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(dots), listed(scales, at0, at1, at2, at3)));
    out += 16;
  }
}

/** Four entries of a column. */
// @inline
function listed(column: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let found = v128.load32_zero(column + (a << 2));
  found = v128.load_lane<i32>(column + (b << 2), found, 1);
  found = v128.load_lane<i32>(column + (c << 2), found, 2);
  return v128.load_lane<i32>(column + (d << 2), found, 3);
}

/** 1 over the length of each row of integers; 0 of zeros. */
export function measure(rows: usize, stride: usize, count: i32, scales: usize): void {
  for (let n = 0; n < count; n++) {
    let sum = i32x4.splat(0);
    for (let i: usize = 0; i < stride; i += 16) {
      const low = v128.load_ext<i8>(rows + i);
      const high = v128.load_ext<i8>(rows + i, 8);
      sum = i32x4.add(sum, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
    }
    const square = sumOf(sum);
    store<f32>(scales, square === 0 ? 0 : <f32>(1 / sqrt<f64>(<f64>square)));
    rows += stride;
    scales += 4;
  }
}

/** 64 times the sum of each row, which queries shifted by 64 add to its products. */
export function shift(rows: usize, stride: usize, count: i32, offsets: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD)
    for (let n = 0; n < count; n++) {
      let sum = i32x4.splat(0);
      for (let i: usize = 0; i < stride; i += 16)
        sum = i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(rows + i), i8x16.splat(64), sum);
      store<i32>(offsets, sumOf(sum));
      rows += stride;
      offsets += 4;
    }
}
