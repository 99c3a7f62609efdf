import { enter, finish, leastOf, queryOf, STATE } from './best.ts';
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

/** The same for 64 components, without a loop. */
// @inline
function dot64(row: usize, query: usize): v128 {
  return add16(
    add16(add16(add16(i32x4.splat(0), row, query), row + 16, query + QUERY), row + 32, query + 2 * QUERY),
    row + 48,
    query + 3 * QUERY,
  );
}

/** The rows of a block whose bit is set, for one query. */
function scanBlock(
  rows: usize,
  scales: usize,
  offsets: usize,
  stride: usize,
  word: u32,
  first: i32,
  state: usize,
  k: i32,
  room: i32,
): void {
  const query = queryOf(state);
  let least = leastOf(state);
  for (; word; word >>>= 4) {
    const lanes4 = word & 15;
    if (lanes4) {
      let dots =
        stride === 64
          ? sums(
              dot64(rows, query),
              dot64(rows + 64, query),
              dot64(rows + 128, query),
              dot64(rows + 192, query),
            )
          : dotFour(rows, stride, query);
      if (ASC_FEATURE_RELAXED_SIMD) dots = i32x4.sub(dots, v128.load(offsets));
      const scores = f32x4.mul(f32x4.convert_i32x4_s(dots), v128.load(scales));
      const lanes = i32x4.bitmask(f32x4.ge(scores, least)) & lanes4;
      if (lanes) {
        enter(state, scores, lanes, first, k, room);
        least = leastOf(state);
      }
    }
    rows += stride << 2;
    scales += 16;
    offsets += 16;
    first += 4;
  }
}

/**
 * Exact top k of each query, best first, where its state says. Rows ascend, so a later equal score never replaces an
 * earlier one. Rows come in blocks of 32, a word of `eligible` each (address 0: all); a block reads its rows once for all.
 * @param offsets 64 times each row's sum, where queries are shifted by 64
 * @param room entries of a query's buffer, at least k + 4
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
  room: i32,
  eligible: usize,
): void {
  const end = states + <usize>queries * STATE;
  for (let row = 0; row < items; row += 32) {
    let word: u32 = eligible ? load<u32>(eligible + (<usize>row >>> 3)) : <u32>-1;
    if (items - row < 32) word &= (1 << (items - row)) - 1;
    if (word)
      for (let state = states; state < end; state += STATE)
        scanBlock(rows, scales, offsets, stride, word, row, state, k, room);
    rows += stride << 5;
    scales += 128;
    offsets += 128;
  }
  for (let state = states; state < end; state += STATE) finish(state, k);
}

function sumOf(lanes: v128): i32 {
  return (
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3)
  );
}

/** Scores of the rows listed in `ids` into `out`. */
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
  for (let n = 0; n < count; n++) {
    const at = <usize>load<u32>(ids);
    const row = rows + at * stride;
    let a = i32x4.splat(0);
    for (let i: usize = 0; i < stride; i += 16)
      a = add16(a, row + i, query + (ASC_FEATURE_RELAXED_SIMD ? i : i << 1));
    let dot = sumOf(a);
    if (ASC_FEATURE_RELAXED_SIMD) dot -= load<i32>(offsets + (at << 2));
    store<f32>(out, <f32>dot * load<f32>(scales + (at << 2)));
    ids += 4;
    out += 4;
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
