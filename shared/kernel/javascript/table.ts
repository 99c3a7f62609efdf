import type { EmbeddingTable } from '../../bundle/contract.ts';
import type { ScanResult, Table, TableOptions } from '../contract.ts';
import { fromHalf } from '../half.ts';
import { Lease } from '../lease.ts';
import { quantiseQuery } from '../quantise.ts';
import { Best } from './best.ts';

const { fround } = Math;
/** Rows that every query of a call reads before the next rows come: they stay in the first cache. */
const BLOCK = 256;

export function javascriptTable(embeddings: EmbeddingTable, options: TableOptions = {}): Table {
  const { dims } = embeddings;
  const rows = new Rows(embeddings, options);
  const lease = new Lease('table');
  const scanMany = (queries: readonly Int8Array[], k: number, eligible?: Uint32Array): ScanResult[] => {
    lease.demand();
    const most = Math.min(k, rows.items);
    const best = queries.map(() => new Best(most));
    if (most > 0)
      for (let from = 0; from < rows.items; from += BLOCK)
        for (let q = 0; q < queries.length; q++) rows.scan(queries[q]!, best[q]!, [from, eligible]);
    return best.map((one) => one.sorted());
  };
  return {
    get items() {
      return rows.items;
    },
    dims,
    get embeddings() {
      return rows.embeddings;
    },
    scan: (query, k, eligible) => scanMany([query], k, eligible)[0]!,
    scanMany,
    search: (query, k, eligible) => {
      const most = Math.min(k, rows.items);
      const found = scanMany([quantiseQuery(query).vector], 2 * most, eligible)[0]!;
      const best = new Best(found.rows.length);
      for (const row of found.rows) {
        const score = rows.exactly(query, row);
        if (Number.isFinite(score)) best.enter(score, row);
      }
      return best.sorted(most);
    },
    score: (query, wanted, out) => {
      lease.demand();
      for (let i = 0; i < wanted.length; i++) out[i] = rows.score(query, wanted[i]!);
    },
    append: (more, residuals) => {
      lease.demand();
      const first = rows.items;
      const after = first + more.scales.length;
      rows.reserve(after);
      rows.items = after;
      rows.write(first, more, residuals);
      return first;
    },
    update: (first, written, residuals) => {
      lease.demand();
      const { items } = rows;
      rows.reserve(items);
      rows.write(first, written, residuals);
    },
    remove: (row) => {
      lease.demand();
      rows.reserve(rows.items);
      rows.scales[row] = Number.NaN;
    },
    free: () => void lease.end(),
  };
}

/** A table's columns: the caller's own until the first change, then copies. */
class Rows {
  items: number;
  rows: Int8Array;
  scales: Float32Array;
  residuals: Uint16Array | undefined;
  readonly #dims: number;
  #room = 0;
  #least: number;

  constructor(embeddings: EmbeddingTable, { residuals, capacity = 0 }: TableOptions) {
    this.items = embeddings.scales.length;
    this.rows = embeddings.rows;
    this.scales = embeddings.scales;
    this.residuals = residuals;
    this.#dims = embeddings.dims;
    this.#least = capacity;
  }

  get embeddings(): EmbeddingTable {
    const { rows, scales, items } = this;
    const dims = this.#dims;
    return { dims, rows: rows.subarray(0, items * dims), scales: scales.subarray(0, items) };
  }

  /** Room of one's own for `items` rows; grows by half. */
  reserve(items: number): void {
    if (items <= this.#room) return;
    this.#room = Math.max(items, this.#least, Math.ceil(this.#room * 1.5));
    const { rows, scales, residuals } = this;
    this.rows = new Int8Array(this.#room * this.#dims);
    this.rows.set(rows.subarray(0, this.items * this.#dims));
    this.scales = new Float32Array(this.#room);
    this.scales.set(scales.subarray(0, this.items));
    if (residuals === undefined) return;
    this.residuals = new Uint16Array(this.#room * this.#dims);
    this.residuals.set(residuals.subarray(0, this.items * this.#dims));
  }

  write(first: number, { rows, scales }: EmbeddingTable, residuals: Uint16Array | undefined): void {
    this.rows.set(rows, first * this.#dims);
    this.scales.set(scales, first);
    if (residuals) this.residuals?.set(residuals, first * this.#dims);
  }

  scan(query: Int8Array, best: Best, [from, eligible]: readonly [number, Uint32Array | undefined]): void {
    const to = Math.min(this.items, from + BLOCK);
    for (let row = from; row < to; row++) {
      const score = this.score(query, row);
      if (best.wants(score) && isEligible(eligible, row)) best.enter(score, row);
    }
  }

  score(query: Int8Array, row: number): number {
    const { rows } = this;
    const at = row * this.#dims;
    let sum = 0;
    for (let d = 0; d < query.length; d++) sum = (sum + rows[at + d]! * query[d]!) | 0;
    return fround(fround(sum) * this.scales[row]!);
  }

  exactly(query: Float32Array, row: number): number {
    const { rows, residuals } = this;
    const scale = this.scales[row]!;
    if (!Number.isFinite(scale)) return Number.NaN;
    const lanes = new Float32Array(4);
    for (let d = 0; d < query.length; d++) {
      const at = row * this.#dims + d;
      const rounded = fround(rows[at]! * scale);
      const value = residuals === undefined ? rounded : fround(rounded + fromHalf(residuals[at]!));
      lanes[d & 3] = lanes[d & 3]! + fround(value * query[d]!);
    }
    return fround(fround(lanes[0]! + lanes[2]!) + fround(lanes[1]! + lanes[3]!));
  }
}

const isEligible = (eligible: Uint32Array | undefined, row: number): boolean =>
  eligible === undefined || ((eligible[row >>> 5]! >>> (row & 31)) & 1) === 1;
