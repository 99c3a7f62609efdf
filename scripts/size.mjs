// `npm run size [-- --json] [--no-bundles]`: bytes of what we ship, raw, gzip and brotli, beside what others ship. Peers are
// bundled and minified as a shop would; bundles are releases of drawn numbers through training's own encoders.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ready, root, say } from './ready.mjs';

const json = process.argv.includes('--json');
const withBundles = !process.argv.includes('--no-bundles');

ready();
// What an earlier build left is not what these sources weigh.
const { buildAll, SDK_TARGETS } = await import('./build.mjs');
await buildAll(SDK_TARGETS);
const { ours, fits } = await import('./size/ours.mjs');
const { peers } = await import('./size/peers.mjs');

say('tacit: bundling what others ship');
const rows = [...ours(), ...(await peers())];
const bundles = withBundles ? drawnBundles() : [];
if (json) {
  process.stdout.write(`${JSON.stringify({ files: rows, bundles })}\n`);
} else {
  const { table } = await import('./size/table.mjs');
  process.stdout.write(table(rows, bundles));
}
process.exitCode = fits([...rows, ...bundles]) ? 0 : 1;

function drawnBundles() {
  say('tacit: drawing releases of 20,000 and 100,000 items (two minutes)');
  const result = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/size/bundles.mjs')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1e6,
  });
  if (result.status !== 0) throw new Error(`bundles: ended with ${result.status ?? result.signal}`);
  return JSON.parse(result.stdout.toString());
}
