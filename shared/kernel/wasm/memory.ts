const PAGE = 65536;
const ALIGN = 16;
const MOST = 2 ** 32 - PAGE;

interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** Views of a WebAssembly memory as it is now: growing it detaches them. */
export interface Views {
  readonly i8: Int8Array<ArrayBuffer>;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  i8: new Int8Array(buffer),
  i16: new Int16Array(buffer),
  u16: new Uint16Array(buffer),
  i32: new Int32Array(buffer),
  u32: new Uint32Array(buffer),
  f32: new Float32Array(buffer),
});

/** First-fit blocks in a memory that grows, each at a multiple of 16. Freed neighbours join. */
export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  #free: Block[] = [];
  readonly #taken = new Map<number, number>();
  #end: number;
  #buffer: ArrayBuffer;
  #views: Views;

  /** @param base first byte that is ours */
  constructor(memory: WebAssembly.Memory, base: number) {
    this.#memory = memory;
    this.#end = roundUp(base);
    this.#buffer = memory.buffer;
    this.#views = viewsOf(this.#buffer);
  }

  /** Valid until the next `take`. */
  get views(): Views {
    if (this.#memory.buffer !== this.#buffer) {
      this.#buffer = this.#memory.buffer;
      this.#views = viewsOf(this.#buffer);
    }
    return this.#views;
  }

  /** Bytes up to the end of the last block. */
  get used(): number {
    return this.#end;
  }

  /** @returns the block's address; its content is whatever lay there. @throws RangeError if the host gives no more */
  take(bytes: number): number {
    const size = Math.max(ALIGN, roundUp(bytes));
    const fit = this.#free.findIndex((block) => block.bytes >= size);
    if (fit >= 0) {
      const { at, bytes: found } = this.#free[fit]!;
      this.#free.splice(fit, 1, ...(found > size ? [{ at: at + size, bytes: found - size }] : []));
      this.#taken.set(at, size);
      return at;
    }
    const at = this.#end;
    this.#reach(at + size);
    this.#end = at + size;
    this.#taken.set(at, size);
    return at;
  }

  give(at: number): void {
    const bytes = this.#taken.get(at);
    if (bytes === undefined) throw new RangeError(`Found no block at ${at} to give back.`);
    this.#taken.delete(at);
    const blocks = [...this.#free, { at, bytes }].sort((a, b) => a.at - b.at);
    const joined: Block[] = [];
    for (const block of blocks) {
      const last = joined[joined.length - 1];
      if (last && last.at + last.bytes === block.at)
        joined[joined.length - 1] = { at: last.at, bytes: last.bytes + block.bytes };
      else joined.push(block);
    }
    const last = joined[joined.length - 1]!;
    if (last.at + last.bytes === this.#end) {
      this.#end = last.at;
      joined.pop();
    }
    this.#free = joined;
  }

  #reach(end: number): void {
    const pages = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (pages <= 0) return;
    if (end > MOST)
      throw new RangeError(`Found ${end} bytes asked of WebAssembly memory, expected at most ${MOST}.`);
    this.#memory.grow(pages);
  }
}

const roundUp = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/** One block that grows with what it must hold and is used anew by every call. */
export class Scratch {
  readonly #memory: LinearMemory;
  #at: number | undefined;
  #room = 0;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** @returns the address of at least `bytes`; what it held is lost */
  hold(bytes: number): number {
    if (this.#at !== undefined && bytes <= this.#room) return this.#at;
    this.give();
    this.#room = bytes;
    this.#at = this.#memory.take(bytes);
    return this.#at;
  }

  give(): void {
    if (this.#at !== undefined) this.#memory.give(this.#at);
    this.#at = undefined;
    this.#room = 0;
  }
}
