import * as v from 'valibot';
import { describe, expect, inject, it } from 'vitest';
import { EVENT_NAMES } from '../../shared/protocol/event.ts';
import { EventBatch } from '../../shared/protocol/sync.ts';
import { install } from './installation.ts';
import { comeTo, openFirstCards, type Visitor } from './visitor.ts';
import { type Crossing, openWire } from './wire.ts';

const SECRET_WORD = 'marmalade';

/** Every kind of request that a whole visit may make: what the contract says, and what the shop's own pages are. */
const ALLOWED: readonly (readonly [kind: string, method: string, path: RegExp])[] = [
  ['page', 'GET', /^\/(category\/[\w-]+|product\/[\w%.-]+|cart|search(\?q=\w+)?)?$/],
  ['pages of the shop built', 'GET', /^\/assets\/[\w.-]+\.(js|css)$/],
  ['service worker', 'GET', /^\/service-worker\.js$/],
  ['SDK', 'GET', /^\/tacit\/tacit(-worker|-service-worker|-[a-z0-9.-]+-[\w-]{8})?\.js$/],
  ["the shop's product data", 'GET', /^\/shop\/(items\/\d+|category\/[\w-]+\/\d+|search)\.json$/],
  ['manifest', 'GET', /^\/v1\/manifest\?site=demo$/],
  ['artefact', 'GET', /^\/v1\/artifacts\/[0-9a-f]{64}$/],
  ['events', 'POST', /^\/v1\/events\?site=demo&key=[\w-]+$/],
];

const kindOf = ({ method, path }: Crossing): string =>
  ALLOWED.find(([, allowed, pattern]) => allowed === method && pattern.test(path))?.[0] ??
  `not in the contract: ${method} ${path}`;

async function wholeVisit(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await visitor.visit('/');
  await visitor.accept();
  const [viewed = ''] = await openFirstCards(visitor, 'trending', 2);
  const department = await page.locator('.departments a').first().getAttribute('href');
  await visitor.visit(department ?? '');
  await visitor.visit(`/search?q=${SECRET_WORD}`);
  await visitor.visit(`/product/${encodeURIComponent(viewed)}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await visitor.visit('/cart');
  await page.getByRole('button', { name: 'Check out' }).click();
  await visitor.visit('/');
  await page.waitForTimeout(4000);
}

describe('the wire', () => {
  it('carries what the contract says and nothing else, in a visit from first page to purchase', async () => {
    const shop = await install({ from: inject('trainedHome'), serverMode: 'events', shopMode: 'events' });
    const wire = await openWire(shop.url);
    const visitor = await comeTo(wire.url);
    try {
      await wholeVisit(visitor);
    } finally {
      await visitor.close();
      await wire.close();
      await shop.close();
    }
    const kinds = new Set(wire.crossings.map(kindOf));
    expect([...kinds].toSorted()).toEqual(ALLOWED.map(([kind]) => kind).toSorted());

    for (const crossing of wire.crossings) {
      const { method, path, headers, body } = crossing;
      expect(headers['cookie'], path).toBeUndefined();
      expect(headers['authorization'], path).toBeUndefined();
      if (method === 'GET') expect(body, path).toBe('');
      if (path.startsWith('/v1/')) expect(headers['referer'], path).toBeUndefined();
      if (!path.startsWith('/search')) expect(`${path}${body}`).not.toContain(SECRET_WORD);
    }

    const batches = wire.crossings.filter((one) => kindOf(one) === 'events');
    // The schema is strict: a field too many is refused here as it would be by the server.
    const parsed = batches.map(({ body }) => v.parse(EventBatch, JSON.parse(body)));
    expect(new Set(parsed.map(({ pseudonym }) => pseudonym)).size).toBe(1);
    const events = parsed.flatMap((batch) => batch.events);
    const names = new Set(events.map(({ name }) => name));
    expect(EVENT_NAMES.filter((name) => names.has(name))).toEqual(
      [
        'select_item',
        'view_item',
        'add_to_cart',
        'begin_checkout',
        'purchase',
        'search',
        'page_view',
        'rec_exposure',
        'rec_impression',
      ].toSorted((a, b) => EVENT_NAMES.indexOf(a as never) - EVENT_NAMES.indexOf(b as never)),
    );
    expect(events.every(({ consent }) => consent.measurement)).toBe(true);
  });
});
