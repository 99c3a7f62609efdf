import { describe, expect, it } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { Engine, Moment, OutsideLogits, ShopperState } from './contract.ts';
import { evidence } from './evidence.ts';
import { recommend } from './recommend.ts';
import { question } from './score.ts';
import { applyEvents } from './session.ts';
import { eventOf, itemId, moment, NOBODY, openShop } from './shop.case.ts';

const shop = (): Engine => openShop(loadKernel({ build: 'js' }), { items: 400, seed: 3 });
const shopper = (): ShopperState =>
  applyEvents(
    NOBODY,
    [9, 30, 43].map((row, at) => eventOf(['view', itemId(row), 9 - at])),
  );
const asked = { placement: 'for-you', limit: 8 } as const;
const off: Partial<Moment> = { rules: 'off' };

/** A ranker that likes one row most. */
function favouring(engine: Engine, state: ShopperState, pick: (items: Uint32Array) => number): OutsideLogits {
  const { candidates } = question(engine, state, asked, moment(off))!;
  const items = candidates.items.slice();
  const favourite = pick(items);
  return {
    model: 'a'.repeat(64),
    items,
    logits: Float32Array.from(items, (row) => (row === favourite ? 5 : -row)),
  };
}

describe('a ranker from outside', () => {
  it('orders the slate by its logits, which explanations repeat', () => {
    const engine = shop();
    const state = shopper();
    const outside = favouring(engine, state, (items) => items[items.length - 1]!);
    const given = moment({ ...off, outside });
    const { entries } = recommend(engine, state, asked, given);
    const expected = itemId(outside.items.at(-1)!);
    expect(entries[0]?.item).toBe(expected);
    expect(entries[0]?.score).toBeGreaterThan(4);
    expect(evidence(engine, state, { request: asked, moment: given }, expected)?.logit).toBe(5);
  });

  it('is made again, bit for bit, from what its slate was made from', () => {
    const engine = shop();
    const state = shopper();
    const given = moment({ ...off, outside: favouring(engine, state, (items) => items[3]!) });
    expect(recommend(shop(), state, asked, given)).toEqual(recommend(engine, state, asked, given));
  });

  it('counts for nothing where its candidates are others', () => {
    const engine = shop();
    const state = shopper();
    const outside = favouring(engine, state, (items) => items[3]!);
    const without = recommend(engine, state, asked, moment(off));
    const moved = { ...outside, items: outside.items.map((row) => row + 1) };
    const shorter = { ...outside, items: outside.items.slice(1), logits: outside.logits.slice(1) };
    for (const other of [moved, shorter])
      expect(recommend(engine, state, asked, moment({ ...off, outside: other }))).toEqual(without);
  });

  it('is not asked for a shelf with an order of its own, or for a shopper of whom nothing is known', () => {
    const engine = shop();
    expect(question(engine, shopper(), { placement: 'trending' }, moment(off))).toBeUndefined();
    expect(question(engine, NOBODY, asked, moment(off))).toBeUndefined();
  });
});
