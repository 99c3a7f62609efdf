import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openManifest } from '../../shared/protocol/signature.ts';
import { openHome } from '../home.ts';
import { codeOf, SITE, type TestServer, testServer } from '../serving.case.ts';
import { encodingsOf } from './delivery.ts';
import { manifestOf, rollback } from './publish.ts';
import { verify } from './signing.ts';

let server: TestServer;
let sha256: string;
let bytes: Buffer;
beforeAll(async () => {
  server = await testServer();
  const manifest = manifestOf(await server.release());
  sha256 = manifest.parts[0]!.sha256;
  bytes = Buffer.from(await server.home.artifacts.read(manifest.parts[0]!.sha256));
});
afterAll(() => server.stop());

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
/** Without the decoding that fetch does. */
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<Raw>((resolve, reject) => {
    const sent = httpRequest(`${server.url}${path}`, { headers, method }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });
const artifact = (headers?: Record<string, string>, method?: string) =>
  get(`/v1/artifacts/${sha256}`, headers, method);

describe('an artefact', () => {
  it('is its bytes, for ever', async () => {
    const { status, headers, body } = await artifact();
    expect(status).toBe(200);
    expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      etag: `"${sha256}"`,
      vary: expect.stringContaining('Accept-Encoding'),
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('comes compressed as the client takes it, under a tag of its own', async () => {
    const br = await artifact({ 'accept-encoding': 'gzip, deflate, br' });
    expect([br.headers['content-encoding'], br.headers.etag]).toEqual(['br', `"${sha256}-br"`]);
    expect(brotliDecompressSync(br.body)).toEqual(bytes);
    const gz = await artifact({ 'accept-encoding': 'gzip;q=0.5, br;q=0' });
    expect([gz.headers['content-encoding'], gz.headers.etag]).toEqual(['gzip', `"${sha256}-gzip"`]);
    expect(gunzipSync(gz.body)).toEqual(bytes);
    expect(br.body.length).toBeLessThan(bytes.length);
    expect((await artifact({ 'accept-encoding': 'identity' })).headers['content-encoding']).toBeUndefined();
  });

  it('is not sent again to whom has it', async () => {
    for (const [encoding, tag] of [
      ['identity', `"${sha256}"`],
      ['br', `"${sha256}-br"`],
    ] as const) {
      const again = await artifact({ 'accept-encoding': encoding, 'if-none-match': tag });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    }
    expect((await artifact({ 'if-none-match': '"other"' })).status).toBe(200);
    const head = await artifact({}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([
      200,
      String(bytes.length),
      0,
    ]);
  });

  it('goes on from where a download broke, whatever the encoding was', async () => {
    const half = Math.floor(bytes.length / 2);
    const first = await artifact({ range: `bytes=0-${half - 1}`, 'accept-encoding': 'br' });
    const rest = await artifact({
      range: `bytes=${half}-`,
      'if-range': `"${sha256}"`,
      'accept-encoding': 'br',
    });
    expect([first.status, rest.status]).toEqual([206, 206]);
    expect(rest.headers['content-range']).toBe(`bytes ${half}-${bytes.length - 1}/${bytes.length}`);
    expect(Buffer.concat([first.body, rest.body])).toEqual(bytes);
    const last = await artifact({ range: 'bytes=-5' });
    expect(last.body).toEqual(bytes.subarray(-5));
    const changed = await artifact({ range: `bytes=${half}-`, 'if-range': `"${'0'.repeat(64)}"` });
    expect([changed.status, changed.body.length]).toEqual([200, bytes.length]);
  });

  it('has no range beyond its end', async () => {
    const beyond = await artifact({ range: `bytes=${bytes.length}-` });
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${bytes.length}`);
    expect(JSON.parse(beyond.body.toString())).toMatchObject({ code: 'bad-range' });
    expect(beyond.headers['cache-control']).toBe('no-store');
  });

  it('that is not there, or is no hash, says so and is not kept by a cache', async () => {
    const code = async (path: string) => codeOf(await fetch(`${server.url}/v1/artifacts/${path}`));
    expect(await code('0'.repeat(64))).toBe('404 no-artifact');
    for (const bad of ['abc', 'A'.repeat(64), `${sha256}.br`, '..%2f..%2fkeys%2fpepper.key', '%00'])
      expect(await code(bad)).toBe('400 bad-hash');
    const missing = await fetch(`${server.url}/v1/artifacts/${'0'.repeat(64)}`);
    expect(missing.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${server.url}/v1/artifacts/${sha256}`, { method: 'POST' })).status).toBe(404);
  });
});

describe('the manifest', () => {
  const ask = (tag?: string) =>
    fetch(`${server.url}/v1/manifest?site=${SITE}`, { headers: tag ? { 'if-none-match': tag } : {} });
  const open = async (response: Response, lowest = 0) =>
    openManifest(await response.json(), {
      keys: server.home.keys.publicKeys,
      verify,
      site: SITE,
      now: Date.now(),
      lowest,
    });

  it('is small, signed, and cheap to ask for again', async () => {
    const response = await ask();
    const tag = response.headers.get('etag')!;
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect((await open(response)).parts[0]!.sha256).toBe(sha256);
    // As a browser revalidates; Node's own fetch asks every cache on the way to step aside.
    expect((await get(`/v1/manifest?site=${SITE}`, { 'if-none-match': tag })).status).toBe(304);
  });

  it('changes when another process publishes or goes back, and only ever rises', async () => {
    const before = await ask();
    const tag = before.headers.get('etag')!;
    const first = await open(before);
    await server.release({ seed: 2 });
    const after = await ask(tag);
    expect(after.status).toBe(200);
    const second = await open(after, first.version);
    expect(second.release).not.toBe(first.release);
    const beside = openHome(server.folder);
    await rollback({ ...beside, now: Date.now }, { site: SITE });
    beside.close();
    const third = await open(await ask(after.headers.get('etag')!), second.version);
    expect(third.version).toBeGreaterThan(second.version);
    expect([third.release, third.parts]).toEqual([first.release, first.parts]);
    expect(await server.metric('tacit_release_version')).toBe(third.version);
  });

  it('of a site without one, or of none, says so', async () => {
    const code = async (query: string) => codeOf(await fetch(`${server.url}/v1/manifest${query}`));
    expect(await code('?site=nobody')).toBe('404 no-release');
    expect(await code('')).toBe('400 bad-site');
    expect(await code('?site=a&site=b')).toBe('400 bad-site');
    expect(await code("?site=a'%20OR%201=1")).toBe('400 bad-site');
  });
});

describe('Accept-Encoding', () => {
  it('is read as RFC 9110 has it', () => {
    expect(encodingsOf(undefined)).toEqual([]);
    expect(encodingsOf('')).toEqual([]);
    expect(encodingsOf('br')).toEqual(['br']);
    expect(encodingsOf('*')).toEqual(['br', 'gzip']);
    expect(encodingsOf('*;q=0.1, br;q=0')).toEqual(['gzip']);
    expect(encodingsOf('GZIP ; q=1.0, deflate')).toEqual(['gzip']);
    expect(encodingsOf('identity, brotli')).toEqual([]);
  });
});
