import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forYou, keptBy, NOTHING, statusOf, view, watchRequests, YES } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

describe('what a device keeps and what it sends', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  test('before consent everything works, nothing is kept and nothing goes up', async () => {
    const context = await shop.shopper();
    const paths = watchRequests(context);
    const page = await shop.visit(context, { privacy: { mode: 'events' } });
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect(await statusOf(page)).toMatchObject({ storage: 'memory', sending: 'no-consent' });
    expect(await keptBy(page, context)).toEqual(NOTHING);
    expect(paths.filter((path) => !path.startsWith('GET '))).toEqual([]);
  });

  test('in mode off, with consent, the device remembers and nothing goes up', async () => {
    const context = await shop.shopper();
    const paths = watchRequests(context);
    const page = await shop.visit(context, { consent: YES });
    await view(page, 'lamps-01', 'lamps-02');
    await forYou(page);
    await page.close();
    const next = await shop.visit(context, { consent: YES });
    expect((await forYou(next)).status).toBe('personal');
    expect(await statusOf(next)).toMatchObject({ storage: 'indexeddb', stored: { interactions: 2 } });
    expect(paths.filter((path) => !path.startsWith('GET '))).toEqual([]);
  });

  test('consent given later keeps what this page saw, and withdrawn takes everything away', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { privacy: { mode: 'events' } });
    await view(page, 'lamps-01');
    await forYou(page);
    await page.evaluate(() => window.tacit.setConsent({ storage: true }));
    await view(page, 'lamps-02');
    await expect.poll(async () => (await statusOf(page)).stored.interactions, { timeout: 10_000 }).toBe(2);
    expect((await keptBy(page, context)).databases).toEqual(['tacit:shop']);
    await page.evaluate(() => window.tacit.setConsent({ storage: false, measurement: false }));
    await expect.poll(() => keptBy(page, context), { timeout: 10_000 }).toEqual(NOTHING);
    expect(await forYou(page)).toMatchObject({ status: 'popular', cause: 'no-history' });
  });

  test('consent withdrawn in one tab empties the queue of all, and no tab sends any more', async () => {
    const context = await shop.shopper();
    const posts: string[] = [];
    await context.route('**/v1/events*', (route) => {
      posts.push(route.request().url());
      return route.fulfill({ status: 503 });
    });
    const options = { consent: YES, privacy: { mode: 'events' } } as const;
    const [one, two] = [await shop.visit(context, options), await shop.visit(context, options)];
    await view(one, 'pens-01');
    await view(two, 'pens-02');
    await expect.poll(() => posts.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await one.evaluate(() => window.tacit.setConsent({ measurement: false }));
    await expect
      .poll(async () => [(await statusOf(two)).sending, (await statusOf(two)).stored.outbox], {
        timeout: 10_000,
      })
      .toEqual(['no-consent', 0]);
    const before = posts.length;
    await view(two, 'pens-03');
    await two.evaluate(() => dispatchEvent(new Event('visibilitychange')));
    await one.waitForTimeout(3_000);
    expect(posts).toHaveLength(before);
    expect((await statusOf(one)).stored).toMatchObject({ outbox: 0, interactions: 3 });
  });

  test('a browser that refuses (GPC) sends nothing whatever the shop set', async () => {
    const context = await shop.shopper();
    const paths = watchRequests(context);
    await context.addInitScript(() =>
      Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
    );
    const page = await shop.visit(context, { consent: YES, privacy: { mode: 'events' } });
    await view(page, 'pens-01');
    await page.evaluate(() => window.tacit.status());
    expect(await statusOf(page)).toMatchObject({ mode: 'off', sending: 'refused', stored: { outbox: 0 } });
    await page.waitForTimeout(2_000);
    expect(paths.filter((path) => !path.startsWith('GET '))).toEqual([]);
  });

  test('two tabs share one shopper', async () => {
    const context = await shop.shopper();
    const options = { consent: { storage: true } };
    const [one, two] = [await shop.visit(context, options), await shop.visit(context, options)];
    expect((await forYou(two)).status).toBe('popular');
    await view(one, 'bowls-01', 'bowls-02');
    await expect.poll(async () => (await forYou(two)).status, { timeout: 10_000 }).toBe('personal');
    await view(two, 'rugs-01');
    await expect.poll(async () => (await statusOf(one)).stored.interactions, { timeout: 10_000 }).toBe(3);
  });

  test('forgetting empties every tab, and consent stays', async () => {
    const context = await shop.shopper();
    const options = { consent: { storage: true } };
    const [one, two] = [await shop.visit(context, options), await shop.visit(context, options)];
    await view(one, 'bowls-01', 'bowls-02');
    await forYou(one);
    await one.evaluate(() => window.tacit.forget());
    for (const page of [one, two])
      await expect.poll(async () => (await forYou(page)).status, { timeout: 10_000 }).toBe('popular');
    expect(await statusOf(two)).toMatchObject({ storage: 'indexeddb', stored: { interactions: 0 } });
    expect((await keptBy(one, context)).local.filter((key) => /:(tail|visit)/.test(key))).toEqual([]);
  });
});
