import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { manifestOf } from '../../server/publish/publish.ts';
import { signManifest } from '../../server/publish/signing.ts';
import { SITE } from '../../server/serving.case.ts';
import type { Manifest } from '../../shared/protocol/manifest.ts';
import { testBundle } from '../../worker/bundle.case.ts';
import { type FaultyWire, openFaultyWire } from './faulty-wire.case.ts';
import { forYou, troublesOf } from './page.case.ts';
import { defaults, openTestShop, type TestShop } from './shop.case.ts';

/** Items a group: a shard of some 25 kB. */
const PER_GROUP = 99;

describe('a bundle on a bad wire', () => {
  let shop: TestShop;
  let wire: FaultyWire;
  let editions = 0;
  beforeAll(async () => {
    shop = await openTestShop();
    wire = await openFaultyWire(shop.server.url);
    await publish();
  });
  afterEach(() => wire.mend());
  afterAll(async () => {
    await wire?.close();
    await shop?.stop();
  });

  const publish = async () => {
    editions += 1;
    const { parts, golden, items, space, featureSchema } = testBundle(editions, PER_GROUP);
    return shop.server.release({ parts, golden, items, space, featureSchema });
  };
  const current = () => shop.server.home.store.releases.current(SITE)!;
  const shardPath = (): string => {
    const { parts } = manifestOf(current());
    return `/v1/artifacts/${parts.find(({ role }) => role === 'shard')?.sha256}`;
  };
  /** The page and what it asks for come over the same wire. */
  const visit = async (): Promise<Page> => {
    const page = await (await shop.shopper()).newPage();
    const options = { ...defaults(shop.server), url: wire.url };
    await page.addInitScript(`window.options = ${JSON.stringify(options)}`);
    await page.goto(wire.url);
    while (!(await page.evaluate('window.started === true'))) await page.waitForTimeout(20);
    return page;
  };
  /** A page that the release before already answers, and a newer release that it has not looked for yet. */
  const arranged = async (): Promise<{ page: Page; old: string; next: string }> => {
    const page = await visit();
    const { release: old } = await forYou(page);
    const { release: next } = await publish();
    wire.asked.length = 0;
    return { page, old: old ?? '', next };
  };
  const refresh = (page: Page): Promise<boolean> => page.evaluate(() => window.tacit.refresh());

  test.each([0.1, 0.5, 0.99])('cut at %f of the shard is taken up where it broke off', async (share) => {
    const { page, next } = await arranged();
    let cuts = 0;
    wire.spoil(({ path, body }) =>
      path === shardPath() && cuts++ === 0 ? { cutAt: Math.floor(body.length * share) } : undefined,
    );
    expect(await refresh(page)).toBe(true);
    expect((await forYou(page)).release).toBe(next);
    const resumed = wire.asked.filter(({ path, range }) => path === shardPath() && range !== undefined);
    expect(resumed.map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(await troublesOf(page)).toEqual([]);
  });

  test.each([0.1, 0.5, 0.99])('cut at %f again and again never serves; the old one does', async (share) => {
    const { page, old } = await arranged();
    wire.spoil(({ path, body }) =>
      path === shardPath() ? { cutAt: Math.floor(body.length * share) } : undefined,
    );
    expect(await refresh(page)).toBe(false);
    expect((await forYou(page)).release).toBe(old);
    expect(await troublesOf(page)).toEqual(['part-unreachable']);
  });

  test('truncated, and said to be whole, never serves; the old one does', async () => {
    const { page, old } = await arranged();
    wire.spoil(({ path, body }) =>
      path === shardPath() ? { status: 200, body: body.subarray(0, body.length >> 1) } : undefined,
    );
    expect(await refresh(page)).toBe(false);
    expect((await forYou(page)).release).toBe(old);
    expect(await troublesOf(page)).toEqual(['part-size']);
  });

  test.each<[string, (body: Buffer, whole: Buffer) => { headers?: object; body?: Buffer; status?: number }]>([
    [
      'another range than was asked for',
      (_, whole) => ({
        status: 206,
        headers: { 'content-range': `bytes 0-${whole.length - 1}/${whole.length}` },
        body: whole,
      }),
    ],
    ['other bytes under the right range', (body) => ({ body: Buffer.alloc(body.length, 7) })],
    [
      'another file, as its changed ETag says',
      (_, whole) => ({ status: 200, headers: { etag: '"another"' }, body: Buffer.alloc(whole.length, 7) }),
    ],
    ['the whole in place of a range', (_, whole) => ({ status: 200, body: whole })],
  ])('resumed with %s still becomes whole, or is asked for from the start', async (_, answer) => {
    const { page, next } = await arranged();
    let whole: Buffer | undefined;
    wire.spoil(({ path, range, body, headers }) => {
      if (path !== shardPath()) return undefined;
      if (range !== undefined) {
        const changed = answer(body, whole!);
        return { ...changed, headers: { ...headers, ...changed.headers } };
      }
      if (whole !== undefined) return undefined;
      whole = body;
      return { cutAt: body.length >> 1 };
    });
    expect(await refresh(page)).toBe(true);
    expect((await forYou(page)).release).toBe(next);
    expect(wire.asked.some(({ range }) => range !== undefined)).toBe(true);
    expect(await troublesOf(page)).toEqual([]);
  });

  const signed = (change: (manifest: Manifest) => object): Buffer => {
    const { keys } = shop.server.home;
    return Buffer.from(JSON.stringify(signManifest(change(manifestOf(current())), keys.current)));
  };
  const flipped = (text: string): string =>
    `${text.slice(0, 40)}${text[40] === 'A' ? 'B' : 'A'}${text.slice(41)}`;

  test.each<[string, (envelope: Buffer, before: Manifest) => Buffer]>([
    ['bad-envelope', () => Buffer.from('<!doctype html><title>Sign in to the airport</title>')],
    [
      'bad-signature',
      (envelope) => {
        const read = JSON.parse(envelope.toString());
        return Buffer.from(JSON.stringify({ ...read, manifest: flipped(read.manifest) }));
      },
    ],
    [
      'unknown-key',
      (envelope) => {
        const read = JSON.parse(envelope.toString());
        const signatures = read.signatures.map((one: object) => ({ ...one, key: btoa('k'.repeat(32)) }));
        return Buffer.from(JSON.stringify({ ...read, signatures }));
      },
    ],
    ['expired', () => signed((manifest) => ({ ...manifest, expiresAt: Date.now() - 1 }))],
    ['lower-version', () => signed((manifest) => ({ ...manifest, version: 1 }))],
    ['wrong-site', () => signed((manifest) => ({ ...manifest, site: 'another-shop' }))],
    // Each file is whole and signed for, but they are of two releases.
    [
      'golden-slate',
      (_, before) =>
        signed((manifest) => ({
          ...manifest,
          release: 'mixed',
          parts: manifest.parts.map((part) =>
            part.role === 'shard' ? before.parts.find(({ role }) => role === 'shard') : part,
          ),
        })),
    ],
  ])('refused as %s: the old one serves, and the page is told', async (code, envelopeOf) => {
    const before = manifestOf(current());
    const { page, old } = await arranged();
    wire.spoil(({ path, body }) =>
      path === '/v1/manifest' ? { body: envelopeOf(body, before), headers: {} } : undefined,
    );
    expect(await refresh(page)).toBe(false);
    expect((await forYou(page)).release).toBe(old);
    expect(await troublesOf(page)).toEqual([code]);
  });
});
