import { copyFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, minifySync, type Plugin, transformWithOxc, type UserConfig } from 'vite';
import { lean, leanPage } from './scripts/lean.ts';

/**
 * One configuration a thing to ship, chosen by `--mode`; `scripts/build.mjs` runs them all in order.
 *   sdk              tacit.js: the ES module that a storefront imports
 *   snippet          snippet.js: the queue stub that a page inlines, a classic script
 *   worker           tacit-worker.js: what a page starts, and the device's host behind it
 *   ranker           tacit-ranker.js and the runtime's module beside it: only a page with a ranker of its own loads them
 *   service-worker   tacit-service-worker.js: what a shop's own service worker imports, a classic script
 *   demo             the demo shop, several real pages
 *   demo-worker      the demo shop's own service worker
 *   parity           tacit-parity.js: what the gate asks a browser, beside the CLI
 *   server           the CLI for Node; packages stay outside
 */
const root = dirname(fileURLToPath(import.meta.url));
const from = (path: string): string => join(root, path);

const SDK = 'dist/sdk';
const DEMO = 'dist/demo';
/** Where the demo shop serves the SDK, beside its own assets. */
const SDK_URL = '/tacit/tacit.js';

interface Script {
  readonly entry: string;
  readonly file: string;
  readonly folder: string;
  readonly format: 'es' | 'iife';
  /** parts that mostly run while a page opens */
  readonly compileAtOnce?: readonly string[];
  /** holds all that it imports: no part is made of what it has in common with others */
  readonly whole?: { readonly name: string; readonly test: RegExp };
}

/**
 * One script to load. A classic one has nothing beside it; a module may have parts that are loaded where they are first
 * needed, under names that say their content, so that an old script never meets a new part.
 */
const script = ({ entry, file, folder, format, compileAtOnce = [], whole }: Script): UserConfig => ({
  root,
  publicDir: false,
  build: {
    outDir: from(folder),
    emptyOutDir: false,
    target: 'es2022',
    // Beside each script, not named in it: a shopper's browser never asks for one.
    sourcemap: 'hidden',
    reportCompressedSize: false,
    lib: { entry: from(entry), formats: [format], name: 'tacitBuild', fileName: () => file },
    // Said here, since a library build leaves an ES module's whitespace in.
    rolldownOptions: {
      // Parts may take from the script that loads them what it has already.
      preserveEntrySignatures: 'allow-extension',
      // No getter of ours does anything but get.
      treeshake: { propertyReadSideEffects: false },
      optimization: { inlineConst: { mode: 'all', pass: 3 } },
      output: {
        minify: true,
        comments: { annotation: false },
        // Read by Chromium (explicit compile hints): all of it is compiled as it is loaded, not by a page's tasks, and what is
        // compiled then is what a later page finds in the cache of compiled code.
        postBanner: ({ name }) => (compileAtOnce.includes(name) ? '//# allFunctionsCalledOnLoad' : ''),
        ...(format === 'es' ? { chunkFileNames: 'tacit-[name]-[hash].js' } : { codeSplitting: false }),
        ...(whole && { codeSplitting: { groups: [whole] } }),
      },
    },
  },
});

/** Writes a script that imports parts, whose names say their content: its own stays the same from build to build. */
const startedBy = (source: string, file: string): Plugin => ({
  name: 'started-by',
  async generateBundle(_, bundle) {
    const parts = Object.values(bundle).filter((part) => part.type === 'chunk');
    const written = readFileSync(from(source), 'utf8').replace(/(?<=import\(')[^']+/g, (path) => {
      const module = join(dirname(from(source)), path);
      const part = parts.find(({ facadeModuleId }) => facadeModuleId === module);
      if (part === undefined) throw new Error(`${source}: found no part of ${path}`);
      return `./${part.fileName}`;
    });
    const { code } = await transformWithOxc(written, source);
    this.emitFile({ type: 'asset', fileName: file, source: minifySync(file, code, { module: true }).code });
  },
});

const RUNTIME = 'ort-wasm-simd-threaded.wasm';

/**
 * onnxruntime's module stays a file of its own. It is found through its address at run time, so its `new URL` must not
 * become an asset that the bundler writes into the script.
 */
const runtimeBeside = (): Plugin => ({
  name: 'ranker-runtime',
  enforce: 'pre',
  transform: (code, id) =>
    /onnxruntime-web[\\/]dist[\\/].*\.mjs$/.test(id)
      ? {
          code: code.replaceAll(
            /new URL\("ort-wasm[^"]*",\s*import\.meta\.url\)/g,
            `new URL("${RUNTIME}",self.location.href)`,
          ),
          map: null,
        }
      : null,
  writeBundle({ dir = SDK }) {
    copyFileSync(from(`node_modules/onnxruntime-web/dist/${RUNTIME}`), join(dir, RUNTIME));
  },
});

const PAGES = ['index', 'category', 'product', 'cart', 'search'];

/** Replaces `<!-- header -->` and the like by `frame/header.html`: one header for all pages, in the first byte. */
const partials = (): Plugin => ({
  name: 'demo-partials',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replace(/<!-- (head|header|footer) -->/g, (_, name: string) =>
        readFileSync(from(`demo/frame/${name}.html`), 'utf8').trim(),
      ),
  },
});

/** The shop imports the SDK's file as it was built, by URL: nothing of Tacit's source is bundled into it. */
const sdkByUrl = (): Plugin => ({
  name: 'demo-sdk',
  enforce: 'pre',
  resolveId: (source) => (source.endsWith('/client/index.ts') ? { id: SDK_URL, external: 'absolute' } : null),
});

const demo = (): UserConfig => ({
  root: from('demo'),
  publicDir: false,
  plugins: [partials(), sdkByUrl()],
  build: {
    outDir: from(DEMO),
    emptyOutDir: true,
    target: 'es2022',
    assetsDir: 'assets',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: PAGES.map((page) => from(`demo/${page}.html`)),
    },
  },
});

const server = (): UserConfig => ({
  root,
  publicDir: false,
  ssr: { target: 'node', noExternal: [] },
  build: {
    ssr: true,
    outDir: from('dist/server'),
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // The CLI, and what its threads are started with.
      input: { tacit: from('server/cli/main.ts'), 'tacit-fit': from('server/training/ahead/thread.ts') },
      output: {
        entryFileNames: '[name].js',
        banner: (chunk: { isEntry: boolean }) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
        chunkFileNames: 'parts/[name]-[hash].js',
        format: 'es',
      },
    },
  },
});

const TARGETS: Record<string, () => UserConfig> = {
  sdk: () => ({
    ...script({
      entry: 'client/index.ts',
      file: 'tacit.js',
      folder: SDK,
      format: 'es',
      compileAtOnce: ['index'],
    }),
    plugins: [leanPage(root)],
  }),
  snippet: () => script({ entry: 'client/snippet.ts', file: 'snippet.js', folder: SDK, format: 'iife' }),
  worker: () => ({
    ...script({
      entry: 'worker/main.ts',
      file: 'tacit-main-[hash].js',
      folder: SDK,
      format: 'es',
      compileAtOnce: ['main', 'disk'],
      whole: { name: 'main', test: /worker[\\/]main\.ts$/ },
    }),
    plugins: [lean(root), startedBy('worker/start.ts', 'tacit-worker.js')],
  }),
  ranker: () => ({
    ...script({ entry: 'worker/onnx/main.ts', file: 'tacit-ranker.js', folder: SDK, format: 'es' }),
    plugins: [runtimeBeside()],
  }),
  'service-worker': () =>
    script({
      entry: 'client/service-worker.ts',
      file: 'tacit-service-worker.js',
      folder: SDK,
      format: 'iife',
    }),
  demo,
  'demo-worker': () =>
    script({ entry: 'demo/service-worker.ts', file: 'service-worker.js', folder: DEMO, format: 'iife' }),
  parity: () =>
    script({
      entry: 'server/registry/parity/page.ts',
      file: 'tacit-parity.js',
      folder: 'dist/server',
      format: 'es',
    }),
  server,
};

export default defineConfig(({ mode }) => {
  const target = TARGETS[mode];
  if (target === undefined)
    throw new Error(`vite: --mode ${mode}: expected one of ${Object.keys(TARGETS).join(', ')}`);
  return { ...target(), logLevel: 'warn' };
});
