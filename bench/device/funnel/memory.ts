import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright';
import { openChromium } from '../browser/chromium.ts';
import type { BenchShop, Published } from './shop.ts';
import { viewsOf } from './shoppers.ts';
import { settled, visit } from './visit.ts';

export interface TabMemory {
  readonly items: number;
  /** what the page and its worker hold, as `measureUserAgentSpecificMemory` counts it after a collection, MB */
  readonly accountedMB: number;
  /** the same of the page without Tacit, MB */
  readonly emptyMB: number;
  /** private memory of the tab's process beyond that of the same page without Tacit, MB; undefined outside Linux */
  readonly processMB: number | undefined;
}

const MB = 1e6;

/** The measure waits for a collection; this makes it ask for one. */
const EAGER = ['--enable-blink-features=ForceEagerMeasureMemory'];

/** A page with a whole release behind it, after many slates, beside the same page without Tacit. */
export async function tabMemory(shop: BenchShop, published: Published, slates: number): Promise<TabMemory> {
  const empty = await inBrowser(async (browser, context) => {
    const page = await context.newPage();
    await page.goto(shop.url);
    await page.waitForFunction('window.shop !== undefined');
    return weigh(browser, page);
  });
  const full = await inBrowser(async (browser, context) => {
    const views = viewsOf(published.items, 5, 1);
    const { page } = await visit(context, shop, published, { storage: 'opfs', keeps: true, views });
    await settled(page);
    const items = viewsOf(published.items, slates, 2);
    await page.evaluate((list) => window.shop.laps(list, 'event', [1]), items);
    return weigh(browser, page);
  });
  return {
    items: published.items,
    accountedMB: full.accounted / MB,
    emptyMB: empty.accounted / MB,
    processMB:
      full.process === undefined || empty.process === undefined
        ? undefined
        : (full.process - empty.process) / MB,
  };
}

async function inBrowser<T>(work: (browser: Browser, context: BrowserContext) => Promise<T>): Promise<T> {
  const { browser, close } = await openChromium({ args: EAGER });
  try {
    const context = await browser.newContext();
    await isolate(context);
    return await work(browser, context);
  } finally {
    await close();
  }
}

/** The measure is for pages isolated from other origins; shops are not, so the headers are put in here. */
async function isolate(context: BrowserContext): Promise<void> {
  await context.route(/\.js$|\/$|\/next$/, async (route) => {
    const response = await route.fetch();
    const headers = {
      ...response.headers(),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    };
    await route.fulfill({ response, headers });
  });
}

interface Weight {
  readonly accounted: number;
  readonly process: number | undefined;
}

async function weigh(browser: Browser, page: Page): Promise<Weight> {
  const accounted = await page.evaluate(async () => {
    const { measureUserAgentSpecificMemory } = performance as unknown as {
      measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
    };
    if (measureUserAgentSpecificMemory === undefined) throw new Error('the page is not isolated');
    return (await measureUserAgentSpecificMemory.call(performance)).bytes;
  });
  return { accounted, process: await privateBytes(browser) };
}

/** Of the largest renderer: the tab's, since others are spares. */
async function privateBytes(browser: Browser): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => {
      const text = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
      const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
      return kilobytes.reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
    });
  return Math.max(...sizes);
}
