// A heap of (score, row) in two parallel arrays whose root is the worst entry kept: the lowest score, and of equal
// scores the highest row.

function worse(score: f32, row: u32, thanScore: f32, thanRow: u32): bool {
  return score < thanScore || (score === thanScore && row > thanRow);
}

function put(scores: usize, rows: usize, at: i32, score: f32, row: u32): void {
  store<f32>(scores + ((<usize>at) << 2), score);
  store<u32>(rows + ((<usize>at) << 2), row);
}

function scoreAt(scores: usize, at: i32): f32 {
  return load<f32>(scores + ((<usize>at) << 2));
}

function rowAt(rows: usize, at: i32): u32 {
  return load<u32>(rows + ((<usize>at) << 2));
}

/** Adds an entry to a heap of `size`. */
export function push(scores: usize, rows: usize, size: i32, score: f32, row: u32): void {
  let at = size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const parentScore = scoreAt(scores, parent);
    const parentRow = rowAt(rows, parent);
    if (!worse(score, row, parentScore, parentRow)) break;
    put(scores, rows, at, parentScore, parentRow);
    at = parent;
  }
  put(scores, rows, at, score, row);
}

/** Puts an entry in the root's place. */
export function replace(scores: usize, rows: usize, size: i32, score: f32, row: u32): void {
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    const right = child + 1;
    if (
      right < size &&
      worse(scoreAt(scores, right), rowAt(rows, right), scoreAt(scores, child), rowAt(rows, child))
    )
      child = right;
    const childScore = scoreAt(scores, child);
    const childRow = rowAt(rows, child);
    if (!worse(childScore, childRow, score, row)) break;
    put(scores, rows, at, childScore, childRow);
    at = child;
  }
  put(scores, rows, at, score, row);
}

/** Takes the worst out again and again, from the end: best first. */
export function sort(scores: usize, rows: usize, size: i32): void {
  for (let last = size - 1; last > 0; last--) {
    const worstScore = scoreAt(scores, 0);
    const worstRow = rowAt(rows, 0);
    replace(scores, rows, last, scoreAt(scores, last), rowAt(rows, last));
    put(scores, rows, last, worstScore, worstRow);
  }
}
