import type { ScanResult } from '../contract.ts';

/** The best entries so far in a heap whose root is the worst kept: the lowest score, of equal scores the highest row. */
export class Best {
  readonly most: number;
  readonly #scores: Float32Array;
  readonly #rows: Uint32Array;
  #size = 0;

  constructor(most: number) {
    this.most = most;
    this.#scores = new Float32Array(most);
    this.#rows = new Uint32Array(most);
  }

  /** Where rows come in ascending order, an equal score never replaces an earlier one. False for NaN. */
  wants(score: number): boolean {
    return this.#size < this.most ? !Number.isNaN(score) : score > this.#scores[0]!;
  }

  enter(score: number, row: number): void {
    if (this.#size === this.most) {
      this.#sink(this.most, score, row);
      return;
    }
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#worse(score, row, parent)) break;
      this.#put(at, this.#scores[parent]!, this.#rows[parent]!);
      at = parent;
    }
    this.#put(at, score, row);
  }

  /** Best first; the heap is spent. */
  sorted(k = this.most): ScanResult {
    for (let last = this.#size - 1; last > 0; last--) {
      const score = this.#scores[0]!;
      const row = this.#rows[0]!;
      this.#sink(last, this.#scores[last]!, this.#rows[last]!);
      this.#put(last, score, row);
    }
    const size = Math.min(k, this.#size);
    return { rows: this.#rows.slice(0, size), scores: this.#scores.slice(0, size) };
  }

  #worse(score: number, row: number, than: number): boolean {
    const other = this.#scores[than]!;
    return score < other || (score === other && row > this.#rows[than]!);
  }

  /** Puts an entry in the root's place. */
  #sink(size: number, score: number, row: number): void {
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (right < size && this.#worse(this.#scores[right]!, this.#rows[right]!, child)) child = right;
      if (this.#worse(score, row, child)) break;
      this.#put(at, this.#scores[child]!, this.#rows[child]!);
      at = child;
    }
    this.#put(at, score, row);
  }

  #put(at: number, score: number, row: number): void {
    this.#scores[at] = score;
    this.#rows[at] = row;
  }
}
