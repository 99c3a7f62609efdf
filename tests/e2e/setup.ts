import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root, say } from '../../scripts/ready.mjs';
import { tacit } from './installation.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** a home with a small generated shop, trained and published once for all tests */
    trainedHome: string;
  }
}

const SMALL_SHOP = ['--goods', '300', '--shoppers', '600', '--days', '60', '--seed', '7'];

/** Makes the shop that every end-to-end test copies. */
export default async function setup(project: TestProject): Promise<() => void> {
  for (const built of ['dist/server/tacit.js', 'dist/demo/index.html', 'dist/sdk/tacit-worker.js'])
    if (!existsSync(join(root, built)))
      throw new Error(`expected ${built}, found none: npm run build comes before the end-to-end tests`);
  const folder = mkdtempSync(join(tmpdir(), 'tacit-e2e-home-'));
  const started = Date.now();
  await tacit(folder, 'import', '--format', 'generated', ...SMALL_SHOP);
  await tacit(folder, 'train');
  await tacit(folder, 'publish');
  say(`tacit: a small shop, trained and published in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  project.provide('trainedHome', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
