import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Where a device may keep its bundle: what is not allowed is taken from its worker before its script runs. */
export const STORAGES = ['opfs', 'indexeddb', 'memory'] as const;
export type Storage = (typeof STORAGES)[number];

/** The SDK as it ships and signed releases, from the real server. */
export interface BenchShop {
  readonly url: string;
  /** a release of so many items becomes current at a site of its own */
  publish(items: number): Promise<Published>;
  close(): Promise<void>;
}

export interface Published {
  readonly items: number;
  readonly options: TacitOptions;
  /** bytes of all parts that one device loads, before compression */
  readonly bytes: number;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>shop</title>
<body><main></main><script type="module" src="/shop.js"></script></body></html>`;

const TAKEN: Record<Storage, string> = {
  opfs: '',
  indexeddb: 'delete StorageManager.prototype.getDirectory;',
  memory:
    'delete StorageManager.prototype.getDirectory; Object.defineProperty(globalThis, "indexedDB", { value: undefined });',
};
export const workerFor = (storage: Storage): string => `/worker-${storage}.js`;

export async function openShop(seed: number, tell: Tell): Promise<BenchShop> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-shop-'));
  const pages = join(folder, 'pages');
  mkdirSync(pages);
  tell('building the SDK as it ships');
  for (const mode of ['sdk', 'worker']) await buildAsShipped(mode, pages);
  await bundlePage('bench/device/pages/shop.ts', pages);
  const worker = readFileSync(join(pages, 'tacit-worker.js'), 'utf8');
  for (const storage of STORAGES) writeFileSync(join(pages, workerFor(storage)), TAKEN[storage] + worker);
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
    async publish(items) {
      const before = current.get(items);
      if (before !== undefined) return before;
      const site = `items-${items}` as SiteId;
      home.keys.access(site);
      tell(`drawing and publishing a release of ${items} items`);
      const trained = drawnRelease(items, seed);
      const hashes = [];
      for (const part of trained.parts) hashes.push(await home.artifacts.put(part.bytes));
      home.store.runs.record(site, trained, hashes);
      await publish({ ...home, now: Date.now }, { site });
      const options = { site, url, keys: home.keys.publicKeys };
      const whole = trained.parts.filter(({ level }) => level === undefined);
      const bytes = whole.reduce((sum, part) => sum + part.bytes.length, 0);
      current.set(items, { items, options, bytes });
      return { items, options, bytes };
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
