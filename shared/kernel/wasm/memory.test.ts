import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearMemory, Scratch } from './memory.ts';

const memoryOf = (maximum = 100) => new LinearMemory(new WebAssembly.Memory({ initial: 1, maximum }), 10);

describe('linear memory', () => {
  test('blocks are aligned, apart, inside the memory, and keep what was written through growth and reuse', () => {
    const step = fc.record({ bytes: fc.nat(30000), free: fc.option(fc.nat(), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = memoryOf();
        const live: { at: number; bytes: number; mark: number }[] = [];
        for (const [n, { bytes, free }] of steps.entries()) {
          if (free !== undefined && live.length > 0) memory.give(live.splice(free % live.length, 1)[0]!.at);
          const at = memory.take(bytes);
          expect(at % 16).toBe(0);
          expect(at).toBeGreaterThanOrEqual(10);
          memory.views.i8.fill(n, at, at + bytes);
          live.push({ at, bytes, mark: n });
          for (const block of live) {
            const held = memory.views.i8.subarray(block.at, block.at + block.bytes);
            expect(held.length).toBe(block.bytes);
            expect(held.every((byte) => byte === block.mark)).toBe(true);
          }
        }
        for (const block of live) memory.give(block.at);
        expect(memory.used).toBe(16);
      }),
      { numRuns: 60 },
    );
  });
  test('freed neighbours join, so that a larger block fits where smaller ones were', () => {
    const memory = memoryOf();
    const [a, b, c] = [memory.take(1000), memory.take(1000), memory.take(1000)] as const;
    const used = memory.used;
    memory.give(b);
    memory.give(a);
    expect(memory.take(2000)).toBe(a);
    expect(memory.used).toBe(used);
    expect(c).toBeGreaterThan(a);
  });
  test('what is not held cannot be given back, and what does not fit is refused and changes nothing', () => {
    const memory = memoryOf(2);
    const at = memory.take(100);
    memory.give(at);
    expect(() => memory.give(at)).toThrow(RangeError);
    expect(() => memory.take(1e6)).toThrow(RangeError);
    expect(() => memory.take(2 ** 33)).toThrow(RangeError);
    expect(memory.take(100)).toBe(at);
  });
  test('views follow the memory when it grows', () => {
    const memory = memoryOf();
    const before = memory.views.u32;
    memory.take(200000);
    expect(before.length).toBe(0);
    expect(memory.views.u32.length).toBeGreaterThan(200000 / 4);
  });
  test('scratch keeps its place while it is large enough and returns it at the end', () => {
    const memory = memoryOf();
    const scratch = new Scratch(memory);
    const at = scratch.hold(100);
    expect(scratch.hold(50)).toBe(at);
    scratch.hold(5000);
    scratch.give();
    scratch.give();
    expect(memory.used).toBe(16);
  });
});
