import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifestOf } from '../../server/publish/publish.ts';
import { SITE } from '../../server/serving.case.ts';
import { forYou, statusOf, troublesOf, view, YES } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

/** In front of the worker's own script: its first hashes, so many, wait to be told to go on. */
const slowHashes = (hashes: number): string => `globalThis.held = [];
const reckon = crypto.subtle.digest.bind(crypto.subtle);
let waiting = ${hashes};
crypto.subtle.digest = async (...given) => {
  if (waiting-- > 0) await new Promise((go) => held.push(go));
  return reckon(...given);
};
`;
/** A storage call is given up after two seconds; the rest is what a busy machine needs. */
const SOON = { timeout: 15_000 };

describe('a device whose storage fails', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  /** Whatever nobody caught, on the page and in its workers. */
  const watch = (page: Page): string[] => {
    const uncaught: string[] = [];
    page.on('pageerror', (error) => uncaught.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /uncaught/i.test(message.text())) uncaught.push(message.text());
    });
    return uncaught;
  };
  const wipeOrigin = async (context: BrowserContext, page: Page): Promise<void> => {
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: shop.server.url, storageTypes: 'all' });
  };

  test('keeps its release in files, and the next page opens it without asking for a part', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { consent: YES });
    await forYou(page);
    await expect.poll(async () => (await statusOf(page)).stored.bytes, SOON).toBeGreaterThan(10_000);
    expect(await statusOf(page)).toMatchObject({ parts: 'opfs', storage: 'indexeddb', level: 'whole' });
    await page.close();
    const parts: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/v1/artifacts/')) parts.push(request.url());
    });
    const next = await shop.visit(context, { consent: YES });
    expect((await forYou(next)).items.length).toBeGreaterThan(0);
    expect(parts).toEqual([]);
  });

  test('with its site’s data wiped under it goes on from memory, and nothing is left uncaught', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { consent: YES });
    const uncaught = watch(page);
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    await wipeOrigin(context, page);
    await view(page, 'rugs-01', 'rugs-02', 'rugs-03');
    expect((await forYou(page)).items.length).toBeGreaterThan(0);
    await expect.poll(async () => (await forYou(page)).items[0]?.item, SOON).toMatch(/^rugs-/);
    // A look that still tries to keep what it took says that it took it.
    await expect.poll(() => page.evaluate(() => window.tacit.refresh()), SOON).toBe(false);
    expect(uncaught).toEqual([]);
  });

  test('that another tab blocks forever gives it up, and recommends from memory', async () => {
    const context = await shop.shopper();
    const holder = await context.newPage();
    await holder.goto(`${shop.server.url}/page.js`);
    // A connection that lets go for nobody, and a deletion that waits for it: whoever opens waits behind both.
    await holder.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('tacit:shop', 1);
          opening.onsuccess = () => {
            const deleting = indexedDB.deleteDatabase('tacit:shop');
            deleting.onblocked = () => resolve();
          };
        }),
    );
    const page = await shop.visit(context, { consent: YES });
    const uncaught = watch(page);
    await view(page, 'lamps-01', 'lamps-02');
    await expect.poll(async () => (await forYou(page)).status, SOON).toBe('personal');
    expect(await statusOf(page)).toMatchObject({ storage: 'memory', parts: 'memory' });
    expect(await troublesOf(page)).toEqual(['storage-timeout']);
    expect(uncaught).toEqual([]);
  });

  test('without files keeps its release in the database', async () => {
    const context = await shop.shopper();
    // As in browsers that have none: taken away before the worker's own script runs.
    await context.route('**/tacit-worker.js*', async (route) => {
      const response = await route.fetch();
      const body = `Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined });\n`;
      await route.fulfill({ response, body: body + (await response.text()) });
    });
    const page = await shop.visit(context, { consent: YES });
    await forYou(page);
    await expect.poll(async () => (await statusOf(page)).parts, SOON).toBe('indexeddb');
    await expect.poll(async () => (await statusOf(page)).stored.bytes, SOON).toBeGreaterThan(10_000);
    expect(await troublesOf(page)).toEqual(['storage-lost']);
  });

  test('whose rotten file is found out while a newer release arrives, serves the newer and keeps it whole', async () => {
    const { release: old } = await shop.publish(1);
    const shared = partOf('transitions');
    const kept = partsOf().length;
    const context = await shop.shopper();
    const first = await shop.visit(context, { consent: YES });
    await forYou(first);
    await expect.poll(async () => (await statusOf(first)).stored.bytes, SOON).toBeGreaterThan(10_000);
    await rot(first, shared);
    await first.close();
    // The worker and its files as they are, but for the hashes of what it kept: they wait until they are told to go on.
    await context.route('**/tacit-worker.js*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: slowHashes(kept) + (await response.text()) });
    });
    const page = await shop.visit(context, { consent: YES });
    expect((await forYou(page)).release).toBe(old);
    const worker = page.workers()[0]!;
    await expect.poll(() => worker.evaluate('held.length'), SOON).toBe(kept);

    const { release: next } = await shop.publish(2);
    expect(partOf('transitions')).toBe(shared);
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(true);
    expect((await forYou(page)).release).toBe(next);
    await worker.evaluate('for (const go of held) go()');
    await expect.poll(() => troublesOf(page), SOON).toEqual(['part-hash']);
    expect((await forYou(page)).release).toBe(next);
    await page.close();

    await context.route('**/v1/**', (route) => route.abort());
    const last = await shop.visit(context, { consent: YES });
    expect((await forYou(last)).release).toBe(next);
    await shop.publish(1);
  });

  /** The parts of what the server publishes now, by address. */
  const partsOf = () => manifestOf(shop.server.home.store.releases.current(SITE)!).parts;
  const partOf = (wanted: string): string => partsOf().find(({ role }) => role === wanted)!.sha256;

  /** Another byte in the last section of a file: its head would not tell. */
  const rot = (page: Page, sha256: string): Promise<void> =>
    page.evaluate(async (name) => {
      const root = await navigator.storage.getDirectory();
      const file = await (await root.getDirectoryHandle('tacit-shop')).getFileHandle(name);
      const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
      bytes[bytes.length - 1]! ^= 1;
      const stream = await file.createWritable();
      await stream.write(bytes);
      await stream.close();
    }, sha256);

  test('a withdrawn consent leaves no file behind', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { consent: YES });
    await forYou(page);
    const files = () =>
      page.evaluate(async () => {
        const names: string[] = [];
        const root = (await navigator.storage.getDirectory()) as FileSystemDirectoryHandle & {
          keys(): AsyncIterable<string>;
        };
        for await (const name of root.keys()) names.push(name);
        return names;
      });
    await expect.poll(files, SOON).toEqual(['tacit-shop']);
    await page.evaluate(() => window.tacit.setConsent({ storage: false, measurement: false }));
    await expect.poll(files, SOON).toEqual([]);
  });

  test('a worker that dies again and again is replaced three times, and then what is popular answers', async () => {
    const page = await shop.visit(await shop.shopper());
    const uncaught = watch(page);
    await forYou(page);
    for (let deaths = 0; deaths < 4; deaths++) {
      await expect.poll(() => page.workers().length, SOON).toBe(1);
      await page
        .workers()[0]!
        .evaluate(() => close())
        .catch(() => undefined);
      // Silence past the deadline of a call is what tells the page.
      await page.evaluate(() => window.tacit.recommend({ placement: 'trending', limit: 3 }));
      const crashes = async () => (await troublesOf(page)).filter((code) => code === 'worker-crash').length;
      await expect.poll(crashes, SOON).toBe(deaths + 1);
      if (deaths < 3) await expect.poll(async () => (await forYou(page)).cause, SOON).toBe('no-history');
    }
    expect(await troublesOf(page)).toContain('worker-failed');
    const trending = await page.evaluate(() => window.tacit.recommend({ placement: 'trending', limit: 3 }));
    expect(trending).toMatchObject({ cause: 'worker-failed' });
    expect(trending.items).toHaveLength(3);
    expect(uncaught).toEqual([]);
  });
});
