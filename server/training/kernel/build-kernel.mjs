// Compiles assembly/contrast.ts to build/contrast.wasm.ts, a module that exports the WebAssembly as base64, so that
// the bundled server carries it. Does nothing when the source has not changed.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const sourceFile = join(here, 'assembly', 'contrast.ts');
const target = join(here, 'build', 'contrast.wasm.ts');
const OPTIONS = [
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
  ...['--runtime', 'stub', '--enable', 'simd', '--initialMemory', '1'],
];

/** What the result depends on: source, options, compiler. */
async function fingerprint() {
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json');
  return createHash('sha256')
    .update(OPTIONS.join(' '))
    .update(version)
    .update(await readFile(sourceFile))
    .digest('hex');
}

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  const written = new Map();
  const { error, stderr } = await asc.main(['contrast.ts', '--outFile', 'contrast.wasm', ...OPTIONS], {
    readFile: (name) => (name === 'contrast.ts' ? readFile(sourceFile, 'utf8') : null),
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`The training kernel does not compile:\n${stderr.toString()}`, { cause: error });
  return written.get('contrast.wasm');
}

const mark = `// source: ${await fingerprint()}`;
const before = await readFile(target, 'utf8').catch(() => '');
if (!before.startsWith(`${mark}\n`)) {
  const base64 = Buffer.from(await compile()).toString('base64');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${mark}\nexport const CONTRAST_WASM =\n  '${base64}';\n`);
}
