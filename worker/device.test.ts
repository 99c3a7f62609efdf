import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKernel } from '../shared/kernel/load.ts';
import type { DeviceApi, DeviceNotice, DeviceOptions } from '../shared/protocol/device.ts';
import type { ItemId } from '../shared/protocol/ids.ts';
import { createDevice } from './device.ts';
import { type TestHost, testHost } from './host.case.ts';
import { StorageFailure } from './storage/failure.ts';
import { guardedStore, STORAGE_DEADLINE } from './storage/guarded.ts';
import { memoryStore } from './storage/memory.ts';
import type { DeviceStore } from './storage/rows.ts';
import { verifyEd25519 } from './sync/ed25519.ts';
import { captured } from './sync/event.case.ts';
import { type Ingest, openIngest } from './sync/ingest.case.ts';
import { openPublisher, type Publisher, SITE } from './sync/publisher.case.ts';

const YES = { storage: true, measurement: true };
const NO = { storage: false, measurement: false };
const views = (...items: string[]) => items.map((item) => captured({ items: [{ item_id: item as ItemId }] }));

describe('a device', () => {
  let publisher: Publisher;
  let ingest: Ingest;
  let host: TestHost;
  let disk: DeviceStore;
  let notices: DeviceNotice[];
  let open: DeviceApi[];

  beforeEach(async () => {
    publisher = await openPublisher();
    ingest = await openIngest();
    await publisher.publish(1);
    host = testHost();
    disk = { ...memoryStore(), kind: 'indexeddb' };
    notices = [];
    open = [];
  });
  afterEach(async () => {
    for (const device of open) await device.close();
    await publisher.close();
    await ingest.close();
  });

  const start = async (own: Partial<DeviceOptions> = {}): Promise<DeviceApi> => {
    const device = createDevice({
      // Downloads come from the publisher; events go to the ingest server.
      host: { ...host, fetch: (url, init) => fetch(routed(url), init) },
      verify: verifyEd25519,
      loadKernel: async () => loadKernel,
      loadDisk: async () => ({
        openStore: (_, onLost) => guardedStore(async () => disk, { deadline: STORAGE_DEADLINE, onLost }),
      }),
      eraseStore: () => disk.wipe(),
    });
    open.push(device);
    await device.listen((notice) => notices.push(notice));
    await device.start({
      site: SITE,
      url: publisher.url,
      keys: [publisher.key],
      mode: 'off',
      writeKey: 'key',
      consent: NO,
      erase: false,
      utcOffsetMinutes: 0,
      refused: false,
      refreshEvery: 60_000,
      serverCandidates: false,
      ...own,
    });
    return device;
  };
  const routed = (url: string): string =>
    url.includes('/v1/events') ? url.replace(publisher.url, ingest.url) : url;
  const forYou = (device: DeviceApi) => device.recommend({ placement: 'for-you', limit: 5 });
  const rows = () => disk.transact(async (all) => (await all.count('state')) + (await all.count('parts')));

  test('recommends by what it has seen, with cards and a time for each stage', async () => {
    const device = await start();
    const before = await forYou(device);
    expect(before.slate).toMatchObject({ status: 'popular', cause: 'no-history', release: 'edition-1-1' });
    await device.track(views('lamps-01', 'lamps-02'));
    const { slate, cards, timings } = await forYou(device);
    expect(slate.status).toBe('personal');
    expect(slate.entries[0]?.item).toMatch(/^lamps-/);
    expect(cards[0]?.title).toBe(`${slate.entries[0]?.item} of edition 1`);
    expect(Object.keys(timings)).toContain('retrieval');
  });

  test('explains a slate by the evidence it was made from, and no other', async () => {
    const device = await start();
    await device.track(views('lamps-01', 'lamps-02'));
    const { slate } = await forYou(device);
    const [first] = slate.entries;
    await device.track(views('rugs-01', 'rugs-02', 'rugs-03'));
    const explained = await device.explain(slate.recId, first!.item);
    expect(explained).toMatchObject({ item: first!.item, reason: first!.reason });
    expect(Object.keys(explained?.evidence ?? {})).toContain('transitions');
    expect(await device.explain(slate.recId, 'no-such-item')).toBeNull();
    await device.forget();
    expect(await device.explain(slate.recId, first!.item)).toBeNull();
  });

  test('what only memory took in a disk’s place stays with the page; what is refused does not', async () => {
    const device = await start({ consent: YES });
    await forYou(device);
    const [good] = views('lamps-01');
    const kept = await device.track([good!]);
    expect(kept).toEqual([good!.event.event_id]);
    disk.transact = () => Promise.reject(new StorageFailure('storage-timeout', 'no answer'));
    const [later] = views('lamps-02');
    const refused = captured({ name: 'no such event' as never });
    expect(await device.track([later!, refused])).toEqual([refused.event.event_id]);
    expect((await forYou(device)).slate.status).toBe('personal');
  });

  test('without consent memory is the place to be, and the page is told', async () => {
    const device = await start({ consent: NO });
    const [one] = views('lamps-01');
    expect(await device.track([one!])).toEqual([one!.event.event_id]);
  });

  test('a slate knows of an event that the disk is still at, and the page is told when it is kept', async () => {
    const device = await start({ consent: YES });
    await forYou(device);
    const { transact } = disk;
    let free: () => void = () => undefined;
    const busy = new Promise<void>((resolve) => {
      free = resolve;
    });
    disk.transact = async (body) => {
      await busy;
      return transact(body);
    };
    let kept = false;
    const taken = device.track(views('lamps-01', 'lamps-02')).then(() => {
      kept = true;
    });
    expect((await forYou(device)).slate.status).toBe('personal');
    expect(kept).toBe(false);
    free();
    await taken;
    const { profile } = await device.exportProfile();
    expect(profile.interactions).toHaveLength(2);
  });

  test('says why it has nothing, and what it waits for', async () => {
    await publisher.close();
    publisher = await openPublisher();
    const device = await start({ url: 'http://127.0.0.1:1' });
    await expect
      .poll(
        async () => {
          const asked = forYou(device);
          host.advance(2_000);
          return (await asked).slate;
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ status: 'empty', cause: 'no-release', entries: [] });
    expect((await device.status()).troubles.map(({ code }) => code)).toContain('manifest-unreachable');
  });

  test('keeps nothing before consent, joins it afterwards, and nothing once it is withdrawn', async () => {
    const device = await start();
    await device.track(views('lamps-01'));
    await forYou(device);
    expect(await rows()).toBe(0);
    await device.setConsent({ storage: true, measurement: false });
    const status = await device.status();
    expect(status).toMatchObject({ storage: 'indexeddb', stored: { interactions: 1, outbox: 0 } });
    expect(await rows()).toBeGreaterThan(5);
    await device.setConsent(NO);
    expect(await rows()).toBe(0);
    expect((await device.exportProfile()).profile.interactions).toEqual([]);
    expect((await forYou(device)).slate.status).toBe('popular');
  });

  test('with consent the next page knows what this one saw, in mode off too', async () => {
    const first = await start({ consent: YES });
    await first.track(views('lamps-01', 'lamps-02'));
    await first.close();
    const second = await start({ consent: YES });
    expect((await forYou(second)).slate).toMatchObject({ status: 'personal', cause: 'ok' });
    expect(ingest.batches).toEqual([]);
  });

  test.each<[string, Partial<DeviceOptions>, string]>([
    ['off', { mode: 'off', consent: YES }, 'off'],
    ['aggregate', { mode: 'aggregate', consent: YES }, 'not-built'],
    [
      'events without consent',
      { mode: 'events', consent: { storage: true, measurement: false } },
      'no-consent',
    ],
    ['events under GPC', { mode: 'events', consent: YES, refused: true }, 'refused'],
  ])('sends nothing in mode %s', async (_, options, sending) => {
    const device = await start(options);
    await device.track(views('lamps-01'));
    await device.flush();
    host.advance(600_000);
    expect(await device.status()).toMatchObject({ sending, sent: { requests: 0 }, stored: { outbox: 0 } });
    expect(ingest.batches).toEqual([]);
  });

  test('sends each event once in mode events, and counts what it sent', async () => {
    const device = await start({ mode: 'events', consent: YES });
    await device.track(views('lamps-01', 'lamps-02'));
    await device.flush();
    expect([...ingest.stored.values()]).toEqual([1, 1]);
    const status = await device.status();
    expect(status).toMatchObject({ sending: 'on', sent: { requests: 1, events: 2 }, stored: { outbox: 0 } });
  });

  test('withdrawn consent takes the queue and the pseudonym with it', async () => {
    const device = await start({ mode: 'events', consent: YES });
    ingest.next((_, response) => response.writeHead(503).end());
    await device.track(views('lamps-01', 'lamps-02'));
    await device.flush();
    expect((await device.exportProfile()).waitingToBeSent).toHaveLength(2);
    await device.setConsent({ storage: true, measurement: false });
    host.advance(600_000);
    await device.flush();
    expect(ingest.batches).toHaveLength(1);
    expect((await device.exportProfile()).waitingToBeSent).toEqual([]);
    expect(await disk.transact((all) => all.get('state', 'pseudonym'))).toBeUndefined();
    expect((await device.status()).stored.interactions).toBe(2);
  });

  test('a consent that is not answered yet leaves what was kept; one that is refused does not', async () => {
    const first = await start({ consent: YES });
    await first.track(views('lamps-01'));
    await first.close();
    const second = await start({ consent: NO });
    expect((await second.exportProfile()).profile.interactions).toEqual([]);
    await second.setConsent(YES);
    expect((await second.exportProfile()).profile.interactions).toHaveLength(1);
    await second.close();
    await start({ consent: NO, erase: true });
    expect(await rows()).toBe(0);
  });

  test('a page whose browser refuses erases what an earlier consent left waiting', async () => {
    const first = await start({ mode: 'events', consent: YES });
    ingest.next((_, response) => response.writeHead(503).end());
    await first.track(views('lamps-01'));
    await first.flush();
    await first.close();
    await start({ mode: 'events', consent: YES, refused: true });
    expect(await disk.transact((all) => all.count('outbox'))).toBe(0);
  });

  test('tells its page of a new release, a change and a trouble', async () => {
    const device = await start();
    await forYou(device);
    await device.track(views('lamps-01'));
    await device.track([captured({ name: 'rec_exposure' })]);
    await publisher.publish(2);
    expect(await device.refresh()).toBe(true);
    publisher.serveEnvelope(() => '<!doctype html>');
    await device.refresh();
    const said = notices.map((one) => (one.kind === 'trouble' ? one.trouble.code : one.kind));
    expect(said).toEqual(['release', 'change', 'release', 'bad-envelope']);
    expect((await forYou(device)).slate.release).toBe('edition-2-2');
  });

  test('looks for a new release by itself', async () => {
    const device = await start();
    await forYou(device);
    await publisher.publish(2);
    host.advance(66_000);
    await expect.poll(async () => (await device.status()).version, { timeout: 10_000 }).toBe(2);
  });

  test('a call before the start, or a second start, is refused by name', async () => {
    const device = createDevice({
      host,
      verify: verifyEd25519,
      loadKernel: async () => loadKernel,
      loadDisk: async () => ({
        openStore: (_, onLost) => guardedStore(async () => disk, { deadline: STORAGE_DEADLINE, onLost }),
      }),
      eraseStore: () => disk.wipe(),
    });
    await expect(device.track([])).rejects.toMatchObject({ name: 'NotStarted', code: 'not-started' });
  });
});
