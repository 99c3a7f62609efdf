import { createHash } from 'node:crypto';
import { type Response, Router } from 'express';
import * as v from 'valibot';
import { Sha256 } from '../../shared/protocol/ids.ts';
import { siteOf } from '../ingest/access.ts';
import type { Meters } from '../monitoring/meters.ts';
import { Problem } from '../problem.ts';
import type { ArtifactStore, Encoding, Store } from '../store/contract.ts';

/** GET /v1/manifest?site=: the current release as it was signed. Small, and asked anew each time (304 when unchanged). */
export function manifestRouter({ store }: { store: Store }): Router {
  return Router().get('/', (request, response) => {
    const site = siteOf(request);
    // From the store at every request: another process publishes while this one serves.
    const release = store.releases.current(site);
    if (!release) throw new Problem(404, 'no-release', `site ${site} has no release`);
    response
      // Of the content: a home made anew begins at version 1 again, and a browser remembers the old one.
      .set({ 'Cache-Control': 'no-cache', ETag: `"${tagOf(release.envelope)}"` })
      .type('application/json')
      .send(release.envelope);
  });
}

const tagOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

const FOREVER = 'public, max-age=31536000, immutable';

/** GET /v1/artifacts/:sha256: immutable bytes, precompressed where the client takes it, in ranges where it asks. */
export function artifactsRouter({ artifacts, meters }: { artifacts: ArtifactStore; meters: Meters }): Router {
  return Router().get('/:sha256', async (request, response) => {
    const sha256 = v.safeParse(Sha256, request.params.sha256);
    if (!sha256.success) throw new Problem(400, 'bad-hash', 'expected 64 lower-case hex digits');
    // A range is of the plain bytes, so that a download goes on whatever encodings are agreed on by then.
    const accepted =
      request.headers.range === undefined ? encodingsOf(request.headers['accept-encoding']) : [];
    const { encoding, path } = await choose(artifacts, sha256.output, accepted);
    response.set({
      'Cache-Control': FOREVER,
      'Content-Type': 'application/octet-stream',
      ETag: encoding ? `"${sha256.output}-${encoding}"` : `"${sha256.output}"`,
      Vary: 'Accept-Encoding',
    });
    if (encoding) response.set('Content-Encoding', encoding);
    await send(response, path);
    const sent = Number(response.getHeader('Content-Length') ?? 0);
    if (request.method === 'GET' && response.statusCode !== 304)
      meters.artifactBytes.inc({ encoding: encoding ?? 'identity' }, sent);
  });
}

async function choose(
  artifacts: ArtifactStore,
  sha256: Sha256,
  accepted: readonly Encoding[],
): Promise<{ encoding?: Encoding; path: string }> {
  for (const encoding of accepted) {
    const packed = await artifacts.file(sha256, encoding);
    if (packed) return { encoding, path: packed.path };
  }
  const plain = await artifacts.file(sha256);
  if (!plain) throw new Problem(404, 'no-artifact', `no artefact ${sha256}`);
  return { path: plain.path };
}

/** Those of ours that the client takes, smallest first (RFC 9110, 12.5.3). */
export function encodingsOf(header: string | string[] | undefined): Encoding[] {
  const weights = new Map<string, number>();
  for (const one of String(header ?? '').split(',')) {
    const [name, ...parameters] = one.trim().toLowerCase().split(';');
    const q = parameters
      .map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1])
      .find((found) => found !== undefined);
    if (name) weights.set(name.trim(), q === undefined ? 1 : Number(q));
  }
  return (['br', 'gzip'] as const).filter((name) => (weights.get(name) ?? weights.get('*') ?? 0) > 0);
}

/** `send` knows ranges, conditions and HEAD; the headers that are ours are set before. */
function send(response: Response, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { cacheControl: false, lastModified: false, dotfiles: 'allow' as const };
    response.sendFile(path, options, (error?: Error & { code?: string }) => {
      // A client that goes away in the middle is no fault of ours.
      if (!error || error.code === 'ECONNABORTED' || error.code === 'ECONNRESET') resolve();
      else reject(error);
    });
  });
}
