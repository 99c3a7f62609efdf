import { beforeEach, describe, expect, test } from 'vitest';
import type { CapturedEvent } from '../shared/protocol/device.ts';
import type { ItemId } from '../shared/protocol/ids.ts';
import { createShopper, type Shopper } from './shopper.ts';
import { StorageFailure } from './storage/failure.ts';
import { memoryStore } from './storage/memory.ts';
import { partsInRows } from './storage/parts.ts';
import { type DeviceStore, putState } from './storage/rows.ts';
import { captured } from './sync/event.case.ts';
import { waitingRows } from './sync/outbox.ts';

const viewed = (...items: string[]) =>
  items.map((item) => captured({ items: [{ item_id: item as ItemId }] }));
const itemsOf = (shopper: ReturnType<typeof createShopper>) =>
  shopper.state().profile.interactions.map(({ item }) => item);
const shopperOn = (store: () => DeviceStore, troubles: string[] = []) =>
  createShopper({ store, parts: () => partsInRows(store) }, (code) => troubles.push(code));
const waiting = (store: DeviceStore) => store.transact(waitingRows);

/** In memory, then in the store, as a device does it. @returns whether a slate may differ */
async function take(shopper: Shopper, events: readonly CapturedEvent[], mayQueue: boolean): Promise<boolean> {
  const differs = shopper.note(events);
  await shopper.track(events, mayQueue);
  return differs;
}

describe('a shopper on a device', () => {
  let store: DeviceStore;
  beforeEach(() => {
    store = memoryStore();
  });

  test('is known at once, and with what others wrote meanwhile once it lies in the store', async () => {
    const [one, other] = [shopperOn(() => store), shopperOn(() => store)];
    const [first, second] = [viewed('bowls-01'), viewed('bowls-02')];
    one.note(first);
    one.note(second);
    expect(itemsOf(one)).toEqual(['bowls-01', 'bowls-02']);
    expect((await store.transact((rows) => rows.keys('state'))).length).toBe(0);
    await take(other, viewed('lamps-01'), false);
    await one.track(first, false);
    expect([...itemsOf(one)].sort()).toEqual(['bowls-01', 'bowls-02', 'lamps-01']);
    await one.track(second, false);
    await other.reload();
    expect(itemsOf(one)).toEqual(itemsOf(other));
  });

  test('is what the events say, each applied and queued once', async () => {
    const shopper = shopperOn(() => store);
    const events = viewed('bowls-01', 'bowls-02');
    expect(await take(shopper, events, true)).toBe(true);
    expect(await take(shopper, events, true)).toBe(false);
    expect(itemsOf(shopper)).toEqual(['bowls-01', 'bowls-02']);
    expect(await waiting(store)).toHaveLength(2);
  });

  test('a tail that the next page delivers again changes nothing, though its events were sent', async () => {
    const events = viewed('bowls-01');
    await take(
      shopperOn(() => store),
      events,
      true,
    );
    await store.transact((rows) => rows.clear('outbox'));
    const next = shopperOn(() => store);
    await next.reload();
    await take(next, events, true);
    expect(itemsOf(next)).toEqual(['bowls-01']);
    expect(await waiting(store)).toEqual([]);
  });

  test('two tabs write into one profile', async () => {
    const tabs = [shopperOn(() => store), shopperOn(() => store)] as const;
    await take(tabs[0], viewed('bowls-01'), false);
    await take(tabs[1], viewed('lamps-01'), false);
    await tabs[0].reload();
    expect(itemsOf(tabs[0])).toEqual(['bowls-01', 'lamps-01']);
  });

  test('queues nothing that was captured without consent, and never a search term', async () => {
    const shopper = shopperOn(() => store);
    const refused = captured({ consent: { storage: true, measurement: false } });
    const search = captured({ name: 'search', items: [], search_term: 'a present for my doctor' });
    await take(shopper, [refused, search], true);
    const rows = await waiting(store);
    expect(rows.map(({ event }) => event.name)).toEqual(['search']);
    expect(JSON.stringify(rows)).not.toContain('doctor');
  });

  test('queues nothing where the store says that consent went, whatever this tab believes', async () => {
    const shopper = shopperOn(() => store);
    await store.transact((rows) => putState(rows, 'consent', { storage: true, measurement: false }));
    await take(shopper, viewed('bowls-01'), true);
    expect(await waiting(store)).toEqual([]);
  });

  test('what the shop showed says nothing of the shopper', async () => {
    const shopper = shopperOn(() => store);
    expect(await take(shopper, [captured({ name: 'rec_exposure' })], true)).toBe(false);
    expect(await take(shopper, [captured({ name: 'rec_impression' })], true)).toBe(false);
    expect(await take(shopper, [captured({ name: 'rec_feedback', feedback: 'not-interested' })], true)).toBe(
      true,
    );
  });

  test('consent joins this page to what the device kept from before', async () => {
    const disk = memoryStore();
    const before = shopperOn(() => disk);
    await before.setAttributes({ size: 'M', tier: 'gold' });
    await take(before, viewed('bowls-01'), false);
    const page = shopperOn(() => store);
    await page.setAttributes({ size: 'L' });
    await take(page, viewed('lamps-01'), false);
    await page.join(disk);
    expect(itemsOf(page)).toEqual(['bowls-01', 'lamps-01']);
    expect(page.state().profile.attributes).toEqual({ size: 'L', tier: 'gold' });
  });

  test('a profile that cannot be read is replaced, not believed', async () => {
    await store.transact((rows) => rows.put('state', 'shopper', { profile: 'torn' } as never));
    const shopper = shopperOn(() => store);
    await shopper.reload();
    await take(shopper, viewed('bowls-01'), false);
    expect(itemsOf(shopper)).toEqual(['bowls-01']);
  });

  test('a full disk sheds the bundle first, and keeps the events', async () => {
    const disk = memoryStore();
    await disk.transact((rows) => rows.put('parts', 'shard', new ArrayBuffer(9)));
    const full = fullUntil(disk, (parts) => parts === 0);
    const shopper = shopperOn(() => full);
    await take(shopper, viewed('bowls-01'), true);
    expect(await waiting(disk)).toHaveLength(1);
    expect(await disk.transact((rows) => rows.count('parts'))).toBe(0);
  });

  test('a disk that stays full costs what is kept, not what is recommended', async () => {
    const troubles: string[] = [];
    const shopper = shopperOn(() => fullUntil(store, () => false), troubles);
    await take(shopper, viewed('bowls-01'), false);
    await take(shopper, viewed('bowls-02'), false);
    expect(itemsOf(shopper)).toEqual(['bowls-01', 'bowls-02']);
    expect(troubles).toContain('storage-full');
  });

  test('is nobody after forgetting', async () => {
    const shopper = shopperOn(() => store);
    await take(shopper, viewed('bowls-01'), false);
    await shopper.forget();
    const next = shopperOn(() => store);
    await next.reload();
    expect([itemsOf(shopper), itemsOf(next)]).toEqual([[], []]);
  });
});

/** A store that takes no shopper while there is no room. */
function fullUntil(disk: DeviceStore, room: (parts: number) => boolean): DeviceStore {
  return {
    ...disk,
    transact: (body) =>
      disk.transact(async (rows) => {
        const parts = await rows.count('parts');
        return body({
          ...rows,
          put: (table, key, row) =>
            table === 'state' && !room(parts)
              ? Promise.reject(new StorageFailure('storage-full', 'no room'))
              : rows.put(table, key, row),
        });
      }),
  };
}
