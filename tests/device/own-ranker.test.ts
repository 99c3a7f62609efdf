import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RankerOption, Recommendations, TacitOptions } from '../../client/contract.ts';
import { root } from '../../scripts/ready.mjs';
import { forYou, statusOf, troublesOf, view, watchRequests, YES } from './page.case.ts';
import { byFeature, HOSTILE, hashOf, type RankerFiles, stuck, tardy, treacherous } from './rankers.case.ts';
import { defaults, openTestShop, type TestShop } from './shop.case.ts';

const good = byFeature('item-price');

/** A shop's own web server: its pages with the SDK, a folder a ranker, and one that never answers. */
interface Rankers {
  readonly url: string;
  put(name: string, files: RankerFiles): RankerOption;
  readonly asked: string[];
  /** sent with everything */
  policy: string | undefined;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = { js: 'text/javascript', html: 'text/html', wasm: 'application/wasm' };

async function openRankers(folder: string): Promise<Rankers> {
  const held = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const shop = { asked, policy: undefined as string | undefined };
  const bytesAt = async (path: string): Promise<Uint8Array> =>
    held.get(path) ?? readFile(join(folder, path === '/' ? 'index.html' : path));
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    if (path.startsWith('/silent/')) return;
    const headers = {
      'access-control-allow-origin': '*',
      'content-type':
        TYPES[path === '/' ? 'html' : (path.split('.').at(-1) ?? '')] ?? 'application/octet-stream',
      ...(shop.policy === undefined ? {} : { 'content-security-policy': shop.policy }),
    };
    bytesAt(path).then(
      (bytes) => response.writeHead(200, headers).end(bytes),
      () => response.writeHead(404, headers).end('not found'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(shop, {
    url,
    put(name: string, { model, sidecar }: RankerFiles) {
      held.set(`/${name}/ranker.onnx`, model);
      held.set(`/${name}/ranker.json`, new TextEncoder().encode(JSON.stringify(sidecar)));
      // Tests share their processors with much else; what a deadline does has a test of its own.
      return { url: `${url}/${name}/ranker.onnx`, sidecar: `/${name}/ranker.json`, deadline: 1_500 };
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
}

const idsOf = ({ items }: Recommendations): string[] => items.map(({ item }) => item);
const rankerWorkers = (page: Page): string[] =>
  page
    .workers()
    .map((worker) => worker.url())
    .filter((url) => url.includes('ranker'));

describe('a ranker of the shop’s own', () => {
  let shop: TestShop;
  let rankers: Rankers;
  /** what a page answers that brings no ranker: the same shopper, the same views */
  let builtIn: string[];

  beforeAll(async () => {
    shop = await openTestShop();
    await build({ configFile: join(root, 'vite.config.ts'), mode: 'ranker', build: { outDir: shop.folder } });
    await shop.publish(1);
    rankers = await openRankers(shop.folder);
    builtIn = idsOf(await forYou(await opened(await shop.shopper())));
  });
  afterAll(async () => {
    await rankers?.close();
    await shop?.stop();
  });

  async function visit(context: BrowserContext, own: Partial<TacitOptions> = {}): Promise<Page> {
    const page = await context.newPage();
    await page.addInitScript(`window.options = ${JSON.stringify({ ...defaults(shop.server), ...own })}`);
    await page.goto(rankers.url);
    await page.waitForFunction('window.started');
    return page;
  }

  const askedOf = (name: string): number =>
    rankers.asked.filter((path) => path.startsWith(`/${name}/`)).length;

  /** A page whose shopper looked at two lamps, one after the other: what shares a millisecond is one moment to the funnel. */
  async function opened(context: BrowserContext, own: Partial<TacitOptions> = {}): Promise<Page> {
    const page = await visit(context, own);
    await view(page, 'lamps-01');
    await page.waitForTimeout(20);
    await view(page, 'lamps-02');
    return page;
  }

  test('nothing of it is asked for by a page that brings none', async () => {
    const context = await shop.shopper();
    const requests = watchRequests(context);
    const page = await opened(context);
    expect((await forYou(page)).status).toBe('personal');
    await page.evaluate(() => window.tacit.recommend({ placement: 'similar', items: ['lamps-01'] }));
    expect(requests.filter((path) => /ranker|ort|onnx/.test(path))).toEqual([]);
    expect((await statusOf(page)).ranker).toBeUndefined();
  });

  test('orders the slates, once it is open', async () => {
    const page = await opened(await shop.shopper(), { ranker: rankers.put('good', good) });
    const first = await forYou(page);
    expect(first.status).toBe('personal');
    const answered = () => forYou(page);
    await expect.poll(async () => (await answered()).ranker).toBe(hashOf(good.model));
    const ours = await answered();
    expect(ours.status).toBe('personal');
    // Prices rise with the number in an item's id, and so do logits.
    const prices = idsOf(ours).map((id) => Number(id.slice(-2)));
    expect(prices).toEqual([...prices].sort((a, b) => b - a));
    expect(idsOf(ours)).not.toEqual(builtIn);
    expect(await statusOf(page)).toMatchObject({
      ranker: { state: 'ready', model: hashOf(good.model), code: null },
    });
    expect(await troublesOf(page)).toEqual([]);
    const told = await page.evaluate(
      ([recId, item]) => window.tacit.explain(recId ?? '', item ?? ''),
      [ours.recId, idsOf(ours)[0]],
    );
    expect(told?.logit).toBeCloseTo(ours.items[0]?.score ?? 0, 1);
  });

  test('is not asked for a shopper of whom nothing is known, nor fetched', async () => {
    const page = await visit(await shop.shopper(), { ranker: rankers.put('unasked', good) });
    expect((await forYou(page)).items.length).toBeGreaterThan(0);
    expect((await statusOf(page)).ranker?.state).toBe('idle');
    expect(rankers.asked.filter((path) => path.startsWith('/unasked/'))).toEqual([]);
  });

  test('is ended when the page drops it', async () => {
    const page = await opened(await shop.shopper(), { ranker: rankers.put('dropped', good) });
    await expect.poll(async () => (await forYou(page)).ranker).toBeDefined();
    expect(rankerWorkers(page)).toHaveLength(1);
    await page.evaluate(() => window.tacit.close());
    await expect.poll(() => rankerWorkers(page)).toEqual([]);
  });

  test('works under the policy that the guide states', async () => {
    const own = { ranker: rankers.put('policed', good) };
    rankers.policy = `default-src 'self'; connect-src 'self' ${shop.server.url}; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'`;
    const page = await opened(await shop.shopper(), own);
    await expect.poll(async () => (await forYou(page)).ranker).toBe(hashOf(good.model));
    rankers.policy = undefined;
  });

  test('may lie on another origin, script and runtime included', async () => {
    const elsewhere = await openRankers(shop.folder);
    const { url } = elsewhere.put('far', good);
    const ranker = {
      url,
      sidecar: `${elsewhere.url}/far/ranker.json`,
      scriptUrl: `${elsewhere.url}/tacit-ranker.js`,
    };
    const page = await opened(await shop.shopper(), { ranker });
    await expect.poll(async () => (await forYou(page)).ranker).toBe(hashOf(good.model));
    expect(elsewhere.asked).toContain('/ort-wasm-simd-threaded.wasm');
    await page.close();
    await elsewhere.close();
  });

  test.each(HOSTILE)('%s: %s, and the release’s ranker answers', async (_, code, files) => {
    const name = `hostile-${HOSTILE.findIndex((one) => one[2] === files)}`;
    const page = await opened(await shop.shopper(), { ranker: rankers.put(name, files) });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    const slates = [await forYou(page)];
    await expect.poll(() => troublesOf(page)).toContain(code);
    expect((await statusOf(page)).ranker).toMatchObject({ state: 'refused', code });
    const before = askedOf(name);
    slates.push(await forYou(page));
    for (const slate of slates) {
      expect(slate).toMatchObject({ status: 'personal', cause: 'ok' });
      expect(slate.ranker).toBeUndefined();
      expect(idsOf(slate)).toEqual(builtIn);
    }
    // Refused for good: said once, its worker ended, nothing fetched again.
    expect(await troublesOf(page)).toEqual([code]);
    await expect.poll(() => rankerWorkers(page)).toEqual([]);
    expect(askedOf(name)).toBe(before);
    expect(errors).toEqual([]);
  });

  test('files that are not there', async () => {
    const ranker = {
      url: `${rankers.url}/nowhere/ranker.onnx`,
      sidecar: `${rankers.url}/nowhere/ranker.json`,
    };
    const page = await opened(await shop.shopper(), { ranker });
    expect(idsOf(await forYou(page))).toEqual(builtIn);
    await expect.poll(() => troublesOf(page)).toEqual(['ranker-unreachable']);
    expect((await statusOf(page)).ranker?.state).toBe('resting');
  });

  test('a runtime that is not there', async () => {
    const context = await shop.shopper();
    await context.route('**/ort-wasm-simd-threaded.wasm', (route) =>
      route.fulfill({ status: 404, body: 'gone' }),
    );
    const page = await opened(context, { ranker: rankers.put('alone', good) });
    expect(idsOf(await forYou(page))).toEqual(builtIn);
    await expect.poll(() => troublesOf(page)).toEqual(['ranker-no-runtime']);
  });

  test('one that is too slow for its deadline: the slate does not wait for it', async () => {
    const page = await opened(await shop.shopper(), {
      ranker: { ...rankers.put('tardy', tardy), deadline: 20 },
    });
    const ask = async () => {
      const slate = await forYou(page);
      expect(idsOf(slate)).toEqual(builtIn);
      return troublesOf(page);
    };
    await expect.poll(ask).toContain('ranker-deadline');
    await expect.poll(() => rankerWorkers(page)).toEqual([]);
  });

  test('one whose worker is killed is opened again', async () => {
    const page = await opened(await shop.shopper(), { ranker: rankers.put('killed', good) });
    await expect.poll(async () => (await forYou(page)).ranker).toBeDefined();
    const worker = page.workers().find((one) => one.url().includes('ranker'));
    await worker?.evaluate(() => close()).catch(() => undefined);
    // Silence is all there is to see of it.
    expect(idsOf(await forYou(page))).toEqual(builtIn);
    await expect.poll(async () => (await forYou(page)).ranker, { timeout: 30_000 }).toBeDefined();
    expect(await troublesOf(page)).toEqual(['ranker-deadline']);
  });

  // Together, since most of it is waiting.
  describe.concurrent('takes its time', () => {
    test('a server that never answers: slates come without it, and it is given up', async ({ expect }) => {
      const { sidecar } = rankers.put('heard', good);
      const ranker = { url: `${rankers.url}/silent/ranker.onnx`, sidecar };
      const page = await opened(await shop.shopper(), { ranker });
      expect(idsOf(await forYou(page))).toEqual(builtIn);
      await expect.poll(() => rankers.asked).toContain('/silent/ranker.onnx');
      expect((await statusOf(page)).ranker?.state).toBe('opening');
      expect(idsOf(await forYou(page))).toEqual(builtIn);
      await expect.poll(() => troublesOf(page), { timeout: 40_000 }).toEqual(['ranker-unreachable']);
      await expect.poll(() => rankerWorkers(page)).toEqual([]);
    });

    test('one that computes for minutes is ended, kept in quarantine, and not fetched by the next page', async ({
      expect,
    }) => {
      const context = await shop.shopper();
      const own = { ranker: rankers.put('stuck', stuck), consent: YES };
      const page = await opened(context, own);
      expect(idsOf(await forYou(page))).toEqual(builtIn);
      await expect.poll(() => troublesOf(page), { timeout: 60_000 }).toEqual(['ranker-deadline']);
      await expect.poll(() => rankerWorkers(page)).toEqual([]);
      await page.close();
      const asked = rankers.asked.filter((path) => path === '/stuck/ranker.onnx').length;
      const next = await opened(context, own);
      expect((await forYou(next)).status).toBe('personal');
      await expect.poll(() => troublesOf(next)).toEqual(['ranker-quarantined']);
      expect(rankers.asked.filter((path) => path === '/stuck/ranker.onnx').length).toBe(asked);
    });

    test('one that fails on real shoppers alone is left alone after three times', async ({ expect }) => {
      const page = await opened(await shop.shopper(), { ranker: rankers.put('treacherous', treacherous) });
      const ask = async () => {
        const slate = await forYou(page);
        expect(idsOf(slate)).toEqual(builtIn);
        return troublesOf(page);
      };
      const code = 'ranker-not-finite';
      await expect.poll(ask, { timeout: 60_000 }).toEqual([code, code, code, 'ranker-quarantined']);
      expect((await statusOf(page)).ranker).toMatchObject({ state: 'refused', code });
    });
  });
});
