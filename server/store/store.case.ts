import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, Sha256, SiteId } from '../../shared/protocol/ids.ts';
import { mintEventId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { WireEvent } from '../../shared/protocol/sync.ts';
import { trainedRelease } from '../publish/trained.case.ts';
import type { PublishedRelease, Store, StoredInteraction } from './contract.ts';

export const SITE = 'shop' as SiteId;
const OTHER = 'other' as SiteId;
const NOW = 1_790_000_000_000;
const DAY = 24 * 3600 * 1000;

let minted = 0;
const newId = (): EventId => {
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, ++minted);
  return mintEventId(NOW, random);
};

export function wireEvent(own: Partial<WireEvent> = {}): WireEvent {
  return {
    event_id: newId(),
    name: 'view_item',
    time: NOW,
    session_id: 'session-1' as WireEvent['session_id'],
    consent: { storage: true, measurement: true },
    items: [{ item_id: 'bowl' as Item['id'] }],
    age_ms: 0,
    ...own,
  };
}

const interaction = (own: Partial<StoredInteraction>): StoredInteraction => ({
  key: `k${++minted}`,
  subject: 'ann',
  visit: 'v1',
  item: 'bowl',
  kind: 'purchase',
  time: NOW,
  quantity: 1,
  price: null,
  origin: 'import',
  ...own,
});

const item = (id: string, title = id): Item => ({ id: id as Item['id'], title, availability: 'in_stock' });

const trained = trainedRelease({
  parts: [
    { role: 'shard', needed: true, bytes: new Uint8Array([1, 2, 3]) },
    { role: 'weights', needed: true, bytes: new Uint8Array([4, 5]) },
  ],
});
const HASHES = ['a'.repeat(64), 'b'.repeat(64)] as Sha256[];

/** What every store must do. @param open a new, empty store */
export function storeCases(name: string, open: () => Store): void {
  describe(`${name} as a store`, () => {
    let store: Store;
    beforeEach(() => {
      store = open();
      store.sites.ensure(SITE, [{ id: 'gb' as never, currency: 'GBP', language: 'en' }]);
      store.sites.ensure(OTHER, []);
    });
    afterEach(() => store.close());
    const purchases = () => [...store.interactions.all(SITE)];

    it('knows its sites and their markets, and refuses one it was never told of', () => {
      expect(store.sites.list()).toEqual(['other', 'shop']);
      expect(store.sites.markets(SITE)).toEqual([{ id: 'gb', currency: 'GBP', language: 'en' }]);
      expect(() => store.interactions.append('nobody' as SiteId, [interaction({})])).toThrow(
        expect.objectContaining({ code: 'unknown-site' }),
      );
      expect(store.ready()).toBe(true);
    });

    it('keeps a catalogue in byte order of ids, the last version of each', () => {
      const rows = [item('b'), item('ä'), item('a'), item('Z')];
      expect(store.catalogue.upsert(SITE, rows, NOW)).toEqual({ added: 4, known: 0 });
      expect(store.catalogue.upsert(SITE, [item('a', 'new title')], NOW)).toEqual({ added: 0, known: 1 });
      expect(store.catalogue.all(SITE).map((row) => row.id)).toEqual(['Z', 'a', 'b', 'ä']);
      expect(store.catalogue.all(SITE)[1]?.title).toBe('new title');
      expect(store.catalogue.count(SITE)).toBe(4);
      expect(store.catalogue.count(OTHER)).toBe(0);
    });

    it('keeps what a shop says of its shoppers by subject, the last word of each, and of no other site', () => {
      const of = (subject: string, home: string) => ({ subject, attributes: { home } });
      expect(store.shoppers.upsert(SITE, [of('b', 'flat'), of('a', 'flat')], NOW)).toEqual({
        ...{ added: 2, known: 0 },
      });
      expect(store.shoppers.upsert(SITE, [of('b', 'house')], NOW)).toEqual({ added: 0, known: 1 });
      expect(store.shoppers.all(SITE)).toEqual([of('a', 'flat'), of('b', 'house')]);
      expect(store.shoppers.all(OTHER)).toEqual([]);
      expect(() => store.shoppers.upsert('nobody' as SiteId, [of('a', 'flat')], NOW)).toThrow(
        expect.objectContaining({ code: 'unknown-site' }),
      );
    });

    it('takes an interaction once by key, and each site has keys of its own', () => {
      const row = interaction({ key: 'line-1' });
      expect(store.interactions.append(SITE, [row, row])).toEqual({ added: 1, known: 1 });
      expect(store.interactions.append(SITE, [row])).toEqual({ added: 0, known: 1 });
      expect(store.interactions.append(OTHER, [row])).toEqual({ added: 1, known: 0 });
      expect(purchases()).toEqual([row]);
    });

    it('reads interactions by subject, then time, then arrival; nobody known: by visit, after all', () => {
      store.interactions.append(SITE, [
        interaction({ subject: null, visit: 'y', item: '6' }),
        interaction({ subject: null, visit: 'x', item: '5' }),
        interaction({ subject: 'bob', item: '4' }),
        interaction({ subject: 'ann', time: NOW + 1, item: '3' }),
        interaction({ subject: 'ann', item: '1' }),
        interaction({ subject: 'ann', item: '2' }),
      ]);
      expect(purchases().map((row) => row.item)).toEqual(['1', '2', '3', '4', '5', '6']);
    });

    it('counts an event once, however often it comes, and the first payload wins', () => {
      const event = wireEvent();
      const { event_id } = event;
      expect(store.events.accept(SITE, 'p', [event], NOW)).toEqual({
        accepted: [event_id],
        duplicates: [],
        refused: [],
        differing: 0,
      });
      const late = store.events.accept(SITE, 'p', [{ ...event, age_ms: 9 }], NOW + 9);
      expect(late).toMatchObject({ accepted: [], duplicates: [event_id], differing: 0 });
      const other = store.events.accept(SITE, 'p', [{ ...event, name: 'add_to_cart' }], NOW);
      expect(other).toMatchObject({ accepted: [], duplicates: [event_id], differing: 1 });
      expect(store.events.count(SITE)).toBe(1);
      expect(purchases().map((row) => row.kind)).toEqual(['view']);
      expect(store.events.accept(OTHER, 'p', [event], NOW).accepted).toEqual([event_id]);
    });

    it("dates an event by the server's clock less its age, which is believed up to a week", () => {
      const ages = [0, 1000, 30 * DAY];
      const events = ages.map((age_ms) => wireEvent({ time: 5, age_ms }));
      store.events.accept(SITE, 'p', events, NOW);
      expect(purchases().map((row) => row.time)).toEqual([NOW - 7 * DAY, NOW - 1000, NOW]);
    });

    it('refuses what the shopper did not allow, and says so for good', () => {
      const event = wireEvent({ consent: { storage: true, measurement: false } });
      const answer = store.events.accept(SITE, 'p', [event], NOW);
      expect(answer.refused).toEqual([{ event_id: event.event_id, reason: 'no-consent' }]);
      expect(store.events.count(SITE) + store.interactions.count(SITE)).toBe(0);
    });

    it('lets events go after their time, with what followed from them, and leaves all else', () => {
      store.interactions.append(SITE, [interaction({ time: 1 })]);
      store.events.accept(SITE, 'p', [wireEvent()], NOW - 40 * DAY);
      store.events.accept(SITE, 'p', [wireEvent()], NOW);
      store.events.accept(OTHER, 'p', [wireEvent()], NOW - 40 * DAY);
      expect(store.events.expire(SITE, NOW - 30 * DAY)).toBe(1);
      expect(store.events.count(SITE)).toBe(1);
      expect(purchases().map((row) => row.origin)).toEqual(['import', 'event']);
      expect(store.events.count(OTHER)).toBe(1);
    });

    it('counts a purchase once when browser and shop both tell of it; the shop is believed', () => {
      const line = { item_id: 'bowl' as Item['id'], quantity: 2, price: 3 };
      const bought = wireEvent({ name: 'purchase', transaction_id: 'T1', items: [line, line] });
      const order = { order_id: 'T1', time: NOW + 5, subject: 'customer', lines: [{ ...line, price: 4 }] };
      store.events.accept(SITE, 'p', [bought], NOW);
      expect(purchases()).toMatchObject([{ subject: 'p', quantity: 4, price: 3, origin: 'event' }]);
      expect(store.orders.accept(SITE, [order], NOW)).toEqual({ added: 1, known: 0 });
      expect(purchases()).toMatchObject([{ subject: 'customer', quantity: 2, price: 4, origin: 'order' }]);
      expect(store.orders.accept(SITE, [{ ...order, time: 1 }], NOW)).toEqual({ added: 0, known: 1 });
      store.events.accept(SITE, 'p', [{ ...bought, event_id: newId() }], NOW);
      expect(purchases()).toMatchObject([{ subject: 'customer', time: NOW + 5 }]);
    });

    it('tells of each slate what was seen of it and what came of it, by events with consent and before a time', () => {
      const rec = { rec_id: 'r1', placement: 'for-you', release: 'run-1-aaaa' } as NonNullable<
        WireEvent['rec']
      >;
      const told = (name: WireEvent['name'], ids: string[], own: Partial<WireEvent> = {}, position = 0) =>
        wireEvent({
          name,
          items: ids.map((id) => ({ item_id: id as Item['id'] })),
          rec: { ...rec, position },
          ...own,
        });
      const events = [
        told('rec_exposure', ['bowl', 'cup', 'jug', 'pan'], { age_ms: 9000 }),
        told('rec_impression', ['cup'], { age_ms: 7000 }, 1),
        told('rec_impression', ['bowl'], { age_ms: 8000 }, 0),
        told('select_item', ['cup'], { age_ms: 6000 }, 1),
        told('purchase', ['cup', 'lid'], { age_ms: 5000 }, 1),
        told('select_item', ['jug'], { age_ms: 3000 }, 2),
        told('rec_impression', ['pan'], { consent: { storage: true, measurement: false } }, 3),
        wireEvent({ name: 'select_item', age_ms: 100 }),
      ];
      store.events.accept(SITE, 'p', events, NOW);
      store.events.accept(SITE, 'q', [told('rec_exposure', ['bowl'])], NOW);
      const slate = { subject: 'p', placement: 'for-you', time: NOW - 9000 };
      const bowl = { item: 'bowl', position: 0, chosen: null };
      const cup = { item: 'cup', position: 1, chosen: 'purchase' };
      const jug = { item: 'jug', position: 2, chosen: 'select' };
      expect([...store.slates.seen(SITE, NOW + 1)]).toEqual([{ ...slate, seen: [bowl, cup, jug] }]);
      expect([...store.slates.seen(SITE, NOW - 5000)]).toEqual([
        { ...slate, seen: [bowl, { ...cup, chosen: 'select' }] },
      ]);
      expect([...store.slates.seen(OTHER, NOW + 1)]).toEqual([]);
    });

    it('undoes a transaction that throws, and an inner one alone', () => {
      expect(() =>
        store.transaction(() => {
          store.interactions.append(SITE, [interaction({})]);
          throw new Error('outer');
        }),
      ).toThrow('outer');
      expect(store.interactions.count(SITE)).toBe(0);
      store.transaction(() => {
        store.interactions.append(SITE, [interaction({})]);
        const inner = () =>
          store.transaction(() => {
            store.interactions.append(SITE, [interaction({})]);
            throw new Error('inner');
          });
        expect(inner).toThrow('inner');
      });
      expect(store.interactions.count(SITE)).toBe(1);
    });

    it('records training runs and numbers them', () => {
      const { parts: _, ...rest } = trained;
      expect(store.runs.latest(SITE)).toBeUndefined();
      expect(store.runs.record(SITE, trained, HASHES)).toBe('run-1');
      expect(store.runs.record(SITE, trained, HASHES)).toBe('run-2');
      expect(store.runs.record(OTHER, trained, HASHES)).toBe('run-1');
      expect(store.runs.latest(SITE)).toMatchObject({ run: 'run-2', trained: rest, recordedAt: NOW });
      expect(store.runs.get(SITE, 'run-1')?.parts).toEqual([
        { role: 'shard', needed: true, bytes: 3, sha256: HASHES[0] },
        { role: 'weights', needed: true, bytes: 2, sha256: HASHES[1] },
      ]);
      expect(store.runs.list(SITE).map((run) => run.run)).toEqual(['run-2', 'run-1']);
      expect(() => store.runs.record(SITE, trained, [])).toThrow('expected an artefact for each of 2 parts');
    });

    it('lets versions only rise', () => {
      const run = store.runs.record(SITE, trained, HASHES);
      const release = (version: number): PublishedRelease => ({
        release: 'run-1-aaaa' as PublishedRelease['release'],
        version,
        run,
        envelope: `{"version":${version}}`,
        publishedAt: NOW,
        reason: 'publish',
      });
      store.releases.add(SITE, release(1));
      store.releases.add(SITE, release(3));
      for (const version of [3, 2])
        expect(() => store.releases.add(SITE, release(version))).toThrow(
          `expected a version above 3, found ${version}`,
        );
      expect(() => store.releases.add(SITE, { ...release(4), run: 'run-9' })).toThrow('"run-9"');
      expect(store.releases.current(SITE)).toEqual(release(3));
      expect(store.releases.list(SITE).map((one) => one.version)).toEqual([3, 1]);
      expect(store.releases.current(OTHER)).toBeUndefined();
    });

    it('matches a key only of its site and kind, and not after it was revoked', () => {
      store.keys.add(SITE, 'write', 'secret');
      store.keys.add(SITE, 'write', 'secret');
      expect(store.keys.matches(SITE, 'write', 'secret')).toBe(true);
      expect(store.keys.matches(SITE, 'write', 'Secret')).toBe(false);
      expect(store.keys.matches(SITE, 'write', '')).toBe(false);
      expect(store.keys.matches(SITE, 'admin', 'secret')).toBe(false);
      expect(store.keys.matches(OTHER, 'write', 'secret')).toBe(false);
      expect(store.keys.revoke(SITE, 'write', 'secret')).toBe(true);
      expect(store.keys.revoke(SITE, 'write', 'secret')).toBe(false);
      expect(store.keys.matches(SITE, 'write', 'secret')).toBe(false);
    });
  });
}
