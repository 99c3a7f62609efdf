// The best entries so far: a buffer of (score, row) in the order in which they came, which is by ascending row. When it is
// full it is cut to its k best, and what is no better than the worst of them does not enter any more: an entry costs a
// store, and a cut few comparisons an entry.
//
// State of one query, in memory: address of the query, of the scores, of the rows; entries; least score that enters;
// how many entries are too many; address of the blocks' greatest scores, with room for an eighth of them behind.
import { sort } from './sort.ts';

export const STATE: usize = 32;

// @inline
export function queryOf(state: usize): usize {
  return <usize>load<u32>(state);
}
// @inline
export function leastOf(state: usize): v128 {
  return v128.load32_splat(state, 16);
}

// @inline
export function mostOf(state: usize): usize {
  return <usize>load<u32>(state, 24);
}

/** Writes all four lanes behind the entries, moving on behind those whose bit is set alone. @returns where the next goes */
// @inline
function append(at: usize, toRows: usize, scores: v128, rows: v128, lanes: i32): usize {
  v128.store_lane<f32>(at, scores, 0);
  v128.store_lane<u32>(at + toRows, rows, 0);
  at += (lanes & 1) << 2;
  v128.store_lane<f32>(at, scores, 1);
  v128.store_lane<u32>(at + toRows, rows, 1);
  at += (lanes & 2) << 1;
  v128.store_lane<f32>(at, scores, 2);
  v128.store_lane<u32>(at + toRows, rows, 2);
  at += lanes & 4;
  v128.store_lane<f32>(at, scores, 3);
  v128.store_lane<u32>(at + toRows, rows, 3);
  return at + ((lanes & 8) >> 1);
}

/** Adds those of the 32 scores at `scores` whose bit is set; they belong to the rows from `row` on. */
export function enter(state: usize, scores: usize, bits: u32, row: i32, k: i32): void {
  const scoresAt = <usize>load<u32>(state, 4);
  const toRows = <usize>load<u32>(state, 8) - scoresAt;
  let at = scoresAt + ((<usize>load<i32>(state, 12)) << 2);
  if (bits === <u32>-1) {
    let rows = i32x4.add(i32x4.splat(row), i32x4(0, 1, 2, 3));
    for (const end = at + 128; at < end; at += 16) {
      v128.store(at, v128.load(scores));
      v128.store(at + toRows, rows);
      rows = i32x4.add(rows, i32x4.splat(4));
      scores += 16;
    }
  } else
    do {
      const n = ctz(bits);
      store<u32>(at, load<u32>(scores + ((<usize>n) << 2)));
      store<i32>(at + toRows, row + n);
      at += 4;
      bits &= bits - 1;
    } while (bits);
  const now = <i32>((at - scoresAt) >> 2);
  store<i32>(state, now, 12);
  if (now >= load<i32>(state, 20)) cut(state, k);
}

/** Floats in their order as integers: negative ones turned round. */
// @inline
function keyOf(score: f32): i32 {
  const bits = reinterpret<i32>(score);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}
// @inline
function scoreOf(key: i32): f32 {
  return reinterpret<f32>(key ^ ((key >> 31) & 0x7fffffff));
}

/** How many entries are at least `score`; `end` is padded with NaN to whole vectors. */
function countFrom(at: usize, end: usize, score: f32): i32 {
  const least = f32x4.splat(score);
  let count = i32x4.splat(0);
  for (; at < end; at += 16) count = i32x4.sub(count, f32x4.ge(v128.load(at), least));
  count = i32x4.add(count, i32x4.shuffle(count, count, 2, 3, 0, 1));
  return i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1);
}

/**
 * The greatest score, between two keys, that at least k entries reach; or any that `enough` of them at most do.
 */
function reachedBy(scores: usize, end: usize, low: i32, high: i32, k: i32, enough: i32): f32 {
  while (low < high) {
    const middle = high - <i32>(<u32>(high - low) >>> 1);
    const count = countFrom(scores, end, scoreOf(middle));
    if (count >= k) {
      low = middle;
      if (count <= enough) break;
    } else high = middle - 1;
  }
  return scoreOf(low);
}

/** Sets what it takes to enter by the greatest scores of the blocks: k rows at least reach the k-th of them. */
export function setBar(state: usize, bytes: usize, k: i32): void {
  let at = mostOf(state);
  let end = at + bytes;
  // Many blocks are taken eight at a time: the bar is hardly lower.
  if (bytes >= (<usize>k) << 8) {
    let to = end;
    for (; at + 128 <= end; at += 128) {
      let most = v128.load(at);
      for (let i: usize = 16; i < 128; i += 16) most = f32x4.pmax(most, v128.load(at + i));
      v128.store(to, most);
      to += 16;
    }
    at = end;
    end = to;
  }
  if (<i32>((end - at) >> 2) < k) return;
  const low = keyOf(leastOfAll(at, end, 0));
  const high = keyOf(-leastOfAll(at, end, 1 << 31));
  store<f32>(state, reachedBy(at, end, low, high, k, k + (k >> 3)), 16);
}

/** Keeps the k best (of equal scores the earliest rows), still in their order, and raises what it takes to enter. */
function cut(state: usize, k: i32): void {
  const size = load<i32>(state, 12);
  if (size <= k) return;
  const scores = <usize>load<u32>(state, 4);
  const toRows = <usize>load<u32>(state, 8) - scores;
  const end = scores + ((<usize>size) << 2);
  // Padding with what is there already changes neither extreme.
  v128.store(end, v128.load32_splat(scores));
  const low = keyOf(leastOfAll(scores, end, 0));
  const high = keyOf(-leastOfAll(scores, end, 1 << 31));
  v128.store(end, f32x4.splat(NaN));
  const bound = reachedBy(scores, end, low, high, k, k);
  const kept = countFrom(scores, end, bound);
  const bound4 = f32x4.splat(bound);
  let to = scores;
  if (kept === k)
    for (let from = scores; from < end; from += 16) {
      const some = v128.load(from);
      const lanes = i32x4.bitmask(f32x4.ge(some, bound4));
      if (lanes) to = append(to, toRows, some, v128.load(from + toRows), lanes);
    }
  else {
    // Of those equal to the bound, the earliest that there is room for.
    let equal = k - countFrom(scores, end, above(bound));
    for (let from = scores; from < end; from += 4) {
      const score = load<f32>(from);
      if (score > bound || (score === bound && equal-- > 0)) {
        store<f32>(to, score);
        store<u32>(to + toRows, load<u32>(from + toRows));
        to += 4;
      }
    }
  }
  v128.store(to, v128.load32_splat(scores));
  store<i32>(state, k, 12);
  store<f32>(state, above(leastOfAll(scores, to, 0)), 16);
}

/** The least of entries padded to whole vectors, their bits changed by `sign` first. */
function leastOfAll(at: usize, end: usize, sign: i32): f32 {
  const signs = i32x4.splat(sign);
  let least = f32x4.splat(Infinity);
  for (; at < end; at += 16) least = f32x4.min(least, v128.xor(v128.load(at), signs));
  least = f32x4.min(least, i32x4.shuffle(least, least, 2, 3, 0, 1));
  return min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1));
}

/** The least float greater than `score`; NaN above infinity. */
function above(score: f32): f32 {
  return score === 0 ? reinterpret<f32>(1) : scoreOf(keyOf(score) + 1);
}

/** Cuts to k and sorts, best first. */
export function finish(state: usize, k: i32): void {
  cut(state, k);
  sort(<usize>load<u32>(state, 4), <usize>load<u32>(state, 8), load<i32>(state, 12));
}
