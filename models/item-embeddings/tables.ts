import { Adam, type AdamSettings } from '../adam.ts';
import type { TokenMatrix } from '../content/content.ts';
import type { DenseRows } from '../dense.ts';
import type { Random } from '../random.ts';

export type Side = 'query' | 'candidate';

/** Rows whose slopes are gathered over a step, then updated together. */
class Rows {
  readonly values: Float32Array;
  readonly #dims: number;
  readonly #slopes: Float32Array;
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  readonly #adam: Adam;
  /** by row: updates that it is caught up with; absent: rows wait where they are not met */
  readonly #met: Uint32Array | undefined;
  #updates = 0;
  #last: AdamSettings | undefined;

  constructor(values: Float32Array, dims: number, moving: boolean) {
    this.values = values;
    this.#dims = dims;
    this.#met = moving ? new Uint32Array(values.length / dims) : undefined;
    this.#slopes = new Float32Array(values.length);
    this.#isTouched = new Uint8Array(values.length / dims);
    this.#adam = new Adam(values, dims);
  }

  add(row: number, slope: Float32Array, { at, share }: { at: number; share: number }): void {
    if (this.#isTouched[row] === 0) {
      this.#isTouched[row] = 1;
      this.#touched.push(row);
    }
    const to = row * this.#dims;
    for (let d = 0; d < this.#dims; d++) this.#slopes[to + d]! += share * slope[at + d]!;
  }

  /** Moves a row as far as its momentum went while it was not met. */
  settle(row: number): void {
    if (this.#met === undefined || this.#last === undefined) return;
    const missed = this.#updates - this.#met[row]!;
    if (missed === 0) return;
    this.#adam.rest(row, missed, this.#last);
    this.#met[row] = this.#updates;
  }

  update(adam: AdamSettings): void {
    this.#updates++;
    this.#last = adam;
    for (const row of this.#touched) {
      if (this.#met !== undefined) this.#met[row] = this.#updates;
      this.#adam.update(row, this.#slopes, row * this.#dims, adam);
      this.#slopes.fill(0, row * this.#dims, (row + 1) * this.#dims);
      this.#isTouched[row] = 0;
    }
    this.#touched.length = 0;
  }
}

/** Where both tables and the tokens start. */
export interface TablesStart extends Readonly<Record<Side, Float32Array>> {
  /** drawn at random where left out */
  readonly tokens?: Float32Array;
  /** by item, 1 where its row is its own vector alone and stays what it is */
  readonly still?: Uint8Array;
}

/** Items' own vectors and their tokens' vectors; an item's row is its own plus its tokens' over sqrt(tokens). */
export class Tables {
  readonly #sides: Readonly<Record<Side, Rows>>;
  readonly #tokens: Rows;
  readonly #matrix: TokenMatrix;
  readonly #dims: number;
  readonly #still: Uint8Array | undefined;

  /** @param start the same array on both sides: tied */
  constructor(
    start: TablesStart,
    {
      matrix,
      dims,
      random,
      moving = false,
    }: { matrix: TokenMatrix; dims: number; random: Random; moving?: boolean },
  ) {
    this.#matrix = matrix;
    this.#dims = dims;
    const query = new Rows(start.query, dims, moving);
    this.#sides = {
      query,
      candidate: start.query === start.candidate ? query : new Rows(start.candidate, dims, moving),
    };
    this.#still = start.still;
    const tokens =
      start.tokens ??
      Float32Array.from({ length: matrix.tokens.length * dims }, () => random.normal() * 0.05);
    this.#tokens = new Rows(tokens, dims, moving);
  }

  get tied(): boolean {
    return this.#sides.query === this.#sides.candidate;
  }

  /** The combined row of one side into `out` at `at`. */
  row(side: Side, item: number, out: Float32Array, at: number): void {
    const dims = this.#dims;
    const own = this.#sides[side].values;
    this.#sides[side].settle(item);
    for (let d = 0; d < dims; d++) out[at + d] = own[item * dims + d]!;
    if (this.#still?.[item]) return;
    const { offsets, ids } = this.#matrix;
    const share = this.#share(item);
    const tokens = this.#tokens.values;
    for (let t = offsets[item]!; t < offsets[item + 1]!; t++) {
      this.#tokens.settle(ids[t]!);
      for (let d = 0; d < dims; d++) out[at + d]! += share * tokens[ids[t]! * dims + d]!;
    }
  }

  /** Gathers the slope of one combined row until `update`. */
  add(side: Side, item: number, slope: Float32Array, at: number): void {
    if (this.#still?.[item]) return;
    this.#sides[side].add(item, slope, { at, share: 1 });
    const { offsets, ids } = this.#matrix;
    const share = this.#share(item);
    for (let t = offsets[item]!; t < offsets[item + 1]!; t++) this.#tokens.add(ids[t]!, slope, { at, share });
  }

  update(adam: AdamSettings): void {
    this.#sides.query.update(adam);
    if (!this.tied) this.#sides.candidate.update(adam);
    this.#tokens.update(adam);
  }

  export(side: Side, items: number): DenseRows {
    const values = new Float32Array(items * this.#dims);
    for (let i = 0; i < items; i++) this.row(side, i, values, i * this.#dims);
    return { items, dims: this.#dims, values };
  }

  #share(item: number): number {
    const { offsets } = this.#matrix;
    return 1 / Math.sqrt(Math.max(1, offsets[item + 1]! - offsets[item]!));
  }
}
