import type { BrowserContext, Page } from 'playwright';
import type { TacitOptions } from '../../../client/contract.ts';
import type { DeviceStatus } from '../../../shared/protocol/device.ts';
import type { Opening } from '../pages/shop.ts';
import { type BenchShop, type Browsing, type Published, workerFor } from './shop.ts';

export interface Visit {
  readonly page: Page;
  readonly opening: Opening;
}

export interface VisitOptions {
  readonly storage: Browsing;
  /** may be kept on the device; without it a worker keeps nothing, wherever it could */
  readonly keeps: boolean;
  readonly views: readonly string[];
  readonly path?: string;
  /** where the page opens; without one, in a window of its own */
  readonly tab?: Page;
  /** the script that makes Tacit, where it is not the shipped one */
  readonly sdk?: string;
}

/** ms in which a browser that has opened a window comes to rest: what it does for itself is no part of a shop's page. */
const WINDOW_OPENS = 700;

export async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.waitForTimeout(WINDOW_OPENS);
  return page;
}

/** Opens a page of the shop and waits for its slates. */
export async function visit(
  context: BrowserContext,
  { url }: BenchShop,
  published: Published,
  { storage, keeps, views, path = '/', tab, sdk = '/tacit.js' }: VisitOptions,
): Promise<Visit> {
  const page = tab ?? (await openTab(context));
  const options: TacitOptions = {
    ...published.options,
    workerUrl: workerFor(storage),
    consent: { storage: keeps },
  };
  // Said anew for every page of a tab: the last word counts.
  await page.addInitScript(`window.instructions = ${JSON.stringify({ sdk, options, views })}`);
  await page.goto(url + path);
  return { page, opening: await openingOf(page) };
}

/** @throws Error with what the page complained of, where it got no slate */
async function openingOf(page: Page): Promise<Opening> {
  await page.waitForFunction('window.shop?.opening !== undefined');
  return page.evaluate(() => window.shop.opening!);
}

export const statusOf = async (page: Page): Promise<DeviceStatus> => {
  const status = await page.evaluate(() => window.shop.status());
  if (status === null) throw new Error('the device gives no status');
  return status;
};

/** Until the whole release serves (a head may have answered first) and, where it may be kept, lies in storage. */
export async function settled(page: Page): Promise<DeviceStatus> {
  for (let tries = 0; tries < 600; tries++) {
    const status = await statusOf(page);
    const { level, consent, parts, stored, bundleBytes } = status;
    const keeps = consent.storage && parts !== 'memory';
    if (level === 'whole' && (!keeps || stored.bytes >= bundleBytes)) return status;
    await page.waitForTimeout(50);
  }
  const { level, parts, stored, troubles } = await statusOf(page);
  const why = troubles.map(({ code }) => code).join(', ');
  throw new Error(`after 30 s: level ${level}, ${stored.bytes} bytes kept in ${parts}; troubles: ${why}`);
}

/** The worker's own start on the page's clock, ms: its `timeOrigin`. */
export async function workerStart(page: Page): Promise<number> {
  const worker = page.workers()[0];
  if (worker === undefined) throw new Error('the page has no worker');
  const [own, pages] = await Promise.all([
    worker.evaluate(() => performance.timeOrigin),
    page.evaluate(() => performance.timeOrigin),
  ]);
  return own - pages;
}
