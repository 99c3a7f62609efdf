import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { TacitOptions } from '../../../client/contract.ts';
import { root } from '../../../scripts/ready.mjs';
import { serve } from '../../../server/main.ts';
import { openLog } from '../../../server/monitoring/log.ts';
import { publish } from '../../../server/publish/publish.ts';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { bundlePage } from '../browser/bundle.ts';
import type { Tell } from '../measure/progress.ts';
import { drawnRelease } from './release.ts';

/** Where a device may keep its bundle. */
export const STORAGES = ['opfs', 'indexeddb', 'memory'] as const;
export type Storage = (typeof STORAGES)[number];
/** A browser as it is, or one that lacks something: taken from the worker before its script runs. */
export type Browsing = Storage | 'no-wasm';

/** The SDK as it ships and signed releases, from the real server. */
export interface BenchShop {
  readonly url: string;
  /**
   * A release of so many items becomes current at a site of its own.
   * @param compressed as a shop's is; where no download is timed, minutes of compressing are spared
   */
  publish(items: number, compressed: boolean): Promise<Published>;
  close(): Promise<void>;
}

export interface Published {
  readonly items: number;
  readonly options: TacitOptions;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>shop</title>
<body><main></main><script type="module" src="/shop.js"></script></body></html>`;

const NO_FILES = 'delete StorageManager.prototype.getDirectory;';
const TAKEN: Record<Exclude<Browsing, 'opfs'>, string> = {
  indexeddb: NO_FILES,
  memory: `${NO_FILES} Object.defineProperty(globalThis, "indexedDB", { value: undefined });`,
  'no-wasm': 'delete globalThis.WebAssembly;',
};
export const workerFor = (browsing: Browsing): string =>
  browsing === 'opfs' ? '/tacit-worker.js' : `/worker-${browsing}.js`;

/** In the SDK's place for comparison: the same calls, and nothing is done for them. */
export const NOTHING = '/nothing.js';
const NOTHING_DONE = `const slate = { status: 'personal', cause: 'ok', release: null, items: [], timings: {} };
const status = { level: 'whole', parts: 'memory', consent: {}, stored: {}, troubles: [] };
export const createTacit = () => ({
  track() {}, last: () => slate, recommend: async () => slate, status: async () => status, on: () => () => {},
});`;

/** Workers in front of the shipped one, which stays as it is: its parts import it by name. */
function writeWorkers(folder: string): void {
  for (const [browsing, taken] of Object.entries(TAKEN)) {
    writeFileSync(join(folder, `without-${browsing}.js`), taken);
    const imports = [`./without-${browsing}.js`, './tacit-worker.js'].map((file) => `import '${file}';`);
    writeFileSync(join(folder, `worker-${browsing}.js`), imports.join('\n'));
  }
}

export async function openShop(seed: number, tell: Tell): Promise<BenchShop> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-shop-'));
  const pages = join(folder, 'pages');
  mkdirSync(pages);
  tell('building the SDK as it ships');
  for (const mode of ['sdk', 'worker']) await buildAsShipped(mode, pages);
  await bundlePage('bench/device/pages/shop.ts', pages);
  writeWorkers(pages);
  writeFileSync(join(pages, NOTHING), NOTHING_DONE);
  for (const name of ['index', 'next']) writeFileSync(join(pages, `${name}.html`), PAGE);
  const serving = await serve({
    home: join(folder, 'home'),
    site: 'none' as SiteId,
    port: 0,
    host: '127.0.0.1',
    mode: 'off',
    origins: [],
    shop: pages,
    log: openLog('silent'),
    limits: { ingest: 1e6, candidates: 1e6, downloads: 1e6 },
  });
  const { home, url } = serving;
  const current = new Map<number, Published>();
  return {
    url,
    async publish(items, compressed) {
      const before = current.get(items);
      if (before !== undefined) return before;
      const site = `items-${items}` as SiteId;
      home.keys.access(site);
      tell(`drawing and publishing a release of ${items} items`);
      const trained = drawnRelease(items, seed);
      const hashes = [];
      for (const part of trained.parts) hashes.push(await home.artifacts.put(part.bytes));
      home.store.runs.record(site, trained, hashes);
      const plain = { ...home.artifacts, precompress: async () => undefined };
      const artifacts = compressed ? home.artifacts : plain;
      await publish({ ...home, artifacts, now: Date.now }, { site });
      const options = { site, url, keys: home.keys.publicKeys };
      current.set(items, { items, options });
      return { items, options };
    },
    async close() {
      await serving.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One target of the build that ships, into a folder of our own. */
async function buildAsShipped(mode: string, folder: string): Promise<void> {
  await build({
    configFile: join(root, 'vite.config.ts'),
    mode,
    build: { outDir: folder, emptyOutDir: false, sourcemap: false },
  });
}
