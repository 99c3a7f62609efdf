// Builds everything that ships into dist/: the SDK (a package without dependencies), the demo shop, the server's CLI.
// `node scripts/build.mjs [TARGET ...]` builds the named targets of vite.config.ts alone.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready, root, say } from './ready.mjs';

export const SDK_TARGETS = ['sdk', 'snippet', 'worker', 'ranker', 'service-worker'];
export const TARGETS = [...SDK_TARGETS, 'demo', 'demo-worker', 'server', 'parity'];

async function buildOne(mode) {
  const { build } = await import('vite');
  const started = Date.now();
  await build({ configFile: join(root, 'vite.config.ts'), mode });
  say(`tacit: built ${mode} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {readonly string[]} named in any order; the shop is built with its service worker */
export async function buildAll(named = TARGETS) {
  const targets = named.includes('demo') ? [...named, 'demo-worker'] : named;
  const unknown = targets.filter((name) => !TARGETS.includes(name));
  if (unknown.length > 0)
    throw new Error(`build: unknown ${unknown.join(', ')}, expected some of ${TARGETS.join(', ')}`);
  process.env.NODE_ENV = 'production';
  if (SDK_TARGETS.every((name) => targets.includes(name)))
    rmSync(join(root, 'dist/sdk'), { recursive: true, force: true });
  for (const target of TARGETS.filter((name) => targets.includes(name))) await buildOne(target);
  if (targets.includes('sdk')) {
    const { writeSdkPackage } = await import('./sdk-package.mjs');
    writeSdkPackage();
    say('tacit: wrote the package of dist/sdk');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ready();
  const named = process.argv.slice(2);
  await buildAll(named.length > 0 ? named : TARGETS);
}
