import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forYou, statusOf, troublesOf, view, watchRequests, YES } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

const WIRE = '**/tacit-wire-*.js';
const SOON = { timeout: 20_000 };

describe('a part of the worker’s script that does not come', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  }, 240_000);
  afterAll(() => shop?.stop());

  test('what takes releases off the wire: a first visit is told why it stays empty, and goes on once it comes', async () => {
    const context = await shop.shopper();
    await context.route(WIRE, (route) => route.abort());
    const page = await shop.visit(context);
    await expect.poll(() => troublesOf(page), SOON).toContain('script-unreachable');
    expect(await forYou(page)).toMatchObject({ status: 'empty', cause: 'no-release' });
    await context.unroute(WIRE);
    expect(await page.evaluate(() => window.tacit.refresh())).toBe(true);
    expect((await forYou(page)).status).toBe('popular');
  });

  test('the same, on a device that keeps a release: slates are personal, as they need nothing of it', async () => {
    const context = await shop.shopper();
    const page = await shop.visit(context, { consent: YES });
    await view(page, 'socks-01', 'socks-02');
    const isKept = async (): Promise<boolean> => {
      const { level, stored, bundleBytes } = await statusOf(page);
      return level === 'whole' && stored.bytes > bundleBytes;
    };
    await expect.poll(isKept, SOON).toBe(true);
    await page.close();
    await context.route(WIRE, (route) => route.abort());
    const asked = watchRequests(context);
    const next = await shop.visit(context, { consent: YES });
    await expect.poll(async () => (await forYou(next)).status, SOON).toBe('personal');
    // It is asked for after the first slate, and missing it costs news alone.
    await expect.poll(() => troublesOf(next), SOON).toContain('script-unreachable');
    expect(asked.filter((path) => path.includes('/v1/'))).toEqual([]);
    expect((await forYou(next)).items[0]?.item).toMatch(/^socks-/);
  });
});
