import type { EmbeddingTable } from '../../bundle/contract.ts';
import type { TableOptions } from '../contract.ts';
import { itemsOf } from '../scale.ts';
import { type Host, roundUp } from './host.ts';
import type { LinearMemory } from './memory.ts';

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
  /** rows that there is room for */
  #room = 0;
  /** the rows lie in somebody else's room, and are not to be changed there */
  #lent: boolean;

  constructor(host: Host, embeddings: EmbeddingTable, { residuals, capacity = 0 }: TableOptions) {
    const { memory } = host;
    const { dims, rows } = embeddings;
    const items = itemsOf(embeddings);
    this.#host = host;
    this.#dims = dims;
    this.#residuals = residuals !== undefined;
    this.stride = roundUp(dims, 16);
    this.#lent = this.stride === dims && isReadable(memory, rows, 4 * dims);
    if (this.#lent) this.rowsAt = rows.byteOffset;
    // Taking memory may move what is in it.
    const [readRows, readScales] = [whereIn(memory, rows), scalesIn(memory, embeddings)];
    this.items = 0;
    this.#take(Math.max(items, capacity, 1), !this.#lent);
    this.items = items;
    if (!this.#lent) this.#place(readRows(), memory.views.i8, this.rowsAt);
    this.#columns([0, items], readScales, residuals);
  }

  get embeddings(): EmbeddingTable | undefined {
    const { items, rowsAt, scalesAt, stride } = this;
    const dims = this.#dims;
    if (dims !== stride) return undefined;
    const { i8, f32 } = this.#host.memory.views;
    const scales = f32.subarray(scalesAt / 4, scalesAt / 4 + items);
    return { dims, rows: i8.subarray(rowsAt, rowsAt + items * dims), scales };
  }

  /** Rows from `first` on; room that is too small grows by half. */
  write(first: number, embeddings: EmbeddingTable, residuals: Uint16Array | undefined): void {
    const { memory } = this.#host;
    const [readRows, readScales] = [whereIn(memory, embeddings.rows), scalesIn(memory, embeddings)];
    const items = itemsOf(embeddings);
    const after = Math.max(this.items, first + items);
    if (after > this.#room) this.#grow(Math.ceil(Math.max(after, this.#room * 1.5)));
    else if (this.#lent) this.#grow(this.#room);
    this.items = after;
    this.#place(readRows(), memory.views.i8, this.rowsAt + first * this.stride);
    this.#columns([first, items], readScales, residuals);
  }

  free(): void {
    const { memory } = this.#host;
    memory.give(this.scalesAt);
    if (!this.#lent) memory.give(this.rowsAt);
  }

  /** Blocks for columns and, where they are to be one's own, rows. */
  #take(items: number, own: boolean): void {
    const { memory, relaxed } = this.#host;
    const { stride } = this;
    // Four rows are read at a time, those beyond the last too.
    const room = roundUp(items, 4);
    if (own) this.rowsAt = memory.take(room * stride);
    this.scalesAt = memory.take(room * (4 + (relaxed ? 4 : 0) + (this.#residuals ? 2 * stride : 0)));
    this.offsetsAt = this.scalesAt + (relaxed ? 4 * room : 0);
    if (this.#residuals) this.residualsAt = this.offsetsAt + 4 * room;
    this.#room = room;
  }

  /** Other blocks, all of them one's own; what is there moves over. */
  #grow(items: number): void {
    const { memory, relaxed } = this.#host;
    const { stride, rowsAt, scalesAt, offsetsAt, residualsAt } = this;
    this.#take(items, true);
    const { i8 } = memory.views;
    const move = (from: number, to: number, bytes: number) =>
      i8.copyWithin(to, from, from + this.items * bytes);
    move(rowsAt, this.rowsAt, stride);
    move(scalesAt, this.scalesAt, 4);
    if (relaxed) move(offsetsAt, this.offsetsAt, 4);
    if (this.#residuals) move(residualsAt, this.residualsAt, 2 * stride);
    memory.give(scalesAt);
    if (!this.#lent) memory.give(rowsAt);
    this.#lent = false;
  }

  /** What goes with rows that are in their place. */
  #columns(
    [first, items]: readonly [number, number],
    readScales: (() => Float32Array) | undefined,
    residuals: Uint16Array | undefined,
  ): void {
    const { exports, memory, relaxed } = this.#host;
    const { stride } = this;
    const rowsAt = this.rowsAt + first * stride;
    const scalesAt = this.scalesAt + 4 * first;
    if (readScales) memory.views.f32.set(readScales(), scalesAt / 4);
    else exports.measure(rowsAt, stride, items, scalesAt);
    if (residuals) this.#place(residuals, memory.views.i16, this.residualsAt / 2 + first * stride);
    if (relaxed) exports.shift(rowsAt, stride, items, this.offsetsAt + 4 * first);
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

/** Where a table's scales are read; undefined where they follow from its rows. */
const scalesIn = (memory: LinearMemory, table: EmbeddingTable): (() => Float32Array) | undefined =>
  table.unit ? undefined : whereIn(memory, table.scales);

type View = Int8Array | Float32Array;
const isIn = ({ views }: LinearMemory, { buffer }: View): boolean => buffer === views.i8.buffer;

/** Whether rows lie where the kernel can read them, and a little beyond their end. */
const isReadable = (memory: LinearMemory, rows: Int8Array, beyond: number): boolean =>
  isIn(memory, rows) &&
  rows.byteOffset % 16 === 0 &&
  rows.byteOffset + rows.length + beyond <= memory.views.i8.length;

/** Finds a view again when the memory that it may be of has moved. */
function whereIn<A extends View>(memory: LinearMemory, view: A): () => A {
  if (!isIn(memory, view)) return () => view;
  const { byteOffset, length } = view;
  const Kind = view.constructor as new (buffer: ArrayBuffer, at: number, length: number) => A;
  return () => new Kind(memory.views.i8.buffer, byteOffset, length);
}
