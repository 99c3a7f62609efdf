import type { EmbeddingTable } from '../../bundle/contract.ts';
import { checkTable } from '../arguments.ts';
import type { TableOptions } from '../contract.ts';
import { type Host, roundUp } from './host.ts';

/** A table's columns in the kernel's memory: int8 rows padded with zeros to a multiple of 16 components. */
export class Rows {
  readonly stride: number;
  items: number;
  rowsAt = 0;
  scalesAt = 0;
  /** 64 times each row's sum, for the relaxed build alone */
  offsetsAt = 0;
  /** 0 where there are none */
  residualsAt = 0;
  readonly #host: Host;
  readonly #dims: number;
  readonly #residuals: boolean;
  #room = 0;

  constructor(host: Host, embeddings: EmbeddingTable, { residuals, capacity = 0 }: TableOptions) {
    const items = checkTable(embeddings, residuals);
    this.#host = host;
    this.#dims = embeddings.dims;
    this.#residuals = residuals !== undefined;
    this.stride = roundUp(embeddings.dims, 16);
    this.items = 0;
    this.reserve(Math.max(items, capacity, 1));
    this.items = items;
    this.write(0, embeddings, residuals);
  }

  /** Room for `items` rows; grows by half. */
  reserve(items: number): void {
    if (items <= this.#room) return;
    const { memory, relaxed } = this.#host;
    const { stride } = this;
    const before = {
      rowsAt: this.rowsAt,
      scalesAt: this.scalesAt,
      offsetsAt: this.offsetsAt,
      residualsAt: this.residualsAt,
    };
    // Four rows are read at a time, those beyond the last too.
    const room = roundUp(Math.max(items, Math.ceil(this.#room * 1.5)), 4);
    this.rowsAt = memory.take(room * (stride + 4 + (relaxed ? 4 : 0) + (this.#residuals ? 2 * stride : 0)));
    this.scalesAt = this.rowsAt + room * stride;
    this.offsetsAt = this.scalesAt + (relaxed ? 4 * room : 0);
    if (this.#residuals) this.residualsAt = this.offsetsAt + 4 * room;
    this.#room = room;
    if (before.rowsAt === 0) return;
    const { i8 } = memory.views;
    const move = (from: number, to: number, bytes: number) =>
      i8.copyWithin(to, from, from + this.items * bytes);
    move(before.rowsAt, this.rowsAt, stride);
    move(before.scalesAt, this.scalesAt, 4);
    if (relaxed) move(before.offsetsAt, this.offsetsAt, 4);
    if (this.#residuals) move(before.residualsAt, this.residualsAt, 2 * stride);
    memory.give(before.rowsAt);
  }

  write(first: number, { rows, scales }: EmbeddingTable, residuals: Uint16Array | undefined): void {
    const { exports, memory, relaxed } = this.#host;
    const { i8, i16, f32 } = memory.views;
    const at = this.rowsAt + first * this.stride;
    this.#place(rows, i8, at);
    f32.set(scales, this.scalesAt / 4 + first);
    if (residuals) this.#place(residuals, i16, this.residualsAt / 2 + first * this.stride);
    if (relaxed) exports.shift(at, this.stride, scales.length, this.offsetsAt + 4 * first);
  }

  free(): void {
    this.#host.memory.give(this.rowsAt);
  }

  #place(from: Int8Array | Uint16Array, into: Int8Array | Int16Array, at: number): void {
    if (this.stride === this.#dims) {
      into.set(from, at);
      return;
    }
    into.fill(0, at, at + (from.length / this.#dims) * this.stride);
    for (let r = 0; r * this.#dims < from.length; r++)
      into.set(from.subarray(r * this.#dims, (r + 1) * this.#dims), at + r * this.stride);
  }
}
