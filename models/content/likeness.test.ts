import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import type { TokenMatrix } from './content.ts';
import { likeness } from './likeness.ts';

const ITEMS = 120;
const COMMON = 3;

/** Every item has the common tokens and its shelf's rare ones. */
function shelves(): TokenMatrix {
  const random = createRandom(4);
  const ids: number[] = [];
  const offsets = [0];
  for (let i = 0; i < ITEMS; i++) {
    const shelf = i % 12;
    const own = new Set([0, 1, 2, COMMON + 3 * shelf, COMMON + 3 * shelf + random.below(3)]);
    ids.push(...[...own].sort((a, b) => a - b));
    offsets.push(ids.length);
  }
  const tokens = Array.from({ length: COMMON + 36 }, (_, t) => `t${t}`);
  const weights = Float32Array.from(ids, (id) => (id < COMMON ? 0.1 : 2));
  return { tokens, offsets: Uint32Array.from(offsets), ids: Uint32Array.from(ids), weights };
}

const tokens = shelves();
const all = new Uint8Array(ITEMS).fill(1);
const wanted = { chosen: all, of: all, most: 5 };

it('finds the same items whether it reads every token or only the rare ones', () => {
  const whole = likeness(tokens, wanted);
  const quick = likeness(tokens, { ...wanted, mostRead: 25 * ITEMS });
  expect([...quick.offsets]).toEqual([...whole.offsets]);
  for (let e = 0; e < whole.ids.length; e++) expect(quick.weights[e]).toBeCloseTo(whole.weights[e]!, 5);
});

it('does not call items alike for common words alone, where it can read no more', () => {
  const { ids, offsets } = likeness(tokens, { ...wanted, mostRead: 25 * ITEMS });
  for (let i = 0; i < ITEMS; i++)
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) expect(ids[e]! % 12).toBe(i % 12);
});
