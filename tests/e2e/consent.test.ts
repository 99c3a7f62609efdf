import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Installation, install } from './installation.ts';
import { keptBy, NOTHING_KEPT } from './storage.ts';
import { cardsOf, comeTo, itemsOf, openFirstCards, type Visitor } from './visitor.ts';
import { openWire, type Wire } from './wire.ts';

describe.each(['events', 'off'] as const)('consent, in a shop whose mode is %s', (mode) => {
  let shop: Installation;
  let wire: Wire;
  let visitor: Visitor;

  beforeEach(async () => {
    shop = await install({ from: inject('trainedHome'), serverMode: mode, shopMode: mode });
    wire = await openWire(shop.url);
    visitor = await comeTo(wire.url);
  });
  afterEach(async () => {
    await visitor?.close();
    await wire?.close();
    await shop?.close();
  });

  const wentUp = () => wire.crossings.filter(({ method }) => method !== 'GET');
  /** Longer than events are gathered before they are sent. */
  const aWhile = () => visitor.page.waitForTimeout(2500);

  it('before an answer nothing is kept and nothing goes up, and the shelves are there all the same', async () => {
    const viewed = await openFirstCards(visitor, 'trending', 3);
    expect(await itemsOf(visitor.page, 'similar')).not.toHaveLength(0);
    const because = await cardsOf(visitor.page, 'because-you-viewed');
    expect(because.map(({ carrier }) => carrier)).toContain(viewed.at(-1));
    await aWhile();
    await visitor.visit('/');
    expect(await keptBy(visitor.page, visitor.context)).toEqual(NOTHING_KEPT);
    expect(wentUp()).toEqual([]);
  });

  it('a no keeps the answer alone', async () => {
    await visitor.visit('/');
    await visitor.page.getByRole('button', { name: 'Decline' }).click();
    await openFirstCards(visitor, 'trending', 2);
    await aWhile();
    await visitor.visit('/');
    expect(await visitor.page.getByRole('button', { name: 'Decline' }).count()).toBe(0);
    const kept = await keptBy(visitor.page, visitor.context);
    expect(kept).toEqual({ ...NOTHING_KEPT, localStorage: ['shop-consent'] });
    expect(wentUp()).toEqual([]);
  });

  it('a yes that is taken back leaves nothing but the answer', async () => {
    const { page } = visitor;
    await visitor.visit('/');
    await visitor.accept();
    await openFirstCards(visitor, 'trending', 3);
    await visitor.visit('/');
    expect((await keptBy(page, visitor.context))['databases']).not.toEqual([]);
    expect((await cardsOf(page, 'for-you')).some(({ carrier }) => carrier !== null)).toBe(true);
    await page.getByRole('button', { name: 'Privacy and recommendations' }).click();
    await page.getByRole('button', { name: 'Take consent back' }).click();
    await expect.poll(() => page.evaluate(() => localStorage.getItem('shop-consent'))).toBe('denied');
    await expect
      .poll(() => keptBy(page, visitor.context), { timeout: 20_000 })
      .toEqual({ ...NOTHING_KEPT, localStorage: ['shop-consent'] });
    const before = wentUp().length;
    await visitor.visit('/');
    expect((await cardsOf(page, 'for-you')).every(({ carrier }) => carrier === null)).toBe(true);
    await aWhile();
    expect(wentUp().length).toBe(before);
  });
});

describe('with consent, in a shop whose mode is off', () => {
  it('everything works and nothing goes up', async () => {
    const shop = await install({ from: inject('trainedHome'), serverMode: 'off', shopMode: 'off' });
    const wire = await openWire(shop.url);
    const visitor = await comeTo(wire.url);
    try {
      await visitor.visit('/');
      await visitor.accept();
      const before = await itemsOf(visitor.page, 'for-you');
      const viewed = await openFirstCards(visitor, 'trending', 3);
      await visitor.page.getByRole('button', { name: 'Add to cart' }).click();
      await visitor.visit('/cart');
      expect(await itemsOf(visitor.page, 'bought-together')).not.toHaveLength(0);
      await visitor.page.getByRole('button', { name: 'Check out' }).click();
      await visitor.visit('/');
      const after = await cardsOf(visitor.page, 'for-you');
      expect(after.map(({ item }) => item)).not.toEqual(before);
      const carriers = after.flatMap(({ carrier }) => carrier ?? []);
      expect(carriers.length).toBeGreaterThan(0);
      for (const carrier of carriers) expect(viewed).toContain(carrier);
      await visitor.page.waitForTimeout(2500);
      expect(wire.crossings.filter(({ method }) => method !== 'GET')).toEqual([]);
      expect((await keptBy(visitor.page, visitor.context))['databases']).not.toEqual([]);
    } finally {
      await visitor.close();
      await wire.close();
      await shop.close();
    }
  });
});
