// Compiles assembly/kernel.ts to build/simd.wasm.ts and build/relaxed.wasm.ts, and assembly/device.ts, which is less, to
// build/simd.device.wasm.ts and build/relaxed.device.wasm.ts: modules that export the WebAssembly as hexadecimal digits, so
// that every bundler carries it without configuration; brotli makes less of them than of base64. Does nothing when the
// sources have not changed.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const sourceFolder = join(here, 'assembly');
const ENTRIES = { '': 'kernel.ts', '.device': 'device.ts' };
const BUILDS = { simd: [], relaxed: ['--enable', 'relaxed-simd'] };
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

/** What the result depends on: sources, this script, compiler. */
async function fingerprint() {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version);
  const names = (await readdir(sourceFolder)).filter((name) => name.endsWith('.ts')).sort();
  for (const name of names) hash.update(name).update(await readFile(join(sourceFolder, name)));
  return hash.digest('hex');
}

/**
 * The compiler appends .ts to every import, ours say it already; its decorator of functions, which TypeScript's grammar
 * has not, stands in a comment.
 */
async function source(name) {
  const file = join(sourceFolder, name.replace(/\.ts\.ts$/, '.ts'));
  const text = await readFile(file, 'utf8').catch(() => null);
  return text?.replaceAll('\n// @inline\n', '\n@inline\n') ?? null;
}

async function compile(entry, options) {
  const { default: asc } = await import('assemblyscript/asc');
  const written = new Map();
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernel.wasm', ...OPTIONS, ...options], {
    readFile: source,
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`The kernel does not compile:\n${stderr.toString()}`, { cause: error });
  return written.get('kernel.wasm');
}

const mark = `// sources: ${await fingerprint()}`;
await mkdir(join(here, 'build'), { recursive: true });
const wanted = Object.entries(BUILDS).flatMap(([build, options]) =>
  Object.entries(ENTRIES).map(([suffix, entry]) => ({ build, name: `${build}${suffix}`, entry, options })),
);
for (const { build, name, entry, options } of wanted) {
  const target = join(here, 'build', `${name}.wasm.ts`);
  const before = await readFile(target, 'utf8').catch(() => '');
  if (before.startsWith(`${mark}\n`)) continue;
  const wasm = await compile(entry, options);
  const digits = Buffer.from(wasm).toString('hex');
  await writeFile(target, `${mark}\nexport const ${build.toUpperCase()}_WASM =\n  '${digits}';\n`);
  const packed = brotliCompressSync(wasm).length;
  console.log(`kernel: ${name} is ${wasm.length} bytes of WebAssembly, ${packed} with brotli`);
}
