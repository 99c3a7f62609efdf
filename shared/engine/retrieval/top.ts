/**
 * Order by score, best first, ties by lower row, without a comparator: a score's bits and its row are packed into one
 * double (32 + 21 bits, exact), which typed arrays sort natively. Rows stay below 2^21.
 */
const ROW_SPACE = 0x200000;
export const MOST_ROWS = ROW_SPACE - 1;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Rises with the score; equal scores rise with falling rows. */
export function sortKey(score: number, row: number): number {
  float[0] = score + 0; // -0 and 0 are one score
  const raw = bits[0]!;
  const ordered = raw >>> 31 === 0 ? raw + 0x80000000 : 0xffffffff - raw;
  return ordered * ROW_SPACE + (ROW_SPACE - 1 - row);
}

const rowOfKey = (key: number): number => ROW_SPACE - 1 - (key % ROW_SPACE);

let keys = new Float64Array(1024);

/** Keys to fill and then to sort; the same memory at every call, so it never outlives one use. */
export function keysFor(count: number): Float64Array {
  if (keys.length < count) keys = new Float64Array(Math.max(count, keys.length * 2));
  return keys.subarray(0, count);
}

/** The rows with a positive score, best first. */
export function bestFirst(scores: Float32Array): Uint32Array {
  let positive = 0;
  for (const score of scores) if (score > 0) positive++;
  const packed = keysFor(positive);
  let at = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (score > 0) packed[at++] = sortKey(score, row);
  }
  return unpack(packed, positive);
}

/** Sorts the keys and reads back the best `limit` rows. */
export function unpack(packed: Float64Array, limit: number): Uint32Array {
  packed.sort();
  const rows = new Uint32Array(Math.min(limit, packed.length));
  for (let i = 0; i < rows.length; i++) rows[i] = rowOfKey(packed[packed.length - 1 - i]!);
  return rows;
}
