import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Bytes of files that are served one by one. @param {readonly Uint8Array[]} files */
export function weigh(files) {
  const sum = (size) => files.reduce((total, file) => total + size(file), 0);
  return {
    raw: sum((file) => file.length),
    gzip: sum((file) => gzipSync(file, { level: 9 }).length),
    brotli: sum((file) => brotliCompressSync(file).length),
  };
}
