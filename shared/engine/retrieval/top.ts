/**
 * Order by score, best first, ties by lower row: (score, row) pairs are pushed, then sorted by the score's bits, eight at
 * a time (a stable radix sort), and equal scores put right by row. Rows stay below 2^21. -0 and 0 are one score.
 */
export const MOST_ROWS = 0x200000 - 1;

const RADIX = 256;
/** Below this many pairs an insertion sort is faster. */
const FEW = 40;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Falls with rising score. */
function fallingKey(score: number): number {
  float[0] = score + 0;
  const raw = bits[0]!;
  return raw >>> 31 === 0 ? 0x7fffffff - raw : raw;
}

export class Order {
  #keys = new Uint32Array(0);
  #rows = new Uint32Array(0);
  #spareKeys = new Uint32Array(0);
  #spareRows = new Uint32Array(0);
  readonly #counts = new Uint32Array(4 * RADIX);
  #size = 0;

  /** Forgets what was pushed and makes room for `most` pairs. */
  begin(most: number): void {
    this.#size = 0;
    if (this.#keys.length >= most) return;
    const room = Math.max(most, 2 * this.#keys.length, 1024);
    this.#keys = new Uint32Array(room);
    this.#rows = new Uint32Array(room);
    this.#spareKeys = new Uint32Array(room);
    this.#spareRows = new Uint32Array(room);
  }

  push(score: number, row: number): void {
    this.#keys[this.#size] = fallingKey(score);
    this.#rows[this.#size++] = row;
  }

  /** Pushes the first `count` scores, each with its index as row; zeros only where they are wanted. */
  pushAll(scores: Float32Array, count: number, zeros: boolean): void {
    const [keys, rows] = [this.#keys, this.#rows];
    let size = this.#size;
    for (let row = 0; row < count; row++) {
      const score = scores[row]!;
      if (score === 0 && !zeros) continue;
      keys[size] = fallingKey(score);
      rows[size++] = row;
    }
    this.#size = size;
  }

  /** The best `limit` rows, best first: a view that is valid until the next `begin`. */
  best(limit: number): Uint32Array {
    if (2 * limit < this.#size) this.#cut(limit, false);
    if (this.#size <= FEW) this.#insert();
    else this.#radix();
    return this.#rows.subarray(0, Math.min(limit, this.#size));
  }

  /** The same rows as they were pushed, which must have been in ascending order. */
  most(limit: number): Uint32Array {
    if (limit < this.#size) this.#cut(limit, true);
    return this.#rows.subarray(0, Math.min(limit, this.#size));
  }

  /** Keeps the best `limit` in the order they lie in, digit by digit; and all that equal the last unless rows ascend. */
  #cut(limit: number, ascending: boolean): void {
    const [keys, rows, counts] = [this.#keys, this.#rows, this.#counts];
    const every = this.#size;
    let mask = 0;
    let bar = 0;
    let equal = limit;
    for (let shift = 24; shift >= 0; shift -= 8) {
      counts.fill(0, 0, RADIX);
      for (let i = 0; i < every; i++)
        if (((keys[i]! & mask) ^ bar) === 0) counts[(keys[i]! >>> shift) & 255]!++;
      let digit = 0;
      while (counts[digit]! < equal) equal -= counts[digit++]!;
      bar |= digit << shift;
      mask |= 255 << shift;
      if (counts[digit] === equal) break;
    }
    bar >>>= 0;
    if (!ascending) equal = every;
    this.#size = 0;
    for (let i = 0; i < every; i++) {
      const key = (keys[i]! & mask) >>> 0;
      if (key > bar || (key === bar && equal-- <= 0)) continue;
      keys[this.#size] = keys[i]!;
      rows[this.#size++] = rows[i]!;
    }
  }

  #insert(): void {
    const keys = this.#keys;
    const rows = this.#rows;
    for (let i = 1; i < this.#size; i++) {
      const key = keys[i]!;
      const row = rows[i]!;
      let at = i;
      for (; at > 0; at--) {
        const before = keys[at - 1]!;
        if (before < key || (before === key && rows[at - 1]! < row)) break;
        keys[at] = before;
        rows[at] = rows[at - 1]!;
      }
      keys[at] = key;
      rows[at] = row;
    }
  }

  #radix(): void {
    this.#count();
    for (let pass = 0; pass < 4; pass++) if (!this.#isSettled(pass)) this.#scatter(pass);
    this.#settleTies();
  }

  #count(): void {
    const counts = this.#counts;
    const keys = this.#keys;
    counts.fill(0);
    for (let i = 0; i < this.#size; i++) {
      const key = keys[i]!;
      counts[key & 255]!++;
      counts[RADIX + ((key >>> 8) & 255)]!++;
      counts[2 * RADIX + ((key >>> 16) & 255)]!++;
      counts[3 * RADIX + (key >>> 24)]!++;
    }
  }

  /** All keys have one value in these eight bits. */
  #isSettled(pass: number): boolean {
    return this.#counts[pass * RADIX + ((this.#keys[0]! >>> (8 * pass)) & 255)] === this.#size;
  }

  #scatter(pass: number): void {
    const counts = this.#counts;
    const keys = this.#keys;
    const rows = this.#rows;
    const toKeys = this.#spareKeys;
    const toRows = this.#spareRows;
    const first = pass * RADIX;
    const shift = 8 * pass;
    for (let digit = 0, sum = 0; digit < RADIX; digit++) {
      const count = counts[first + digit]!;
      counts[first + digit] = sum;
      sum += count;
    }
    for (let i = 0; i < this.#size; i++) {
      const key = keys[i]!;
      const to = counts[first + ((key >>> shift) & 255)]!++;
      toKeys[to] = key;
      toRows[to] = rows[i]!;
    }
    this.#keys = toKeys;
    this.#rows = toRows;
    this.#spareKeys = keys;
    this.#spareRows = rows;
  }

  #settleTies(): void {
    const keys = this.#keys;
    const rows = this.#rows;
    for (let from = 0; from < this.#size; ) {
      let to = from + 1;
      let ascend = true;
      for (; to < this.#size && keys[to] === keys[from]; to++) if (rows[to]! < rows[to - 1]!) ascend = false;
      if (!ascend) rows.subarray(from, to).sort();
      from = to;
    }
  }
}

/** For whoever needs no order of its own: every use ends before the next begins. */
export const order = new Order();

/** The rows with a positive score, best first. */
export function bestFirst(scores: Float32Array): Uint32Array {
  const all = new Order();
  let positive = 0;
  for (let row = 0; row < scores.length; row++) if (scores[row]! > 0) positive++;
  all.begin(positive);
  for (let row = 0; row < scores.length; row++) if (scores[row]! > 0) all.push(scores[row]!, row);
  return all.best(positive).slice();
}

/** The first `most` of `bestFirst`, or all that there are: a histogram of the scores' upper bits tells which to sort. */
export function headOf(scores: Float32Array, most: number): Uint32Array {
  const raw = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  // Sign, exponent and three bits of the fraction: positive numbers lie in the lower half, in their order.
  const counts = new Uint32Array(4096);
  for (let row = 0; row < raw.length; row++) counts[raw[row]! >>> 20]!++;
  let bar = 0x7f8;
  let held = counts[bar]!;
  for (; bar > 0 && held < most; held += counts[bar]!) bar--;
  const all = new Order();
  all.begin(held);
  for (let row = 0; row < raw.length; row++) {
    const bin = raw[row]! >>> 20;
    if (bin >= bar && bin <= 0x7f8 && scores[row]! > 0) all.push(scores[row]!, row);
  }
  return all.best(most).slice();
}
