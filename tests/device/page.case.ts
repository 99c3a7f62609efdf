import type { BrowserContext, Page } from 'playwright';
import type { Recommendations, Tacit } from '../../client/contract.ts';
import type { DeviceStatus } from '../../shared/protocol/device.ts';

declare global {
  interface Window {
    tacit: Tacit;
    troubles: { code: string; message: string }[];
    releases: (string | undefined)[];
  }
}

export const YES = { storage: true, measurement: true };

export const forYou = (page: Page, limit = 6): Promise<Recommendations> =>
  page.evaluate((most) => window.tacit.recommend({ placement: 'for-you', limit: most }), limit);

export const view = (page: Page, ...items: string[]): Promise<void> =>
  page.evaluate((ids) => {
    for (const id of ids) window.tacit.track({ name: 'view_item', items: [{ item_id: id }] });
  }, items);

export const statusOf = async (page: Page): Promise<DeviceStatus> => {
  const status = await page.evaluate(() => window.tacit.status());
  if (status === null) throw new Error('the device gives no status');
  return status;
};

export const troublesOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.troubles.map(({ code }) => code));

export interface Kept {
  readonly databases: readonly string[];
  readonly local: readonly string[];
  readonly session: readonly string[];
  readonly caches: readonly string[];
  readonly cookies: number;
}

/** Everything that a browser keeps for the page's origin. */
export async function keptBy(page: Page, context: BrowserContext): Promise<Kept> {
  const kept = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    caches: await caches.keys(),
  }));
  return { ...kept, cookies: (await context.cookies()).length };
}
export const NOTHING: Kept = { databases: [], local: [], session: [], caches: [], cookies: 0 };

/** Requests that a page and its workers make, by path, from now on. */
export function watchRequests(context: BrowserContext): string[] {
  const paths: string[] = [];
  context.on('request', (request) => paths.push(`${request.method()} ${new URL(request.url()).pathname}`));
  return paths;
}
