import { join } from 'node:path';
import { build } from 'vite';
import { root } from '../../../scripts/ready.mjs';

/** One page script, with everything it imports from the checkout inside; peers stay outside and are fetched by URL. */
export async function bundlePage(entry: string, folder: string): Promise<void> {
  const name = entry.split('/').at(-1)!.replace(/\.ts$/, '');
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      minify: true,
      reportCompressedSize: false,
      lib: { entry: join(root, entry), formats: ['es'], fileName: () => `${name}.js` },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
}
