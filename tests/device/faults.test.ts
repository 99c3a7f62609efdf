import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFiles } from './embedding.case.ts';
import { forYou, statusOf, troublesOf, view } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

/** Kills the device's worker as the browser does when memory runs out: without a word. */
const killWorker = async (page: Page): Promise<void> => {
  const worker = page.workers().at(-1);
  if (worker === undefined) throw new Error('the page has no worker');
  await worker.evaluate(() => close()).catch(() => undefined);
};

describe('a page through faults', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  test('a worker that dies without a word is replaced, and the page’s views are not lost', async () => {
    const page = await shop.visit(await shop.shopper());
    await view(page, 'lamps-01', 'lamps-02');
    const before = await forYou(page);
    await killWorker(page);
    const meanwhile = await forYou(page);
    expect(meanwhile).toMatchObject({ status: 'last', cause: 'worker-timeout', recId: before.recId });
    expect(meanwhile.items.map(({ item }) => item)).toEqual(before.items.map(({ item }) => item));
    await expect.poll(async () => (await forYou(page)).status, { timeout: 10_000 }).toBe('personal');
    expect((await statusOf(page)).build).toBe('relaxed');
    expect(await troublesOf(page)).toEqual(['worker-crash']);
  });

  test('another shelf falls back to what is popular, and a cart’s companions to nothing', async () => {
    const page = await shop.visit(await shop.shopper());
    await forYou(page);
    await page.evaluate(() => window.tacit.recommend({ placement: 'similar', items: ['lamps-01'] }));
    await killWorker(page);
    const ask = (placement: 'trending' | 'bought-together') =>
      page.evaluate(
        (wanted) => window.tacit.recommend({ placement: wanted, limit: 3, items: ['rugs-01'] }),
        placement,
      );
    const [trending, companions] = await Promise.all([ask('trending'), ask('bought-together')]);
    expect(trending).toMatchObject({ status: 'popular', cause: 'worker-timeout' });
    expect(trending.items).toHaveLength(3);
    expect(companions).toMatchObject({ status: 'empty', items: [] });
  });

  test.each([
    ['worker', '**/tacit-worker.js'],
    ['device behind the worker’s script', '**/tacit-main-*.js'],
  ])('where no %s can be had at all, the page is told and is not harmed', async (_, file) => {
    const context = await shop.shopper();
    await context.route(file, (route) => route.fulfill({ status: 404, body: 'gone' }));
    const page = await shop.visit(context);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await expect.poll(async () => (await forYou(page)).cause, { timeout: 15_000 }).toBe('worker-failed');
    expect(await page.evaluate(() => window.tacit.status())).toBeNull();
    expect((await troublesOf(page)).filter((code) => code === 'worker-failed').length).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  test('a server that is down costs the page nothing, and the cause is named', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { url: 'http://127.0.0.1:9' });
    expect(await forYou(page)).toMatchObject({ status: 'empty', cause: 'no-release', items: [] });
    expect(await troublesOf(page)).toContain('manifest-unreachable');
  });

  test('a release signed by a key that this shop does not pin never serves', async () => {
    const page = await shop.visit(await shop.shopper(), { keys: [btoa('k'.repeat(32))] });
    expect(await forYou(page)).toMatchObject({ status: 'empty', cause: 'no-release' });
    expect(await troublesOf(page)).toEqual(['unknown-key']);
  });

  test('mistakes of the shop’s own code are told, never thrown', async () => {
    const page = await shop.visit(await shop.shopper());
    const answer = await page.evaluate(async () => {
      const { tacit } = window;
      tacit.track({ name: 'no-such-event' } as never);
      tacit.track(undefined as never);
      tacit.on('change', () => {
        throw new Error('listener');
      });
      tacit.track({ name: 'view_item', items: [{ item_id: 'lamps-01' }] });
      await tacit.setConsent({ storage: 'yes' } as never);
      await tacit.setProfile({ size: 7 } as never);
      const odd = await tacit.recommend({ placement: 'footer' as never });
      const transformed = await tacit.recommend({
        placement: 'for-you',
        transformItems() {
          throw new Error('transform');
        },
      });
      return { odd: odd.status, transformed: transformed.items.length };
    });
    expect(answer.odd).toBe('empty');
    expect(answer.transformed).toBeGreaterThan(0);
    const codes = await troublesOf(page);
    for (const code of [
      'event-invalid',
      'listener-threw',
      'consent-invalid',
      'profile-invalid',
      'request-invalid',
      'transform-threw',
    ])
      expect(codes).toContain(code);
  });

  test('fallbackParameters are asked where the first slate is empty; transformItems changes what is drawn', async () => {
    const page = await shop.visit(await shop.shopper());
    const { items } = await page.evaluate(() =>
      window.tacit.recommend({
        placement: 'similar',
        items: ['no-such-item'],
        fallbackParameters: { placement: 'trending', maxRecommendations: 4 },
        transformItems: (all) => all.slice(1),
      }),
    );
    expect(items).toHaveLength(3);
  });

  test('an SDK on another origin starts its worker from a blob', async () => {
    const files = async (path: string) => readFile(`${shop.folder}${path === '/' ? '/index.html' : path}`);
    const sdk = await openFiles(files);
    const pages = await openFiles(async (path) => {
      const text = (await files(path)).toString();
      return Buffer.from(text.replace("'/tacit.js'", `'${sdk.url}/tacit.js'`));
    });
    const context = await shop.shopper();
    const page = await shop.visit(context, {}, '/');
    await page.goto(pages.url);
    await page.waitForFunction('window.started');
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect(page.workers()[0]?.url()).toMatch(/^blob:/);
    await context.close();
    await Promise.all([sdk.close(), pages.close()]);
  });
});
