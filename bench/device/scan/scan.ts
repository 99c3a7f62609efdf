import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/ready.mjs';
import { bundlePage } from '../browser/bundle.ts';
import { openChromium } from '../browser/chromium.ts';
import { compileRead } from '../browser/read-module.ts';
import { serveFolders } from '../browser/serve.ts';
import type { Tell } from '../measure/progress.ts';
import { type Contest, type Effort, runContest } from './contest.ts';
import { clustered, hard, type VectorData } from './data.ts';

export interface ScanOptions {
  readonly items: readonly number[];
  readonly seed: number;
  readonly effort: Effort;
}

export const QUERIES = 512;

/** Every data set at every size, smallest first, so that the time of a small index tells that of a large one. */
export async function benchScan(
  { items, seed, effort }: ScanOptions,
  real: (() => Promise<VectorData>) | undefined,
  tell: Tell,
): Promise<Contest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-scan-'));
  const pages = join(folder, 'pages');
  const data = join(folder, 'data');
  mkdirSync(pages);
  await bundlePage('bench/device/pages/scan.ts', pages);
  await compileRead(join(pages, 'read.wasm'));
  const server = await serveFolders({ pages, data, peers: join(root, 'node_modules') });
  const { browser, close } = await openChromium();
  const tools = { browser, server, folder: data, tell, known: new Map() };
  const contests: Contest[] = [];
  try {
    for (const count of [...items].sort((a, b) => a - b))
      for (const make of [hard, clustered]) {
        tell(`scan: ${make.name} data, ${count} items`);
        contests.push(await runContest(make({ items: count, queries: QUERIES, seed }), effort, tools));
      }
    if (real !== undefined) {
      tell('scan: real item embeddings');
      contests.push(await runContest(await real(), effort, tools));
    }
    return contests;
  } finally {
    await close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
