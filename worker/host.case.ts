import { createHash } from 'node:crypto';
import type { Host } from './host.ts';

/** A host whose clocks and waits a test turns by hand; network and hashing are real. */
export interface TestHost extends Host {
  /** moves wall and steady clock, and runs what was due */
  advance(ms: number): void;
  /** moves the wall clock alone, as a user does */
  setClock(now: number): void;
  /** the waits that are running, ms from now, soonest first */
  waits(): number[];
  /** every wait that was begun, ms, but for deadlines of requests */
  readonly begun: number[];
  /** the connection becomes slow, or fast again */
  setFrugal(frugal: boolean): void;
}

export const START = Date.UTC(2026, 2, 17, 10);

export function testHost(): TestHost {
  let wall = START;
  let steady = 1_000;
  let minted = 0;
  const timers = new Set<{ at: number; work: () => void }>();
  const begun: number[] = [];
  const held = new Set<string>();
  let frugal = false;
  const listeners = new Set<() => void>();
  return {
    begun,
    now: () => wall,
    steady: () => steady,
    random(bytes) {
      minted += 1;
      return Uint8Array.from({ length: bytes }, (_, i) => (minted >> (8 * (i % 4))) & 255);
    },
    uniform: () => 0.5,
    fetch: (url, init) => fetch(url, init),
    later(ms, work) {
      const timer = { at: steady + ms, work };
      timers.add(timer);
      begun.push(ms);
      return () => timers.delete(timer);
    },
    async exclusively(name, work) {
      if (held.has(name)) return false;
      held.add(name);
      await work().finally(() => held.delete(name));
      return true;
    },
    async sha256(bytes) {
      const digest = createHash('sha256').update(new Uint8Array(bytes)).digest();
      return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.byteLength) as ArrayBuffer;
    },
    advance(ms) {
      wall += ms;
      steady += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > steady) continue;
        timers.delete(timer);
        timer.work();
      }
    },
    isFrugal: () => frugal,
    onConnection(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setFrugal(next) {
      frugal = next;
      for (const listener of [...listeners]) listener();
    },
    setClock(now) {
      wall = now;
    },
    waits: () => [...timers].map(({ at }) => at - steady).sort((a, b) => a - b),
  };
}
