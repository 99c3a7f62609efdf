import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../scripts/ready.mjs';

const SOURCE = join(root, 'bench/device/assembly');
const OPTIONS = ['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

/** Compiles the plain memory read with the compiler and the options of our kernel. */
export async function compileRead(file: string): Promise<void> {
  const { default: asc } = await import('assemblyscript/asc');
  const written = new Map<string, Uint8Array | string>();
  const { error, stderr } = await asc.main(['read.ts', '--outFile', 'read.wasm', ...OPTIONS], {
    readFile: (name: string) => readFile(join(SOURCE, name), 'utf8').catch(() => null),
    writeFile: (name: string, contents: Uint8Array | string) => void written.set(name, contents),
    listFiles: () => [],
  });
  const wasm = written.get('read.wasm');
  if (error !== null || wasm === undefined)
    throw new Error(`the memory read does not compile: ${stderr.toString()}`, { cause: error });
  await writeFile(file, wasm);
}
