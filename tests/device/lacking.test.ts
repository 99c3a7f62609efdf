import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../scripts/browser.mjs';
import { complaintsOf, filesLoaded, workerWithout } from './embedding.case.ts';
import { forYou, statusOf, troublesOf, view } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

/** Chromium's own setting "block all cookies and site data". */
const NO_SITE_DATA = { profile: { default_content_setting_values: { cookies: 2 } } };

describe('a browser that lacks something', () => {
  let shop: TestShop;
  const opened: { close(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });
  afterAll(() => shop?.stop());

  /** A browser of its own, with switches or preferences of its own. */
  const browser = async (args: string[], preferences: object = {}): Promise<BrowserContext> => {
    const profile = mkdtempSync(join(tmpdir(), 'tacit-profile-'));
    mkdirSync(join(profile, 'Default'));
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
    const found = await findChromium();
    const context = await chromium.launchPersistentContext(profile, {
      ...found,
      args: [...(found?.args ?? []), ...args],
    });
    opened.push({ close: () => context.close().finally(() => rmSync(profile, { recursive: true })) });
    return context;
  };
  /** The same browser, with something taken from page or worker before any script runs. */
  const without = async (code: { page?: string; worker?: string }): Promise<BrowserContext> => {
    const context = await shop.shopper();
    opened.push(context);
    if (code.page !== undefined) await context.addInitScript(code.page);
    if (code.worker !== undefined) await workerWithout(context, code.worker);
    return context;
  };
  const CONSENT = { consent: { storage: true, measurement: true }, privacy: { mode: 'events' } } as const;
  const shopFor = (page: Page) =>
    page.evaluate(() => {
      try {
        return localStorage.getItem('cart');
      } catch {
        return 'no storage';
      }
    });

  test('no storage at all: everything in memory, and the shop is told why', async () => {
    const context = await browser([], NO_SITE_DATA);
    const complaints = complaintsOf(context);
    const page = await shop.visit(context, CONSENT);
    expect(await shopFor(page)).toBe('no storage');
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).items[0]?.item).toMatch(/^lamps-/);
    expect(await statusOf(page)).toMatchObject({ storage: 'memory', stored: { interactions: 0 } });
    expect(await troublesOf(page)).toContain('storage-lost');
    expect(complaints).toEqual([]);
  });

  test('no databases and no files: memory, and the page’s own storage is left alone', async () => {
    const context = await without({
      page: 'try { localStorage.setItem("cart", "two lamps") } catch {}',
      worker:
        'Object.defineProperty(globalThis, "indexedDB", { value: undefined }); delete StorageManager.prototype.getDirectory',
    });
    const complaints = complaintsOf(context);
    const page = await shop.visit(context, CONSENT);
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect((await statusOf(page)).storage).toBe('memory');
    expect(await troublesOf(page)).toContain('storage-lost');
    expect(await shopFor(page)).toBe('two lamps');
    expect(complaints).toEqual([]);
  });

  // V8 without a just-in-time compiler has no WebAssembly either: so run browsers in their most guarded modes.
  test('no WebAssembly: the plain JS kernel answers', async () => {
    const context = await browser(['--js-flags=--jitless']);
    const complaints = complaintsOf(context);
    const files = filesLoaded(context);
    const page = await shop.visit(context);
    expect(await page.evaluate(() => typeof WebAssembly)).toBe('undefined');
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect((await statusOf(page)).build).toBe('js');
    expect(files().filter((file) => file.includes('wasm'))).toEqual([]);
    expect([complaints, await troublesOf(page)]).toEqual([[], []]);
  });

  test('no Worker: empty slates with their cause', async () => {
    const context = await without({ page: 'delete globalThis.Worker' });
    const complaints = complaintsOf(context);
    const page = await shop.visit(context, CONSENT);
    await view(page, 'lamps-01');
    expect(await forYou(page)).toMatchObject({ status: 'empty', cause: 'no-worker', items: [] });
    expect(await troublesOf(page)).toEqual(['no-worker']);
    expect(complaints).toEqual([]);
  });

  test('no locks: events still go up, once', async () => {
    const context = await without({ worker: 'delete WorkerNavigator.prototype.locks' });
    const complaints = complaintsOf(context);
    const page = await shop.visit(context, CONSENT);
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    await expect.poll(async () => (await statusOf(page)).sent.events).toBeGreaterThanOrEqual(2);
    expect((await statusOf(page)).stored.outbox).toBe(0);
    expect([complaints, await troublesOf(page)]).toEqual([[], []]);
  });

  test('no Ed25519 in WebCrypto: a verifier of our own is loaded, and a release is never unsigned', async () => {
    const refusing = `{
      const { importKey } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...more) {
        return algorithm === 'Ed25519'
          ? Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'))
          : importKey.call(this, format, key, algorithm, ...more);
      };
    }`;
    const context = await without({ worker: refusing });
    const complaints = complaintsOf(context);
    const files = filesLoaded(context);
    const page = await shop.visit(context);
    expect((await forYou(page)).status).toBe('popular');
    expect(files()).toContain('tacit-ed25519.js');
    const other = await shop.visit(context, { keys: [btoa('k'.repeat(32))] });
    expect(await forYou(other)).toMatchObject({ status: 'empty', cause: 'no-release' });
    expect(await troublesOf(other)).toEqual(['unknown-key']);
    expect(complaints).toEqual([]);
  });

  test('a page that is not served securely: no digest to verify by, so no release, and a reason', async () => {
    const context = await browser(['--host-resolver-rules=MAP shop.test 127.0.0.1']);
    const complaints = complaintsOf(context);
    const page = await context.newPage();
    const url = shop.server.url.replace('127.0.0.1', 'shop.test');
    const options = { site: 'shop', url, keys: shop.server.home.keys.publicKeys };
    await page.addInitScript(`window.options = ${JSON.stringify(options)}`);
    await page.goto(url);
    await page.waitForFunction('window.started');
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await view(page, 'lamps-01');
    expect(await forYou(page)).toMatchObject({ status: 'empty', items: [] });
    expect((await troublesOf(page)).length).toBeGreaterThan(0);
    // What Chromium says of a header of the server's that such an origin cannot have.
    expect(complaints.filter((one) => !one.includes('Origin-Agent-Cluster'))).toEqual([]);
  });
});
