import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../../../scripts/ready.mjs';
import { bundlePage } from '../browser/bundle.ts';
import { ENTRANTS } from './families.ts';

/** Bytes that a page loads before it can ask, index not counted. */
export interface WireBytes {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

export const KERNEL = 'tacit kernel, three builds';
export const RUNTIME = 'onnxruntime-web';
const RUNTIME_FILES = [
  'onnxruntime-web/dist/ort.wasm.min.mjs',
  'onnxruntime-web/dist/ort-wasm-simd-threaded.mjs',
  'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
];

/** @param whole onnxruntime-web too, whose fourteen megabytes take a while to compress */
export async function wireBytes(whole: boolean): Promise<Record<string, WireBytes>> {
  const folder = await mkdtemp(join(tmpdir(), 'tacit-bench-wire-'));
  try {
    await bundlePage('bench/device/pages/kernel.ts', folder);
    const peers = ENTRANTS.filter(({ files }) => files.length > 0).map(
      ({ family, files }) => [family, files] as const,
    );
    const named = whole ? [...peers, [RUNTIME, RUNTIME_FILES] as const] : peers;
    return {
      [KERNEL]: weigh([join(folder, 'kernel.js')]),
      ...Object.fromEntries(
        named.map(([name, files]) => [name, weigh(files.map((file) => join(root, 'node_modules', file)))]),
      ),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function weigh(files: readonly string[]): WireBytes {
  const contents = files.map((file) => readFileSync(file));
  const sum = (size: (bytes: Buffer) => number) => contents.reduce((all, bytes) => all + size(bytes), 0);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return {
    raw: sum(({ length }) => length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes, { params }).length),
  };
}
