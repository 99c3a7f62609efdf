// Heap sort of (score, row) in two parallel arrays: higher scores first, of equal scores the lower row first. The heap's root is
// the entry that comes last.

// @inline
function after(score: f32, row: u32, thanScore: f32, thanRow: u32): bool {
  return score < thanScore || (score === thanScore && row > thanRow);
}

// @inline
function put(scores: usize, rows: usize, at: i32, score: f32, row: u32): void {
  store<f32>(scores + ((<usize>at) << 2), score);
  store<u32>(rows + ((<usize>at) << 2), row);
}

// @inline
function scoreAt(scores: usize, at: i32): f32 {
  return load<f32>(scores + ((<usize>at) << 2));
}

// @inline
function rowAt(rows: usize, at: i32): u32 {
  return load<u32>(rows + ((<usize>at) << 2));
}

/** Lets an entry sink from `at` to its place. */
function sink(scores: usize, rows: usize, at: i32, size: i32, score: f32, row: u32): void {
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    const right = child + 1;
    if (
      right < size &&
      after(scoreAt(scores, right), rowAt(rows, right), scoreAt(scores, child), rowAt(rows, child))
    )
      child = right;
    const childScore = scoreAt(scores, child);
    const childRow = rowAt(rows, child);
    if (!after(childScore, childRow, score, row)) break;
    put(scores, rows, at, childScore, childRow);
    at = child;
  }
  put(scores, rows, at, score, row);
}

export function sort(scores: usize, rows: usize, size: i32): void {
  for (let at = (size >> 1) - 1; at >= 0; at--)
    sink(scores, rows, at, size, scoreAt(scores, at), rowAt(rows, at));
  for (let last = size - 1; last > 0; last--) {
    const lastScore = scoreAt(scores, last);
    const lastRow = rowAt(rows, last);
    put(scores, rows, last, scoreAt(scores, 0), rowAt(rows, 0));
    sink(scores, rows, 0, last, lastScore, lastRow);
  }
}
