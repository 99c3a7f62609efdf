import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaintsOf, filesLoaded, openFiles, rewrite } from './embedding.case.ts';
import { forYou, statusOf, troublesOf, view } from './page.case.ts';
import { openTestShop, type TestShop } from './shop.case.ts';

/** As docs/storefront.md says it. */
const STRICT = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types tacit',
].join('; ');

/** The same clock and the same seeds for whoever runs it: then the same slate is asked of both. */
const STILL = `{
  Date.now = () => ${Date.UTC(2026, 2, 17)};
  const draw = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (to) => (to instanceof Uint32Array ? to.fill(7) : draw(to));
}`;

describe('a page under a Content-Security-Policy', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  /**
   * Every answer of the shop carries the policy, the worker's script too: a worker's policy is its own file's.
   * @param first code that pages and their workers run before any other
   */
  const under = async (policy: string, first?: string): Promise<BrowserContext> => {
    const context = await shop.shopper();
    if (first !== undefined) await context.addInitScript(first);
    await rewrite(context, `${shop.server.url}/**`, ({ path, headers, body }) => ({
      headers: { ...headers, 'content-security-policy': policy },
      ...(first !== undefined && path === '/tacit-worker.js' ? { body: `${first};\n${body}` } : {}),
    }));
    return context;
  };
  const opened = async (context: BrowserContext): Promise<{ page: Page; complaints: string[] }> => {
    const complaints = complaintsOf(context);
    return { page: await shop.visit(context), complaints };
  };

  test('that is strict, and asks for Trusted Types, works in full', async () => {
    const { page, complaints } = await opened(await under(STRICT));
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect((await statusOf(page)).build).toBe('relaxed');
    expect([complaints, await troublesOf(page)]).toEqual([[], []]);
  });

  test('that forbids WebAssembly is answered by the plain JS kernel, with the same slate', async () => {
    const slateOf = async (context: BrowserContext, build: string) => {
      const { page } = await opened(context);
      await view(page, 'lamps-01', 'lamps-02');
      const { status, items } = await forYou(page);
      expect([status, (await statusOf(page)).build]).toEqual(['personal', build]);
      expect(await troublesOf(page)).toEqual([]);
      return items.map(({ item, score }) => [item, score]);
    };
    const forbidden = await under(STRICT.replace(" 'wasm-unsafe-eval'", ''), STILL);
    expect(await slateOf(forbidden, 'js')).toEqual(await slateOf(await under(STRICT, STILL), 'relaxed'));
  });

  test.each([
    ['workers', STRICT.replace("worker-src 'self'", "worker-src 'none'")],
    ['the SDK’s Trusted Types', STRICT.replace('trusted-types tacit', "trusted-types 'none'")],
  ])('that forbids %s leaves the page unharmed: one attempt, and a reason', async (_, policy) => {
    const { page, complaints } = await opened(await under(policy));
    expect(await forYou(page)).toMatchObject({ status: 'empty', cause: 'worker-failed', items: [] });
    expect(await troublesOf(page)).toEqual(['worker-crash', 'worker-failed']);
    // The browser itself says in the console what its page's policy refused; nobody else says anything.
    expect(complaints.filter((one) => !/Content Security Policy|Trusted/.test(one))).toEqual([]);
    expect(complaints.length).toBeLessThanOrEqual(2);
  });

  test('with the SDK on another origin needs that origin for scripts and workers, and blob: for workers', async () => {
    const file = (path: string) => readFile(join(shop.folder, path === '/' ? 'index.html' : path));
    const sdk = await openFiles(file);
    const policy = [
      "default-src 'none'",
      `script-src 'self' ${sdk.url} 'wasm-unsafe-eval'`,
      `worker-src blob: ${sdk.url}`,
      `connect-src ${shop.server.url}`,
    ].join('; ');
    const elsewhere = async (path: string) =>
      Buffer.from((await file(path)).toString().replace("'/tacit.js'", `'${sdk.url}/tacit.js'`));
    const pages = await openFiles(elsewhere, { 'content-security-policy': policy });
    const context = await shop.shopper();
    const complaints = complaintsOf(context);
    const page = await shop.visit(context);
    await page.goto(pages.url);
    await expect.poll(() => page.evaluate('window.started === true')).toBe(true);
    await view(page, 'lamps-01', 'lamps-02');
    expect((await forYou(page)).status).toBe('personal');
    expect((await statusOf(page)).build).toBe('relaxed');
    expect([complaints, await troublesOf(page)]).toEqual([[], []]);
    await context.close();
    await Promise.all([sdk.close(), pages.close()]);
  });
});

describe('what a page loads', () => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await openTestShop();
    await shop.publish(1);
  });
  afterAll(() => shop?.stop());

  test('on its first visit is the SDK, its worker, one kernel and what takes releases off the wire; no runtime of anybody else’s', async () => {
    const context = await shop.shopper();
    const files = filesLoaded(context);
    const page = await shop.visit(context);
    await view(page, 'lamps-01', 'lamps-02');
    await forYou(page);
    const ours = ['tacit-main.js', 'tacit-relaxed.wasm.js', 'tacit-wire.js', 'tacit-worker.js', 'tacit.js'];
    expect(files()).toEqual(['page.js', ...ours]);
    await page.evaluate(() => window.tacit.setConsent({ storage: true }));
    await view(page, 'lamps-03');
    await forYou(page);
    // What keeps pages is of use to a shop with a service worker alone.
    expect(files()).not.toContain('tacit-offline.js');
    await page.evaluate(() => navigator.serviceWorker.register('/service-worker.js'));
    await expect.poll(files, { timeout: 10_000 }).toContain('tacit-offline.js');
    expect(files().filter((file) => /onnx|ort-|tfjs|tensorflow|ranker|ed25519/.test(file))).toEqual([]);
  });
});
