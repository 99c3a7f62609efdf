import { describe, expect, test } from 'vitest';
import { type Asked, strategyOf } from './offline.ts';

const ORIGIN = 'https://shop.example';
const HASH = 'a'.repeat(64);
const asked = (own: Partial<Asked>): Asked => ({
  method: 'GET',
  url: `${ORIGIN}/`,
  mode: 'navigate',
  destination: 'document',
  ...own,
});
const file = (url: string, destination = ''): Asked => asked({ url, destination, mode: 'no-cors' });

describe('offline', () => {
  test.each<[string, Asked]>([
    ['a page', asked({})],
    ['the SDK', file(`${ORIGIN}/tacit/tacit.js`, 'script')],
    ['the worker', file(`${ORIGIN}/tacit/tacit-worker.js`, 'worker')],
    ['a picture', file(`${ORIGIN}/pictures/bowl.svg`, 'image')],
    ['the manifest', file('https://tacit.example/v1/manifest?site=shop')],
  ])('%s comes from the network, and from the cache without one', (_, request) => {
    expect(strategyOf(request, ORIGIN)).toBe('network-first');
  });

  test('a file by its hash comes from the cache', () => {
    expect(strategyOf(file(`https://tacit.example/v1/artifacts/${HASH}`), ORIGIN)).toBe('cache-first');
  });

  test.each<[string, Asked]>([
    ['events', asked({ method: 'POST', url: 'https://tacit.example/v1/events?site=shop', mode: 'cors' })],
    ['events asked for by mistake', file('https://tacit.example/v1/events?site=shop')],
    ['candidates', file(`${ORIGIN}/v1/candidates`)],
    ['a form', asked({ method: 'POST' })],
    ['another origin’s script', file('https://ads.example/a.js', 'script')],
    ['the shop’s own data', file(`${ORIGIN}/api/cart`)],
    ['an extension’s page', file('chrome-extension://abc/x.js', 'script')],
  ])('%s is left alone', (_, request) => {
    expect(strategyOf(request, ORIGIN)).toBe('pass');
  });
});
