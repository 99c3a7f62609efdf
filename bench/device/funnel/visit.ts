import type { BrowserContext, Page } from 'playwright';
import type { TacitOptions } from '../../../client/contract.ts';
import type { DeviceStatus } from '../../../shared/protocol/device.ts';
import type { Opening } from '../pages/shop.ts';
import { type BenchShop, type Published, type Storage, workerFor } from './shop.ts';

export interface Visit {
  readonly page: Page;
  readonly opening: Opening;
}

export interface VisitOptions {
  readonly storage: Storage;
  /** may be kept on the device; without it a worker keeps nothing, wherever it could */
  readonly keeps: boolean;
  readonly views: readonly string[];
  readonly path?: string;
}

/** Opens a page of the shop and waits for its slates. */
export async function visit(
  context: BrowserContext,
  { url }: BenchShop,
  published: Published,
  { storage, keeps, views, path = '/' }: VisitOptions,
): Promise<Visit> {
  const page = await context.newPage();
  const options: TacitOptions = {
    ...published.options,
    workerUrl: workerFor(storage),
    consent: { storage: keeps },
  };
  await page.addInitScript(`window.instructions = ${JSON.stringify({ options, views })}`);
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
export async function settled(page: Page, { bytes }: Published): Promise<DeviceStatus> {
  for (let tries = 0; tries < 600; tries++) {
    const status = await statusOf(page);
    const keeps = status.consent.storage && status.storage !== 'memory';
    if (status.bundleBytes >= bytes && (!keeps || status.stored.bytes >= bytes / 2)) return status;
    await page.waitForTimeout(50);
  }
  const { bundleBytes, stored } = await statusOf(page);
  throw new Error(
    `the release of ${bytes} bytes does not settle: ${bundleBytes} serve, ${stored.bytes} kept`,
  );
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
