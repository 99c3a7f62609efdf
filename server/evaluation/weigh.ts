import { brotliCompressSync, constants } from 'node:zlib';
import type { BundlePart } from '../training/contract.ts';

/** Bytes of what a device downloads. */
export function weigh(parts: readonly BundlePart[]) {
  const sizes = parts.map(({ role, level, market, bytes }) => ({
    part: [level, role, market].filter((word) => word !== undefined).join('.'),
    raw: bytes.length,
    brotli: brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }).length,
  }));
  const sum = (of: 'raw' | 'brotli'): number => sizes.reduce((total, size) => total + size[of], 0);
  return {
    raw: sum('raw'),
    brotli: sum('brotli'),
    parts: Object.fromEntries(sizes.map(({ part, raw, brotli }) => [part, { raw, brotli }])),
  };
}
