import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SiteId } from '../../shared/protocol/ids.ts';
import {
  codeOf,
  eventBatch,
  newEventId,
  SITE,
  type TestServer,
  testServer,
  wireEvent,
} from '../serving.case.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.stop());
const stored = () => server.home.store.events.count(SITE) + server.home.store.interactions.count(SITE);
const json = { 'content-type': 'application/json' };
const code = async (body: unknown, init?: Parameters<TestServer['send']>[1]) =>
  codeOf(await server.send(body, init));

describe('hostile bodies', () => {
  it('are refused by size, encoding and type before they are read', async () => {
    const huge = `[${'0,'.repeat(5_000_000)}0]`;
    expect(await code(huge, { headers: json })).toBe('413 too-large');
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
    for (const encoding of ['gzip', 'br', 'deflate', 'x'])
      expect(
        await code(bomb.toString('latin1'), { headers: { ...json, 'content-encoding': encoding } }),
      ).toBe('415 encoded-body');
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/html'])
      expect(await code('a=1', { headers: { 'content-type': type } })).toBe('415 bad-type');
    expect(await code('{}', { headers: { 'content-type': 'application/json; charset=utf-16' } })).toMatch(
      /^4/,
    );
  });

  it('are refused when they are no JSON, or JSON of a depth or with keys that nobody means', async () => {
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    for (const bad of [
      '',
      ' ',
      '{',
      'NaN',
      '{"a":NaN}',
      '{"a":Infinity}',
      '"text"',
      '5',
      'null',
      '[1',
      '\u0000',
      deep,
    ])
      expect(await code(bad), bad.slice(0, 20)).toMatch(/^400 (bad-json|bad-body|no-body)$/);
    const event = JSON.stringify(wireEvent());
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const doctored = event.replace('{', `{"${key}":{"polluted":true},`);
      const batch = JSON.stringify(eventBatch(['EVENT'])).replace('"EVENT"', doctored);
      expect(await code(batch)).toBe('400 bad-json');
      expect(await code(batch.replace('{', `{"${key}":{"polluted":true},`))).toBe('400 bad-json');
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('are refused by schema, with the place, what was found and what was expected', async () => {
    const response = await server.send(
      eventBatch([wireEvent({ items: [{ item_id: 'a' as never, quantity: -1 }] })]),
    );
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      status: 400,
      code: 'bad-body',
      detail: expect.stringContaining('events.0: items.0.quantity'),
      found: '-1',
      expected: '>=0',
    });
    const batches = [
      eventBatch([]),
      eventBatch(Array.from({ length: 51 }, () => wireEvent())),
      { ...eventBatch([wireEvent()]), extra: 1 },
      eventBatch([wireEvent()], { pseudonym: 'ann@example.com' as never }),
      eventBatch([wireEvent()], { sent_at: -1 }),
      eventBatch([null]),
      eventBatch([[]]),
    ];
    for (const batch of batches) expect(await code(batch)).toBe('400 bad-body');
    expect(await code(eventBatch([wireEvent()], { protocol: 2 }))).toBe('400 other-protocol');
  });

  it('are refused where a number or an id is none', async () => {
    const item = (own: object) => wireEvent({ items: [{ item_id: 'a', ...own } as never] });
    const events = [
      wireEvent({ event_id: "'; DROP TABLE event; --" as never }),
      wireEvent({ event_id: newEventId().toUpperCase() as never }),
      wireEvent({ age_ms: -1 }),
      wireEvent({ time: 1e300 }),
      wireEvent({ session_id: 'a\u0000b' as never }),
      wireEvent({ session_id: 'x'.repeat(65) as never }),
      wireEvent({ name: 'drop_table' as never }),
      wireEvent({ value: 'NaN' as never }),
      wireEvent({ items: Array.from({ length: 201 }, () => ({ item_id: 'a' as never })) }),
      item({ item_id: '\u0000' }),
      item({ quantity: 1e300 }),
      item({ quantity: 1.5 }),
      item({ price: -1 }),
      { ...wireEvent(), search_term: 'private' },
      { ...wireEvent(), referrer: 'https://example.com' },
    ];
    for (const event of events) expect(await code(eventBatch([event]))).toBe('400 bad-body');
    const infinite = JSON.stringify(eventBatch([item({ price: 5 })])).replace('"price":5', '"price":1e999');
    expect(await code(infinite)).toBe('400 bad-body');
    expect(stored()).toBe(0);
  });

  it('whose ids look like SQL are ids', async () => {
    const id = `a'); DELETE FROM event; -- \u{1f600}`;
    const response = await server.send(eventBatch([wireEvent({ items: [{ item_id: id as never }] })]));
    expect(response.status).toBe(200);
    expect([...server.home.store.interactions.all(SITE)].map((row) => row.item)).toEqual([id]);
  });
});

describe('strangers', () => {
  it('without the right key leave no trace', async () => {
    const before = stored();
    const batch = eventBatch([wireEvent()]);
    expect(await code(batch, { key: '' })).toBe('401 no-key');
    expect(await code(batch, { key: 'guess' })).toBe('403 bad-key');
    expect(await code(batch, { key: server.admin })).toBe('403 bad-key');
    expect(await code(batch, { key: 'x'.repeat(5000) })).toBe('403 bad-key');
    const other = server.home.keys.access('other' as SiteId);
    expect(await code(batch, { key: other.write })).toBe('403 bad-key');
    for (const query of [
      '',
      '?site=shop',
      '?site=a&site=b',
      '?site[]=shop',
      '?site=../x',
      '?site=nobody&key=k',
    ])
      expect(
        (await fetch(`${server.url}/v1/events${query}`, { method: 'POST', body: '{}' })).status,
      ).toBeOneOf([400, 401, 403]);
    server.home.store.keys.add(SITE, 'write', 'short-lived');
    server.home.store.keys.revoke(SITE, 'write', 'short-lived');
    expect(await code(batch, { key: 'short-lived' })).toBe('403 bad-key');
    expect(stored()).toBe(before);
  });

  it('from pages of another origin are stopped, also where a browser asks no leave', async () => {
    const before = stored();
    for (const origin of [
      'https://evil.example',
      'null',
      'http://shop.example',
      'https://shop.example.evil.example',
    ])
      expect(await code(eventBatch([wireEvent()]), { headers: { origin } })).toBe('403 bad-origin');
    expect(stored()).toBe(before);
    const allowed = await server.send(eventBatch([wireEvent()]), {
      headers: { origin: 'https://shop.example' },
    });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    const own = await server.send(eventBatch([wireEvent()]), { headers: { origin: server.url } });
    expect([allowed.status, own.status]).toEqual([200, 200]);
  });

  it('asking leave get it only for their own shop', async () => {
    const ask = (origin: string) =>
      fetch(`${server.url}/v1/events`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
    const good = await ask('https://shop.example');
    expect(good.status).toBe(204);
    expect(good.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('who send too often are slowed down', async () => {
    const strict = await testServer({ limits: { ingest: 3 } });
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push((await strict.send(eventBatch([wireEvent()]))).status);
    expect(codes).toEqual([200, 200, 200, 429, 429]);
    const refused = await strict.send(eventBatch([wireEvent()]));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(refused)).toBe('429 too-many');
    expect(strict.home.store.events.count(SITE)).toBe(3);
    await strict.stop();
  });
});
