import { type BrowserContext, chromium, type Page } from 'playwright';
import { findChromium } from '../../scripts/browser.mjs';

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** what the browser's console called an error or a warning, and every uncaught exception */
  readonly complaints: string[];
  /** opens a path of the shop and waits until its shelves are drawn */
  visit(path: string): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** A browser of its own with nothing stored, in front of a shop. */
export async function comeTo(shop: string, viewport = { width: 1280, height: 900 }): Promise<Visitor> {
  const found = await findChromium();
  if (found === undefined) throw new Error('no Chromium found: npm test installs one or says how');
  const browser = await chromium.launch(found);
  const context = await browser.newContext({ viewport, baseURL: shop, locale: 'en-GB' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  return {
    page,
    context,
    complaints,
    async visit(path) {
      await page.goto(path);
      await drawn(page);
    },
    async accept() {
      await page.getByRole('button', { name: 'Accept' }).click();
      await page.waitForFunction(() => localStorage.getItem('shop-consent') === 'granted');
      await drawn(page);
    },
    close: () => browser.close(),
  };
}

/** Every shelf of the page has its answer, be it cards or the line that says why there are none. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const shelves = [...document.querySelectorAll('.shelf')];
    return shelves.length > 0 && shelves.every((shelf) => !shelf.hasAttribute('aria-busy'));
  });
}

export interface ShownCard {
  readonly item: string;
  readonly reason: string;
  readonly carrier: string | null;
}

/** The cards of a shelf, in order, with their reasons written out. */
export async function cardsOf(page: Page, placement: string): Promise<ShownCard[]> {
  const shelf = page.locator(`.shelf[data-placement="${placement}"]`);
  await page.waitForFunction(
    (name) =>
      [...document.querySelectorAll(`.shelf[data-placement="${name}"] .reason`)].every(
        (line) => (line.textContent ?? '') !== '',
      ),
    placement,
  );
  return shelf.locator('.card').evaluateAll((cards) =>
    cards.map((card) => ({
      item: card.getAttribute('data-item') ?? '',
      reason: card.querySelector('.reason')?.textContent ?? '',
      carrier: card.querySelector('.reason')?.getAttribute('data-carrier') ?? null,
    })),
  );
}

export const itemsOf = async (page: Page, placement: string): Promise<string[]> =>
  (await cardsOf(page, placement)).map(({ item }) => item);

/**
 * Views of products by a click each: real navigations, as a shopper makes them.
 * @returns the ids of the variants that were viewed
 */
export async function openFirstCards(visitor: Visitor, placement: string, count: number): Promise<string[]> {
  const viewed: string[] = [];
  for (let i = 0; i < count; i++) {
    await visitor.visit('/');
    const card = visitor.page.locator(`.shelf[data-placement="${placement}"] .card`).nth(i);
    await card.locator('.card-link').click();
    await visitor.page.waitForURL('**/product/**');
    await drawn(visitor.page);
    viewed.push(decodeURIComponent(new URL(visitor.page.url()).pathname.split('/').at(-1) ?? ''));
  }
  return viewed;
}
