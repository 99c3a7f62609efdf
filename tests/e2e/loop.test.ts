import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Installation, install } from './installation.ts';
import { cardsOf, comeTo, drawn, itemsOf, openFirstCards, type Visitor } from './visitor.ts';
import { openWire, type Wire } from './wire.ts';

describe('a shopper of the demo shop', () => {
  let shop: Installation;
  let wire: Wire;

  beforeAll(async () => {
    shop = await install({ from: inject('trainedHome'), serverMode: 'events', shopMode: 'events' });
    wire = await openWire(shop.url);
  });
  afterAll(async () => {
    await wire?.close();
    await shop?.close();
  });

  /** A visit of its own: nothing of one test is known to the next. */
  async function visiting(story: (visitor: Visitor) => Promise<void>): Promise<void> {
    const visitor = await comeTo(wire.url);
    try {
      await story(visitor);
    } finally {
      await visitor.close();
    }
  }

  it('sees other things on the home page after three views on three pages, each for a reason of her own', () =>
    visiting(async (visitor) => {
      await visitor.visit('/');
      await visitor.accept();
      const before = await cardsOf(visitor.page, 'for-you');
      expect(before.length).toBeGreaterThan(5);
      const viewed = await openFirstCards(visitor, 'trending', 3);
      expect(new Set(viewed).size).toBe(3);
      await visitor.visit('/');
      const after = await cardsOf(visitor.page, 'for-you');
      expect(after.map(({ item }) => item)).not.toEqual(before.map(({ item }) => item));

      const carried = after.filter(({ carrier }) => carrier !== null);
      expect(carried.length).toBeGreaterThan(after.length / 2);
      for (const { carrier } of carried) expect(viewed).toContain(carrier);
      expect(before.every(({ carrier }) => carrier === null)).toBe(true);
    }));

  it('reads the title of the very item that carried a recommendation', () =>
    visiting(async (visitor) => {
      await visitor.visit('/');
      await visitor.accept();
      const [viewed] = await openFirstCards(visitor, 'trending', 1);
      const title = (await visitor.page.locator('h1').textContent()) ?? '';
      expect(title).not.toBe('');
      await visitor.visit('/');
      const carried = (await cardsOf(visitor.page, 'for-you')).filter(({ carrier }) => carrier === viewed);
      expect(carried.length).toBeGreaterThan(0);
      for (const { reason } of carried) expect(reason).toBe(`Because you viewed ${title}`);
    }));

  it('keeps her shelves without consent too, as long as the page lives', () =>
    visiting(async (visitor) => {
      await visitor.visit('/');
      const before = await itemsOf(visitor.page, 'for-you');
      await visitor.page.locator('.shelf[data-placement="trending"] .card-link').first().click();
      await visitor.page.waitForURL('**/product/**');
      await drawn(visitor.page);
      const because = await cardsOf(visitor.page, 'because-you-viewed');
      expect(because.length).toBeGreaterThan(0);
      await visitor.visit('/');
      expect(await itemsOf(visitor.page, 'for-you')).toEqual(before);
    }));

  it('does not see again what does not interest her, unless she takes it back', () =>
    visiting(async (visitor) => {
      const { page } = visitor;
      await visitor.visit('/');
      await visitor.accept();
      const [unwanted = ''] = await itemsOf(page, 'for-you');
      const card = page.locator(`.shelf[data-placement="for-you"] .card[data-item="${unwanted}"]`);
      await card.hover();
      await card.getByRole('button', { name: /^Not interested/ }).click();
      await expect.poll(() => card.count()).toBe(0);
      await visitor.visit('/');
      expect(await itemsOf(page, 'for-you')).not.toContain(unwanted);
      const [other = ''] = await itemsOf(page, 'for-you');
      const second = page.locator(`.shelf[data-placement="for-you"] .card[data-item="${other}"]`);
      await second.hover();
      await second.getByRole('button', { name: /^Not interested/ }).click();
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => second.count()).toBe(1);
    }));

  it('goes on offline: with the cable cut and the page reloaded, the shelves are still hers', () =>
    visiting(async (visitor) => {
      await visitor.visit('/');
      await visitor.accept();
      const viewed = await openFirstCards(visitor, 'trending', 3);
      await visitor.visit('/');
      const online = await cardsOf(visitor.page, 'for-you');
      await expect
        .poll(() => visitor.page.evaluate(() => navigator.serviceWorker.controller !== null))
        .toBe(true);
      await visitor.visit('/');
      const before = wire.crossings.length;
      wire.cut();
      try {
        await visitor.page.reload();
        await drawn(visitor.page);
        const offline = await cardsOf(visitor.page, 'for-you');
        // Not the same slate to the last place: a page further on, the visit is a page deeper.
        const known = new Set(online.map(({ item }) => item));
        expect(offline.filter(({ item }) => known.has(item)).length).toBeGreaterThan(online.length * 0.6);
        const carried = offline.filter(({ carrier }) => carrier !== null);
        expect(carried.length).toBeGreaterThan(0);
        for (const { carrier, reason } of carried) {
          expect(viewed).toContain(carrier);
          expect(reason).toMatch(/^Because you viewed .+/);
        }
        const shelf = visitor.page.locator('.shelf[data-placement="for-you"]');
        expect(await shelf.getAttribute('data-status')).toBe('personal');
        expect(wire.crossings.length).toBe(before);
      } finally {
        wire.mend();
      }
    }));

  it('buys: cart, what goes with it, order, thanks; and is not recommended it again', () =>
    visiting(async (visitor) => {
      const { page } = visitor;
      await visitor.visit('/');
      await visitor.accept();
      const [bought = ''] = await openFirstCards(visitor, 'trending', 1);
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await expect.poll(() => page.locator('.cart-count').textContent()).toBe('1');
      await visitor.visit('/cart');
      expect(await page.locator('.cart-line').count()).toBe(1);
      const together = await itemsOf(page, 'bought-together');
      expect(together.length).toBeGreaterThan(0);
      expect(together).not.toContain(bought);
      await page.getByRole('button', { name: 'Check out' }).click();
      await expect.poll(() => page.locator('h1').textContent()).toBe('Thank you');
      expect(await page.locator('.cart-count').textContent()).toBe('0');
    }));
});
