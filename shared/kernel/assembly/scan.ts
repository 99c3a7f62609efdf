import { push, replace, sort } from './heap.ts';

/** Four rows' dot products with the query, times their scales. `stride` is a multiple of 8; the query is 16 bit. */
function scoreFour(row: usize, stride: usize, query: usize, scales: usize): v128 {
  const row1 = row + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let i: usize = 0; i < stride; i += 8) {
    const q = v128.load(query + (i << 1));
    a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load_ext<i8>(row + i), q));
    b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load_ext<i8>(row1 + i), q));
    c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load_ext<i8>(row2 + i), q));
    d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load_ext<i8>(row3 + i), q));
  }
  return f32x4.mul(f32x4.convert_i32x4_s(sums(a, b, c, d)), v128.load(scales));
}

/** Lane i: the sum of the i-th argument's lanes. */
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return i32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7));
}

/** The heap's size after the lanes of `scores` that pass have entered it. `group` keeps the lanes in memory. */
function enter(
  scores: v128,
  row: i32,
  lanes: i32,
  group: usize,
  k: i32,
  size: i32,
  eligible: usize,
  outScores: usize,
  outRows: usize,
): i32 {
  v128.store(group, scores);
  while (lanes) {
    const lane = ctz(lanes);
    lanes &= lanes - 1;
    const at = row + lane;
    if (eligible !== 0 && ((load<u32>(eligible + ((<usize>(at >>> 5)) << 2)) >>> (at & 31)) & 1) === 0)
      continue;
    const score = load<f32>(group + ((<usize>lane) << 2));
    if (size < k) {
      // NaN is no score; rows of padding have NaN scales.
      // biome-ignore lint/suspicious/noGlobalIsNan: AssemblyScript's is typed and converts nothing
      if (!isNaN<f32>(score)) push(outScores, outRows, size++, score, at);
    } else if (score > load<f32>(outScores)) replace(outScores, outRows, k, score, at);
  }
  return size;
}

/**
 * Exact top k, best first, into outScores and outRows (k entries each). Rows ascend, so a later equal score never
 * replaces an earlier one.
 * @returns how many were found
 */
export function scan(
  rows: usize,
  scales: usize,
  items: i32,
  stride: usize,
  query: usize,
  group: usize,
  k: i32,
  eligible: usize,
  outScores: usize,
  outRows: usize,
): i32 {
  let size = 0;
  for (let row = 0; row < items; row += 4) {
    const scores = scoreFour(rows, stride, query, scales);
    const lanes = size < k ? 15 : i32x4.bitmask(f32x4.gt(scores, v128.load32_splat(outScores)));
    if (lanes) size = enter(scores, row, lanes, group, k, size, eligible, outScores, outRows);
    rows += stride << 2;
    scales += 16;
  }
  sort(outScores, outRows, size);
  return size;
}

/** Scores of the rows listed in `ids` into `out`. */
export function score(
  rows: usize,
  scales: usize,
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
    for (let i: usize = 0; i < stride; i += 8)
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load_ext<i8>(row + i), v128.load(query + (i << 1))));
    const dot =
      i32x4.extract_lane(a, 0) +
      i32x4.extract_lane(a, 1) +
      i32x4.extract_lane(a, 2) +
      i32x4.extract_lane(a, 3);
    store<f32>(out, <f32>dot * load<f32>(scales + (at << 2)));
    ids += 4;
    out += 4;
  }
}
