import { createHash } from 'node:crypto';
import type { Champion } from '../contract.ts';
import type { OutsideVectors } from '../given.ts';
import { codeDigest } from './code.ts';

/** What a run's bytes depend on beside the shop's data. */
export interface Deciding {
  /** options as they were given, and the shop's markets */
  readonly plain: Readonly<Record<string, unknown>>;
  readonly vectors: OutsideVectors | undefined;
  readonly champion: Champion | undefined;
}

/** Hex digest of it, and of the code that trains. */
export function optionsDigest({ plain, vectors, champion }: Deciding): string {
  const hash = createHash('sha256')
    .update(codeDigest(import.meta.url))
    .update(JSON.stringify(plain));
  if (champion) hash.update(JSON.stringify([champion.run, champion.until, champion.twin?.cut]));
  if (vectors) {
    hash.update(JSON.stringify([vectors.reduction, vectors.vectors.dims]));
    for (const [id, { buffer, byteOffset, byteLength }] of vectors.vectors.byId)
      hash.update(id).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
