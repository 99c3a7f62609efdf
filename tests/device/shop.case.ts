import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { build } from 'vite';
import type { TacitOptions } from '../../client/contract.ts';
import { findChromium } from '../../scripts/browser.mjs';
import type { TestServer } from '../../server/serving.case.ts';
import { SITE, testServer } from '../../server/serving.case.ts';
import { testBundle } from '../../worker/bundle.case.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A page with the SDK as it ships; what a test wants of it is said in the address. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>shop</title>
<script type="module" src="/page.js"></script>`;
const PAGE_SCRIPT = `import * as sdk from '/tacit.js';
window.troubles = [];
window.sdk = sdk;
window.tacit = sdk.createTacit({ ...window.options, onTrouble: (one) => window.troubles.push(one) });
window.started = true;`;

/** The SDK built once for all tests of a file. */
export async function buildShop(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-pages-'));
  // The very configuration that ships, minified and in parts.
  for (const mode of ['sdk', 'snippet', 'worker', 'service-worker'])
    await build({
      configFile: join(root, 'vite.config.ts'),
      mode,
      logLevel: 'error',
      build: { outDir: folder, sourcemap: false },
    });
  copyFileSync(join(folder, 'tacit-service-worker.js'), join(folder, 'service-worker.js'));
  for (const name of ['index', 'product']) writeFileSync(join(folder, `${name}.html`), PAGE);
  writeFileSync(join(folder, 'page.js'), PAGE_SCRIPT);
  return folder;
}

/** The real server and the built pages, for any browser to come. */
export interface ServedShop {
  readonly folder: string;
  readonly server: TestServer;
  publish(edition: number): ReturnType<TestServer['release']>;
  stop(): Promise<void>;
}

export interface TestShop extends ServedShop {
  readonly browser: Browser;
  /** a shopper with storage of its own */
  shopper(): Promise<BrowserContext>;
  visit(context: BrowserContext, options?: Partial<TacitOptions>, path?: string): Promise<Page>;
}

export async function serveShop(): Promise<ServedShop> {
  const folder = await buildShop();
  const server = await testServer({ shop: folder });
  return {
    folder,
    server,
    publish(edition) {
      const { parts, golden, items, space, featureSchema } = testBundle(edition);
      return server.release({ parts, golden, items, space, featureSchema });
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function openTestShop(): Promise<TestShop> {
  const shop = await serveShop();
  const { server } = shop;
  const found = await findChromium();
  const browser = await chromium.launch(found);
  return {
    ...shop,
    browser,
    shopper: () => browser.newContext(),
    async visit(context, own = {}, path = '/') {
      const page = await context.newPage();
      const options = { ...defaults(server), ...own };
      await page.addInitScript(`window.options = ${JSON.stringify(options)}`);
      await page.goto(server.url + path);
      // Asked from outside: a page's policy may forbid what waits inside it.
      while (!(await page.evaluate('window.started === true'))) await page.waitForTimeout(20);
      return page;
    },
    async stop() {
      await browser.close();
      await shop.stop();
    },
  };
}

export const defaults = (server: TestServer): TacitOptions => ({
  site: SITE,
  url: server.url,
  keys: server.home.keys.publicKeys,
  writeKey: server.write,
  privacy: { mode: 'off' },
});
