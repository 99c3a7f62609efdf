import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findChromium } from '../../scripts/browser.mjs';
import { forYou, statusOf, YES } from './page.case.ts';
import { defaults, type ServedShop, serveShop } from './shop.case.ts';

const SOON = { timeout: 30_000 };

describe('a browser that is killed while a release is swapped', () => {
  let shop: ServedShop;
  let profile: string;
  beforeAll(async () => {
    shop = await serveShop();
  });
  beforeEach(() => {
    profile = mkdtempSync(join(tmpdir(), 'tacit-killed-'));
  });
  afterEach(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  afterAll(() => shop?.stop());

  const launch = async (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(profile, { ...(await findChromium()) });
  const open = async (context: BrowserContext): Promise<Page> => {
    const page = await context.newPage();
    const options = { ...defaults(shop.server), consent: YES };
    await page.addInitScript(`window.options = ${JSON.stringify(options)}`);
    await page.goto(shop.server.url);
    while (!(await page.evaluate('window.started === true'))) await page.waitForTimeout(20);
    return page;
  };
  /** As a power cut does: no process of the browser says goodbye. */
  const kill = async (context: BrowserContext): Promise<void> => {
    const closed = new Promise((resolve) => context.once('close', resolve));
    const pid = Number(readlinkSync(join(profile, 'SingletonLock')).split('-').at(-1));
    process.kill(pid, 'SIGKILL');
    await closed;
  };

  test.each([0, 15, 40, 90, 200])('%i ms after it looked serves the old or the new, whole', async (ms) => {
    await shop.publish(1);
    const context = await launch();
    const page = await open(context);
    const { release: old } = await forYou(page);
    await expect.poll(async () => (await statusOf(page)).stored.bytes, SOON).toBeGreaterThan(10_000);
    const { release: next } = await shop.publish(2);
    await page.evaluate(() => void window.tacit.refresh());
    await new Promise((resolve) => setTimeout(resolve, ms));
    await kill(context);

    const again = await launch();
    // What it kept is all that it has.
    await again.route('**/v1/**', (route) => route.abort());
    const reopened = await open(again);
    await expect.poll(async () => (await statusOf(reopened)).level, SOON).toBe('whole');
    const slate = await forYou(reopened);
    expect([old, next]).toContain(slate.release);
    const edition = slate.release === old ? 1 : 2;
    for (const { card, item } of slate.items) expect(card?.title).toBe(`${item} of edition ${edition}`);
    expect(slate.items.length).toBeGreaterThan(0);
    await again.close();
  });
});
