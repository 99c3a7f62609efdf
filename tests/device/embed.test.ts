import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forYou, keptBy, NOTHING, statusOf, troublesOf, view } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

describe('embedding', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  test('the async snippet takes calls before the SDK is there, and answers them in order', async () => {
    const context = await shop.shopper();
    await context.route('**/snippet-page', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>snippet</title>' }),
    );
    const page = await shop.visit(context);
    const options = await page.evaluate(() => (window as unknown as { options: object }).options);
    await page.goto(`${shop.server.url}/snippet-page`);
    const answer = page.evaluate(async (given) => {
      type Stub = ((...command: unknown[]) => Promise<unknown>) & { queue?: unknown[] };
      const scope = window as unknown as { tacit: Stub };
      // As the page's inline stub does it.
      const stub: Stub = (...command) =>
        new Promise((resolve) => {
          stub.queue ??= [];
          stub.queue.push([command, resolve]);
        });
      scope.tacit = stub;
      scope.tacit('track', { name: 'view_item', items: [{ item_id: 'lamps-01' }] });
      scope.tacit('init', given);
      const early = scope.tacit('recommend', { placement: 'for-you', limit: 3 });
      const script = document.createElement('script');
      script.src = '/snippet.js';
      script.async = true;
      document.head.append(script);
      const first = (await early) as { status: string; items: { item: string }[] };
      const later = (await scope.tacit('status')) as { release: string };
      const unknown = await scope.tacit('no-such-method');
      return { status: first.status, item: first.items[0]?.item, release: later.release, unknown };
    }, options);
    expect(await answer).toMatchObject({ status: 'personal', item: expect.stringMatching(/^lamps-/) });
    expect(await answer).toMatchObject({ release: expect.any(String), unknown: undefined });
  });

  test('a service worker keeps nothing before consent, and nothing after it is withdrawn', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context);
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/service-worker.js');
      await navigator.serviceWorker.ready;
    });
    await page.reload();
    await page.waitForFunction('window.started');
    await forYou(page);
    expect(await keptBy(page, context)).toEqual(NOTHING);
    await page.evaluate(() => window.tacit.setConsent({ storage: true }));
    await expect
      .poll(async () => (await keptBy(page, context)).caches, { timeout: 10_000 })
      .toEqual(['tacit-offline']);
    const kept = await page.evaluate(async () => {
      const keys = await (await caches.open('tacit-offline')).keys();
      return keys.map(({ url }) => new URL(url).pathname);
    });
    expect(kept).not.toContain('/v1/events');
    await page.evaluate(() => window.tacit.setConsent({ storage: false, measurement: false }));
    await page.reload();
    await page.waitForFunction('window.started');
    await forYou(page);
    await expect.poll(() => keptBy(page, context), { timeout: 10_000 }).toEqual(NOTHING);
  });

  test('a disk with no room keeps the shopper and gives up the bundle, and the page goes on', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context);
    const session = await context.newCDPSession(page);
    const origin = new URL(shop.server.url).origin;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    await page.evaluate(() => window.tacit.setConsent({ storage: true }));
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect(await troublesOf(page)).toContain('storage-full');
    expect((await statusOf(page)).release).not.toBeNull();
    const next = await shop.visit(context, { consent: { storage: true } });
    await view(next, 'rugs-01', 'rugs-02');
    expect((await forYou(next)).items[0]?.item).toMatch(/^rugs-/);
    expect(await troublesOf(next)).toContain('storage-full');
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  });
});
