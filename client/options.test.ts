import { describe, expect, test } from 'vitest';
import type { MarketId } from '../shared/protocol/ids.ts';
import type { RecommendOptions, TacitOptions } from './contract.ts';
import { checkOptions, consentOf, requestOf, serverBase } from './options.ts';

const KEY = btoa('k'.repeat(32));
const OPTIONS: TacitOptions = { site: 'shop', url: 'https://tacit.example/', keys: [KEY] };

describe('options', () => {
  test('default to the most private mode and no consent', () => {
    const checked = checkOptions(OPTIONS);
    expect(checked).toMatchObject({
      ok: true,
      value: { url: 'https://tacit.example', privacy: {}, consent: {}, serverCandidates: false },
    });
  });

  test.each<[string, Partial<Record<keyof TacitOptions, unknown>>, RegExp]>([
    ['no site', { site: undefined }, /^site/],
    ['a site that is no id', { site: 'My Shop' }, /^site: expected a-z/],
    ['a URL that is none', { url: 'ftp://x' }, /^url: expected an http/],
    ['no pinned key', { keys: [] }, /^keys: expected at least one/],
    ['a key that is no key', { keys: ['abc'] }, /^keys\.0: expected base64 of 32 bytes/],
    ['consent that is no boolean', { consent: { storage: 'yes' } }, /^consent\.storage/],
    ['consent that is a word', { consent: 'yes' }, /^consent: expected an object/],
  ])('with %s are refused by name', (_, own, why) => {
    const checked = checkOptions({ ...OPTIONS, ...own } as TacitOptions);
    expect(checked).toMatchObject({ ok: false, why: expect.stringMatching(why) });
  });

  test('that are nothing at all are refused too', () => {
    expect(checkOptions(undefined as unknown as TacitOptions).ok).toBe(false);
  });
});

describe("the server's address", () => {
  const page = 'https://shop.example/product/7?from=home';
  test.each([
    ['/', 'https://shop.example'],
    ['', 'https://shop.example'],
    ['/tacit/', 'https://shop.example/tacit'],
    ['https://tacit.example/', 'https://tacit.example'],
  ])('%s is the same from every page', (url, expected) => {
    const checked = checkOptions({ site: 'shop', url, keys: [btoa('k'.repeat(32))] });
    if (!checked.ok) throw new Error(checked.why);
    expect(serverBase(checked.value.url, page)).toBe(expected);
  });
});

describe('consent', () => {
  test('that is not given is refused, and what is said once stays said', () => {
    expect(consentOf({})).toEqual({ ok: true, value: { storage: false, measurement: false } });
    const before = { storage: true, measurement: false };
    expect(consentOf({ measurement: true }, before)).toEqual({
      ok: true,
      value: { storage: true, measurement: true },
    });
    for (const said of [{ storage: 1 }, 'yes', null, undefined])
      expect(consentOf(said as never, before).ok).toBe(false);
  });
});

describe('a request', () => {
  test('takes Algolia’s alias and the page’s market and device, and carries nothing else', () => {
    const said = { placement: 'similar', items: ['bowl'], maxRecommendations: 4, transformItems: () => [] };
    expect(requestOf(said as RecommendOptions, 'gb' as MarketId, 'phone')).toEqual({
      placement: 'similar',
      items: ['bowl'],
      limit: 4,
      market: 'gb',
      device: 'phone',
    });
  });
});
