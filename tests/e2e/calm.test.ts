import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Installation, install } from './installation.ts';
import { comeTo, openFirstCards, type Visitor } from './visitor.ts';

const SIZES = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
};

/** Counts every layout shift from a page's first paint on, with what moved. */
const WATCH = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput)
        window.shifts.push({
          value: entry.value,
          moved: entry.sources.map(({ node }) => node?.className || node?.nodeName || 'text'),
        });
  }).observe({ type: 'layout-shift', buffered: true });
`;

const shiftsOf = (page: Page): Promise<unknown> => page.evaluate('window.shifts');

describe.each(Object.keys(SIZES) as (keyof typeof SIZES)[])('the demo shop on a %s', (size) => {
  let shop: Installation;
  let visitor: Visitor;

  beforeAll(async () => {
    shop = await install({ from: inject('trainedHome'), serverMode: 'events', shopMode: 'events' });
    visitor = await comeTo(shop.url, SIZES[size]);
    await visitor.context.addInitScript(WATCH);
  });
  afterAll(async () => {
    await visitor?.close();
    await shop?.close();
  });

  /** Reads a page to its end, as a shopper would, with every shelf drawn. */
  async function read(path: string): Promise<void> {
    await visitor.visit(path);
    for (let y = 0; y < 6; y++) {
      await visitor.page.mouse.wheel(0, 500);
      await visitor.page.waitForTimeout(120);
    }
    expect(await shiftsOf(visitor.page), path).toEqual([]);
  }

  it('moves nothing on any page, first visit and later, and says nothing in the console', async () => {
    await read('/');
    await visitor.page.evaluate(() => scrollTo(0, 0));
    await visitor.accept();
    const [viewed = ''] = await openFirstCards(visitor, 'trending', 1);
    await read('/');
    await read(`/product/${encodeURIComponent(viewed)}`);
    const department = await visitor.page.locator('.departments a').first().getAttribute('href');
    await read(department ?? '');
    await read('/search?q=a');
    await visitor.visit(`/product/${encodeURIComponent(viewed)}`);
    await visitor.page.getByRole('button', { name: 'Add to cart' }).click();
    await read('/cart');
    expect(visitor.complaints).toEqual([]);
  });

  it('never scrolls sideways, and every shelf is a labelled list that can be used without a mouse', async () => {
    await visitor.visit('/');
    const { page } = visitor;
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    const region = page.getByRole('region', { name: 'Picked for you' });
    const cards = region.getByRole('list').getByRole('listitem');
    expect(await cards.count()).toBeGreaterThan(5);
    const first = cards.first();
    await first.getByRole('link').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(focused).toMatch(/^Not interested in /);
  });
});
