import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Sha256 } from '../../shared/protocol/ids.ts';
import type { ArtifactStore, Encoding } from './contract.ts';

export type ArtifactErrorCode = 'missing' | 'damaged';

export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  readonly code: ArtifactErrorCode;
  constructor(code: ArtifactErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const EXTENSION: Record<Encoding, string> = { br: '.br', gzip: '.gz' };
/** A compressed twin that saves less than this share is not kept. */
const LEAST_SAVED = 0.02;

/** Immutable files `<folder>/<first two digits>/<sha256>`, with `.br` and `.gz` twins beside those that shrink. */
export function openArtifacts(folder: string): ArtifactStore {
  const root = resolve(folder);
  const pathOf = (sha256: Sha256, encoding?: Encoding) =>
    join(root, sha256.slice(0, 2), sha256 + (encoding ? EXTENSION[encoding] : ''));

  const read = async (sha256: Sha256): Promise<Uint8Array> => {
    const bytes = await readFile(pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new ArtifactError('missing', `no artefact ${sha256}`);
      throw error;
    });
    const found = hash(bytes);
    if (found !== sha256)
      throw new ArtifactError('damaged', `artefact damaged: expected SHA-256 ${sha256}, found ${found}`);
    return bytes;
  };

  const file = async (sha256: Sha256, encoding?: Encoding) => {
    const path = pathOf(sha256, encoding);
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() ? { path, bytes: found.size } : undefined;
  };

  return {
    read,
    file,
    has: async (sha256) => (await file(sha256)) !== undefined,
    async put(bytes) {
      const sha256 = hash(bytes);
      // What lies there may have rotted since: then it is written anew.
      const whole = await read(sha256).catch(() => undefined);
      if (!whole) await writeWhole(pathOf(sha256), bytes);
      return sha256;
    },
    async precompress(sha256) {
      const bytes = await read(sha256);
      for (const [encoding, compress] of ENCODERS) {
        if (await file(sha256, encoding)) continue;
        const packed = await compress(bytes);
        if (packed.length <= bytes.length * (1 - LEAST_SAVED))
          await writeWhole(pathOf(sha256, encoding), packed);
      }
    },
  };
}

const ENCODERS: readonly (readonly [Encoding, (bytes: Uint8Array) => Promise<Buffer>])[] = [
  [
    'br',
    (bytes) =>
      promisify(brotliCompress)(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 11,
          [constants.BROTLI_PARAM_LGWIN]: 22,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
  ],
  ['gzip', (bytes) => promisify(gzip)(bytes, { level: 9 })],
];

const hash = (bytes: Uint8Array): Sha256 => createHash('sha256').update(bytes).digest('hex') as Sha256;

/** Another process sees the whole file or none, a power cut included: written aside, synced, renamed, and the folder synced. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(aside, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
