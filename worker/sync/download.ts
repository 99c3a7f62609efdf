import type { Sha256, SiteId } from '../../shared/protocol/ids.ts';
import type { Manifest, Part } from '../../shared/protocol/manifest.ts';
import { artifactUrl, manifestUrl } from '../../shared/protocol/routes.ts';
import type { Host } from '../host.ts';

const MANIFEST_DEADLINE = 10_000;
const PART_DEADLINE = 120_000;
/** Refused before a byte is asked for: no honest bundle comes near it. */
const MOST_PART_BYTES = 256 * 2 ** 20;

class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: 'manifest-unreachable' | 'part-unreachable' | 'part-size' | 'part-hash';
  constructor(code: DownloadError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The site's manifest as it came, not yet believed. */
export async function fetchEnvelope(host: Host, url: string, site: SiteId): Promise<string> {
  try {
    return await get(host, manifestUrl(url, site), {
      deadline: MANIFEST_DEADLINE,
      cache: 'no-cache',
      read: (response) => response.text(),
    });
  } catch (error) {
    throw new DownloadError('manifest-unreachable', `manifest of ${site}: ${messageOf(error)}`);
  }
}

/**
 * One artefact, verified before anyone parses it: bytes as many as the signed manifest says, and their SHA-256. The HTTP
 * cache may hold a torn copy, so a mismatch is asked for once more past the cache.
 * @throws DownloadError
 */
export async function fetchPart(host: Host, url: string, part: Part): Promise<ArrayBuffer> {
  if (part.bytes > MOST_PART_BYTES)
    throw new DownloadError('part-size', `${part.role}: ${part.bytes} bytes, at most ${MOST_PART_BYTES}`);
  const from = artifactUrl(url, part.sha256);
  const attempt = async (cache: RequestCache): Promise<ArrayBuffer> => {
    const bytes = await get(host, from, {
      deadline: PART_DEADLINE,
      cache,
      read: (response) => response.arrayBuffer(),
    }).catch((error: unknown) => {
      throw new DownloadError('part-unreachable', `${part.role} ${part.sha256}: ${messageOf(error)}`);
    });
    await verifyPart(host, part, bytes);
    return bytes;
  };
  try {
    return await attempt('default');
  } catch {
    return attempt('reload');
  }
}

/** @throws DownloadError `part-size` or `part-hash`, with what was found and what the manifest says */
export async function verifyPart(host: Host, part: Part, bytes: ArrayBuffer): Promise<void> {
  if (bytes.byteLength !== part.bytes)
    throw new DownloadError(
      'part-size',
      `${part.role}: expected ${part.bytes} bytes, found ${bytes.byteLength}`,
    );
  const found = hexOf(await host.sha256(bytes));
  if (found !== part.sha256)
    throw new DownloadError('part-hash', `${part.role}: expected ${part.sha256}, found ${found}`);
}

/** Parts that this device reads; roles of a later protocol are left alone. */
export function partsOf(manifest: Manifest, market: string): readonly Part[] {
  const roles: readonly string[] = ['shard', 'transitions', 'bought-together', 'weights', 'cards'];
  return manifest.parts.filter(
    (part) => roles.includes(part.role) && (part.market === undefined || part.market === market),
  );
}

export const bytesOf = (parts: readonly { readonly bytes: number }[]): number =>
  parts.reduce((sum, part) => sum + part.bytes, 0);

async function get<T>(
  host: Host,
  url: string,
  { deadline, cache, read }: { deadline: number; cache: RequestCache; read(response: Response): Promise<T> },
): Promise<T> {
  const limit = new AbortController();
  const cancel = host.later(deadline, () => limit.abort());
  try {
    const response = await host.fetch(url, {
      cache,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: limit.signal,
    });
    if (!response.ok) throw new Error(`answered ${response.status}, expected 200`);
    return await read(response);
  } finally {
    cancel();
  }
}

const hexOf = (digest: ArrayBuffer): Sha256 =>
  Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') as Sha256;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
