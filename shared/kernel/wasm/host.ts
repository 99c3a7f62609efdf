import type { Exports } from './exports.ts';
import { LinearMemory, Scratch } from './memory.ts';

/** A compiled module, its memory, and what differs between its two builds. */
export interface Host {
  readonly exports: Exports;
  readonly memory: LinearMemory;
  /** of one call, shared by all tables */
  readonly scratch: Scratch;
  readonly relaxed: boolean;
}

export function createHost(instance: WebAssembly.Instance, relaxed: boolean): Host {
  const exports = instance.exports as unknown as Exports;
  const memory = new LinearMemory(exports.memory, exports.base());
  return { exports, memory, scratch: new Scratch(memory), relaxed };
}

export const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
