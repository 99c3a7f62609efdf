import type { Sha256 } from '../../shared/protocol/ids.ts';
import type { Part } from '../../shared/protocol/manifest.ts';
import type { Host } from '../host.ts';

const MANIFEST_DEADLINE = 10_000;
const PART_DEADLINE = 120_000;
/** Refused before a byte is asked for: no honest bundle comes near it. */
const MOST_PART_BYTES = 256 * 2 ** 20;
/** How often a download that broke off is taken up where it ended. */
const MOST_RESUMES = 3;

export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code: 'manifest-unreachable' | 'part-unreachable' | 'part-size' | 'part-hash';
  constructor(code: DownloadError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The site's manifest as it came, not yet believed. */
export async function fetchEnvelope(host: Host, url: string): Promise<string> {
  try {
    return await get(host, url, {
      deadline: MANIFEST_DEADLINE,
      cache: 'no-cache',
      read: (response) => response.text(),
    });
  } catch (error) {
    throw new DownloadError('manifest-unreachable', `${url}: ${messageOf(error)}`);
  }
}

/**
 * One artefact, verified before anyone parses it: bytes as many as the signed manifest says, and their SHA-256. A line that
 * breaks is taken up where it ended; bytes that do not verify, from a torn cache or a server that mixed its answers, are
 * asked for once more from the start, past every cache.
 * @throws DownloadError
 */
export async function fetchPart(host: Host, url: string, part: Part): Promise<ArrayBuffer> {
  if (part.bytes > MOST_PART_BYTES)
    throw new DownloadError('part-size', `${part.role}: ${part.bytes} bytes, at most ${MOST_PART_BYTES}`);
  try {
    return await download(host, url, { part, cache: 'default', resumes: MOST_RESUMES });
  } catch {
    return download(host, url, { part, cache: 'reload', resumes: 0 });
  }
}

interface Download {
  readonly part: Part;
  readonly cache: RequestCache;
  readonly resumes: number;
}

async function download(host: Host, url: string, { part, cache, resumes }: Download): Promise<ArrayBuffer> {
  // Of the length that was signed for: filled as it comes, so that there is never a second copy.
  const into = { bytes: new Uint8Array(part.bytes), filled: 0 };
  for (let tries = 0; ; tries++) {
    try {
      await get(host, url, {
        deadline: PART_DEADLINE,
        cache: tries === 0 ? cache : 'no-store',
        ...(into.filled === 0 ? {} : { headers: { range: `bytes=${into.filled}-` } }),
        read: (response) => fill(into, response, part),
      });
      break;
    } catch (error) {
      if (error instanceof DownloadError) throw error;
      if (into.filled > 0 && tries < resumes) continue;
      throw new DownloadError('part-unreachable', `${part.role} ${part.sha256}: ${messageOf(error)}`);
    }
  }
  demandSize(part, into.filled);
  await verifyPart(host, part, into.bytes.buffer);
  return into.bytes.buffer;
}

interface Filling {
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

/** @throws DownloadError `part-size` where more comes than was signed for; whatever breaks the line */
async function fill(into: Filling, response: Response, part: Part): Promise<void> {
  if (into.filled > 0 && !continues(response, into.filled)) into.filled = 0;
  if (response.body === null) throw new Error('the answer has no body');
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (into.filled + value.length > part.bytes) {
      void reader.cancel().catch(() => undefined);
      throw new DownloadError('part-size', `${part.role}: expected ${part.bytes} bytes, found more`);
    }
    into.bytes.set(value, into.filled);
    into.filled += value.length;
  }
}

/** A server may answer a range with the whole, or with another range than was asked for. */
function continues(response: Response, at: number): boolean {
  if (response.status !== 206) return false;
  // Another origin may not let us read it: then the hash decides.
  const range = response.headers.get('content-range');
  if (range === null) return true;
  const start = /^bytes (\d+)-/.exec(range)?.[1];
  if (Number(start) !== at) throw new Error(`answered ${range}, expected bytes from ${at}`);
  return true;
}

/** @throws DownloadError `part-size` or `part-hash`, with what was found and what the manifest says */
export async function verifyPart(host: Host, part: Part, bytes: ArrayBuffer): Promise<void> {
  demandSize(part, bytes.byteLength);
  const found = hexOf(await host.sha256(bytes));
  if (found !== part.sha256)
    throw new DownloadError('part-hash', `${part.role}: expected ${part.sha256}, found ${found}`);
}

/** @throws DownloadError `part-size` */
function demandSize({ role, bytes }: Part, found: number): void {
  if (found !== bytes)
    throw new DownloadError('part-size', `${role}: expected ${bytes} bytes, found ${found}`);
}

interface Get<T> {
  readonly deadline: number;
  readonly cache: RequestCache;
  readonly headers?: Record<string, string>;
  read(response: Response): Promise<T>;
}

async function get<T>(host: Host, url: string, { deadline, cache, headers, read }: Get<T>): Promise<T> {
  const limit = new AbortController();
  const cancel = host.later(deadline, () => limit.abort());
  try {
    const response = await host.fetch(url, {
      cache,
      ...(headers === undefined ? {} : { headers }),
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
