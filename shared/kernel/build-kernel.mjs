// Compiles assembly/kernel.ts to build/simd.wasm.ts, a module that exports the WebAssembly as base64, so that every
// bundler carries it without configuration. Does nothing when the sources have not changed.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const sourceFolder = join(here, 'assembly');
const target = join(here, 'build', 'simd.wasm.ts');
const OPTIONS = [
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--initialMemory',
  '1',
];

/** What the result depends on: sources, options, compiler. */
async function fingerprint() {
  const hash = createHash('sha256').update(OPTIONS.join(' '));
  hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version);
  const names = (await readdir(sourceFolder)).filter((name) => name.endsWith('.ts')).sort();
  for (const name of names) hash.update(name).update(await readFile(join(sourceFolder, name)));
  return hash.digest('hex');
}

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  const written = new Map();
  const { error, stderr } = await asc.main(['kernel.ts', '--outFile', 'simd.wasm', ...OPTIONS], {
    // The compiler appends .ts to every import; ours say it already.
    readFile: (name) =>
      readFile(join(sourceFolder, name.replace(/\.ts\.ts$/, '.ts')), 'utf8').catch(() => null),
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`The kernel does not compile:\n${stderr.toString()}`, { cause: error });
  return written.get('simd.wasm');
}

const mark = `// sources: ${await fingerprint()}`;
const before = await readFile(target, 'utf8').catch(() => '');
if (!before.startsWith(`${mark}\n`)) {
  const wasm = await compile();
  const base64 = Buffer.from(wasm).toString('base64');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${mark}\nexport const SIMD_WASM =\n  '${base64}';\n`);
  console.log(`kernel: ${wasm.length} bytes of WebAssembly, ${gzipSync(wasm, { level: 9 }).length} gzipped`);
}
