// What others ship for the like: their browser builds, bundled and minified by the bundler that a shop would use.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { root } from '../ready.mjs';
import { weigh } from './weigh.mjs';

/** What a shop writes to use each. */
const CLIENTS = [
  ['@algolia/recommend', "export { recommendClient } from '@algolia/recommend';"],
  ['recombee-js-api-client', "export * from 'recombee-js-api-client';"],
  ['posthog-js', "export { default } from 'posthog-js';"],
];
const RUNTIME = 'ort-wasm-simd-threaded';

export async function peers() {
  const rows = [];
  for (const [name, entry] of CLIENTS)
    rows.push({ name, by: name, ...weigh([Buffer.from(await bundled(name, entry))]) });
  rows.push({
    name: 'onnxruntime-web/wasm, what its worker fetches',
    by: 'onnxruntime-web',
    ...weigh(runtime()),
  });
  return rows;
}

async function bundled(name, entry) {
  const folder = mkdtempSync(join(root, 'node_modules/.tacit-size-'));
  try {
    writeFileSync(join(folder, 'entry.js'), entry);
    await build({
      root: folder,
      configFile: false,
      publicDir: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir: join(folder, 'out'),
        target: 'es2022',
        reportCompressedSize: false,
        lib: { entry: join(folder, 'entry.js'), formats: ['es'], fileName: () => 'peer.js' },
        rolldownOptions: { output: { codeSplitting: false, minify: true } },
      },
    });
    return readFileSync(join(folder, 'out/peer.js'), 'utf8');
  } catch (error) {
    throw new Error(`size: ${name} does not bundle: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The package's own minified module, and the WebAssembly that it fetches. */
function runtime() {
  const found = createRequire(join(root, 'package.json')).resolve('onnxruntime-web/wasm');
  const folder = dirname(found);
  return ['ort.wasm.bundle.min.mjs', `${RUNTIME}.wasm`].map((file) => readFileSync(join(folder, file)));
}
