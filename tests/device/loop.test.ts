import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forYou, statusOf, troublesOf, view, YES } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

describe('a page with the SDK as it ships, against the real server', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  test('views change what is recommended, and the reason names the view', async () => {
    const page = await shop.visit(await shop.shopper());
    expect(await forYou(page)).toMatchObject({ status: 'popular', cause: 'no-history' });
    await view(page, 'lamps-01', 'lamps-02', 'lamps-03');
    const { status, cause, items, timings } = await forYou(page);
    expect({ status, cause }).toEqual({ status: 'personal', cause: 'ok' });
    expect(items[0]?.item).toMatch(/^lamps-/);
    expect(items[0]?.reason).toMatchObject({ kind: 'viewed', item: expect.stringMatching(/^lamps-0[123]$/) });
    expect(items[0]?.card?.title).toBe(`${items[0]?.item} of edition 1`);
    expect(timings['total']).toBeGreaterThan(0);
    expect(await troublesOf(page)).toEqual([]);
  });

  test('a click just before a navigation is known on the next page', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { consent: { storage: true } });
    await forYou(page);
    await Promise.all([
      page.waitForURL('**/product/9'),
      page.evaluate(() => {
        window.tacit.track({ name: 'select_item', items: [{ item_id: 'rugs-05' }] });
        location.href = '/product/9';
      }),
    ]);
    await page.waitForFunction('window.started');
    const { items, status } = await forYou(page);
    expect(status).toBe('personal');
    expect(items[0]?.item).toMatch(/^rugs-/);
    const exported = await page.evaluate(() => window.tacit.exportProfile());
    expect(exported?.profile.interactions.map(({ item }) => item)).toEqual(['rugs-05']);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => /:tail:/.test(key)))).toEqual(
      [],
    );
  });

  test('an event that no worker got is delivered by the next page', async () => {
    const context = await shop.shopper();
    // The worker's script never arrives, so the whole page's events stay in the tail.
    await context.route('**/tacit-worker.js', (route) => route.abort());
    const page = await shop.visit(context, { consent: { storage: true } });
    await view(page, 'teas-01', 'teas-02');
    await page.close();
    await context.unroute('**/tacit-worker.js');
    const next = await shop.visit(context, { consent: { storage: true } });
    await expect.poll(async () => (await statusOf(next)).stored.interactions, { timeout: 10_000 }).toBe(2);
    expect((await forYou(next)).items[0]?.item).toMatch(/^teas-/);
  });

  test('events arrive once, though the answer to the first batch was lost', async () => {
    const context = await shop.shopper();
    const before = shop.server.home.store.events.count('shop' as never);
    let cut = 0;
    await context.route('**/v1/events*', async (route) => {
      if (cut++ > 0) return route.continue();
      await route.fetch();
      return route.abort('connectionreset');
    });
    const page = await shop.visit(context, { consent: YES, privacy: { mode: 'events' } });
    await forYou(page);
    await view(page, 'pens-01', 'pens-02', 'pens-03');
    await expect.poll(async () => (await statusOf(page)).stored.outbox, { timeout: 15_000 }).toBe(0);
    const { sent } = await statusOf(page);
    // Three views, and the exposure of the slate that was shown before them.
    expect(sent).toMatchObject({ events: 4, dead: 0, dropped: 0 });
    expect(sent.requests).toBeGreaterThanOrEqual(2);
    expect(shop.server.home.store.events.count('shop' as never) - before).toBe(4);
  });

  test('a new release is taken up while the page is open, and a rollback too', async () => {
    const page = await shop.visit(await shop.shopper());
    await page.evaluate(() => {
      window.releases = [];
      window.tacit.on('release', ({ release }) => window.releases.push(release));
    });
    expect((await forYou(page)).items[0]?.card?.title).toMatch(/edition 1$/);
    const { release } = await shop.publish(2);
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(true);
    const after = await forYou(page);
    expect(after.release).toBe(release);
    expect(after.items[0]?.card?.title).toMatch(/edition 2$/);
    expect(await page.evaluate(() => window.releases)).toContain(release);
    await shop.publish(1);
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(true);
    expect((await forYou(page)).items[0]?.card?.title).toMatch(/edition 1$/);
  });

  test('the first release is no news to a page that it answered, but to one that waited for it', async () => {
    const listen = `window.releases = []; window.tacit.on('release', ({ release }) => window.releases.push(release))`;
    const page = await shop.visit(await shop.shopper());
    await page.evaluate(listen);
    const { release } = await forYou(page);
    expect(await page.evaluate(() => window.releases)).toEqual([]);

    const slow = await shop.shopper();
    await slow.route('**/v1/manifest*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await route.continue();
    });
    const waiting = await shop.visit(slow);
    await waiting.evaluate(listen);
    expect(await forYou(waiting)).toMatchObject({ status: 'empty', cause: 'worker-starting' });
    await expect.poll(() => waiting.evaluate(() => window.releases), { timeout: 10_000 }).toEqual([release]);
    expect((await forYou(waiting)).status).toBe('popular');
  });

  test('a corrupted shard is refused, and the release before serves', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context);
    const before = await forYou(page);
    await context.route('**/v1/artifacts/**', async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
      await route.fulfill({ response, body });
    });
    await shop.publish(3);
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(false);
    expect(await troublesOf(page)).toEqual(['part-hash']);
    expect((await forYou(page)).release).toBe(before.release);
    await context.unroute('**/v1/artifacts/**');
    await shop.publish(1);
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(true);
  });

  test('with the network cut and the page reloaded it still recommends', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { consent: { storage: true } });
    await page.evaluate(() => navigator.serviceWorker.register('/service-worker.js'));
    await view(page, 'socks-01', 'socks-02');
    await forYou(page);
    // Its kernel is a file that the worker alone asked for.
    const kept = () =>
      page.evaluate(async () => {
        const keys = await (await caches.open('tacit-offline')).keys();
        return keys.map(({ url }) => new URL(url).pathname);
      });
    for (const file of [
      /^\/tacit\.js$/,
      /^\/tacit-worker\.js$/,
      /^\/tacit-main/,
      /^\/tacit-relaxed/,
      /^\/tacit-disk/,
    ])
      await expect.poll(kept, { timeout: 20_000 }).toContainEqual(expect.stringMatching(file));
    await context.setOffline(true);
    await page.reload();
    await page.waitForFunction('window.started');
    const { status, items } = await forYou(page);
    expect(status).toBe('personal');
    expect(items[0]?.item).toMatch(/^socks-/);
    expect(items[0]?.card?.title).toMatch(/^socks-/);
  });
});
