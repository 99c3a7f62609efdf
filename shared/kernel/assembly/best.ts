// The best entries so far: a buffer of (score, row) in the order in which they came, which is by ascending row. When it is
// full it is cut to its k best, and what is no better than the worst of them does not enter any more: an entry costs a
// store, and a cut few comparisons an entry. The buffer has room for some more than k, in two arrays.
//
// State of one query, in memory: address of the query, of the scores, of the rows; entries; least score that enters.
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

/** Adds the lanes of `scores` whose bit is set; rows `row` to `row + 3`. */
export function enter(state: usize, scores: v128, lanes: i32, row: i32, k: i32, room: i32): void {
  const scoresAt = <usize>load<u32>(state, 4);
  const rowsAt = <usize>load<u32>(state, 8);
  let size = load<i32>(state, 12);
  // Behind the entries there is room for one vector more: it is written whole, and read by lane.
  const lane = scoresAt + ((<usize>room) << 2);
  v128.store(lane, scores);
  do {
    const at = ctz(lanes);
    store<f32>(scoresAt + ((<usize>size) << 2), load<f32>(lane + ((<usize>at) << 2)));
    store<i32>(rowsAt + ((<usize>size) << 2), row + at);
    size++;
    lanes &= lanes - 1;
  } while (lanes);
  store<i32>(state, size, 12);
  if (size > room - 4) cut(state, k);
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

/** Keeps the k best (of equal scores the earliest rows), still in their order, and raises what it takes to enter. */
function cut(state: usize, k: i32): void {
  const size = load<i32>(state, 12);
  if (size <= k) return;
  const scores = <usize>load<u32>(state, 4);
  const rows = <usize>load<u32>(state, 8);
  const end = scores + ((<usize>size) << 2);
  v128.store(end, f32x4.splat(NaN));
  let least = load<f32>(scores);
  let most = least;
  for (let at = scores; at < end; at += 4) {
    const score = load<f32>(at);
    least = min(least, score);
    most = max(most, score);
  }
  // The greatest score that at least k entries reach.
  let low = keyOf(least);
  let high = keyOf(most);
  let kept = size;
  while (low < high && kept !== k) {
    const middle = high - <i32>(<u32>(high - low) >>> 1);
    const count = countFrom(scores, end, scoreOf(middle));
    if (count >= k) {
      low = middle;
      kept = count;
    } else high = middle - 1;
  }
  const bound = scoreOf(low);
  // Of those equal to the bound, the earliest that there is room for.
  let equal = i32.MAX_VALUE;
  if (kept > k) {
    equal = k - kept;
    for (let at = scores; at < end; at += 4) if (load<f32>(at) === bound) equal++;
  }
  let to: usize = 0;
  let worst = most;
  for (let from: usize = 0; from < end - scores; from += 4) {
    const score = load<f32>(scores + from);
    if (score > bound || (score === bound && equal-- > 0)) {
      store<f32>(scores + to, score);
      store<u32>(rows + to, load<u32>(rows + from));
      worst = min(worst, score);
      to += 4;
    }
  }
  store<i32>(state, <i32>(to >> 2), 12);
  store<f32>(state, above(worst), 16);
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
