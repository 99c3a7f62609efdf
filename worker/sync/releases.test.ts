import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKernel } from '../../shared/kernel/load.ts';
import { type TestHost, testHost } from '../host.case.ts';
import { StorageFailure } from '../storage/guarded.ts';
import { memoryStore } from '../storage/memory.ts';
import { partsInRows } from '../storage/parts.ts';
import { type DeviceStore, stateRow } from '../storage/rows.ts';
import { verifyEd25519 } from './ed25519.ts';
import { openPublisher, type Publisher, SITE } from './publisher.case.ts';
import { createReleases, type Releases } from './releases.ts';

/** Beyond what is waited for until what serves is tried again. */
const SOON = 5_000;

describe('releases', () => {
  let publisher: Publisher;
  let host: TestHost;
  /** a disk: what a device keeps from one page to the next */
  let disk: DeviceStore;
  let troubles: string[];
  let announced: string[];

  beforeEach(async () => {
    publisher = await openPublisher();
    host = testHost();
    disk = { ...memoryStore(), kind: 'indexeddb' };
    troubles = [];
    announced = [];
  });
  afterEach(() => publisher.close());

  const open = (store: DeviceStore = disk): Releases =>
    createReleases({
      site: SITE,
      url: publisher.url,
      keys: [publisher.key],
      market: undefined,
      verify: verifyEd25519,
      host,
      openKernel: loadKernel,
      store: () => store,
      parts: () => partsInRows(() => store),
      trouble: (code) => troubles.push(code),
      onRelease: (release) => announced.push(release),
    });
  const started = async (): Promise<Releases> => {
    const releases = open();
    await releases.start();
    // It serves before it is kept: the look that brought it is joined, not another begun.
    if (releases.current() !== undefined) await releases.refresh();
    return releases;
  };
  /** a page that stays open until it has looked for something newer */
  const visited = async (): Promise<void> => {
    const releases = await started();
    await releases.refresh();
    releases.close();
  };
  const kept = async () => ({
    pointer: await disk.transact((rows) => stateRow(rows, 'releases')),
    parts: await disk.transact((rows) => rows.keys('parts')),
  });

  test('the first look brings a release, whole', async () => {
    await publisher.publish(1);
    const releases = await started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    expect(releases.current()?.engine.shard.items).toBe(120);
    expect(releases.current()?.cards?.card('lamps-01')?.title).toBe('lamps-01 of edition 1');
    expect(troubles).toEqual([]);
    releases.close();
  });

  test('a new one is swapped in while the page is open; what did not change is not fetched again', async () => {
    await publisher.publish(1);
    const releases = await started();
    expect(await releases.refresh()).toBe(false);
    await publisher.publish(2);
    publisher.asked.length = 0;
    expect(await releases.refresh()).toBe(true);
    expect(announced).toEqual(['edition-1-1', 'edition-2-2']);
    expect(releases.current()?.cards?.card('lamps-01')?.title).toBe('lamps-01 of edition 2');
    // The manifest, and of five parts those two that differ between the editions: shard and cards.
    expect(publisher.asked).toHaveLength(3);
    releases.close();
  });

  test('a rollback is a higher version that points at older files', async () => {
    await publisher.publish(1);
    await publisher.publish(2);
    const releases = await started();
    await publisher.publish(1);
    expect(await releases.refresh()).toBe(true);
    expect(releases.current()?.manifest).toMatchObject({ version: 3, release: 'edition-1-3' });
    releases.close();
  });

  test.each<[string, string, (publisher: Publisher) => unknown]>([
    ['a page in place of the manifest', 'bad-envelope', (p) => p.serveEnvelope(() => '<!doctype html>')],
    [
      'a manifest changed after it was signed',
      'bad-signature',
      (p) => p.serveEnvelope((one) => ({ ...one, manifest: flipped(one.manifest) })),
    ],
    [
      'a key that is not pinned',
      'unknown-key',
      (p) =>
        p.serveEnvelope((one) => ({
          ...one,
          signatures: one.signatures.map((s) => ({ ...s, key: btoa('k'.repeat(32)) })),
        })),
    ],
    ['a manifest that has expired', 'expired', (p) => p.publish(2, { expiresAt: 1 })],
    ['a lower version', 'lower-version', (p) => p.publish(2, { version: 4 })],
    ['another site’s release', 'wrong-site', (p) => p.publish(2, { site: 'other' as typeof SITE })],
    [
      'a flipped bit',
      'part-hash',
      (p) => p.breakPart('shard', (bytes) => bytes.map((byte, i) => (i === 900 ? byte ^ 4 : byte))),
    ],
    ['a shard cut at a tenth', 'part-size', (p) => p.breakPart('shard', (b) => b.slice(0, b.length / 10))],
    ['a shard cut at the last byte', 'part-size', (p) => p.breakPart('shard', (b) => b.slice(0, -1))],
    ['a line cut in the middle of a part', 'part-unreachable', (p) => p.breakPart('cards', () => null)],
    ['an answer that its release does not give', 'golden-slate', (p) => wrongGolden(p)],
    ['parts of which one is missing', 'missing-part', (p) => withoutWeights(p)],
  ])('%s is refused (%s), and the release before serves', async (_, code, spoil) => {
    await publisher.publish(1, { version: 5 });
    const releases = await started();
    const before = await kept();
    await publisher.publish(2, { version: 6 });
    await spoil(publisher);
    expect(await releases.refresh()).toBe(false);
    expect(troubles).toEqual([code]);
    expect(releases.current()?.manifest.release).toBe('edition-1-5');
    expect(await kept()).toEqual(before);
    expect(announced).toEqual(['edition-1-5']);
    releases.close();
  });

  test('a release that cannot serve is not opened again at every look; the next one is', async () => {
    await publisher.publish(1);
    const releases = await started();
    await wrongGolden(publisher);
    await releases.refresh();
    publisher.asked.length = 0;
    await releases.refresh();
    expect(publisher.asked).toEqual(['/v1/manifest']);
    expect(troubles).toEqual(['golden-slate']);
    await publisher.publish(2);
    expect(await releases.refresh()).toBe(true);
    releases.close();
  });

  test('a look that was under way when the page closed changes nothing', async () => {
    await publisher.publish(1);
    const releases = await started();
    await publisher.publish(2);
    const looking = releases.refresh();
    releases.close();
    expect(await looking).toBe(false);
    expect(releases.current()).toBeUndefined();
    expect(announced).toEqual(['edition-1-1']);
    expect(troubles).toEqual([]);
  });

  test('the next page serves what was kept, without a network', async () => {
    await publisher.publish(1);
    await visited();
    await publisher.close();
    const releases = await started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    releases.close();
    publisher = await openPublisher();
  });

  test('what was kept serves even after its manifest has expired, until there is something newer', async () => {
    await publisher.publish(1);
    await visited();
    host.setClock(Date.UTC(2027, 2, 17));
    const releases = await started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    releases.close();
  });

  test('a part that rotted on the disk is not believed: the release before it serves', async () => {
    await publisher.publish(1);
    await visited();
    const second = await publisher.publish(2);
    await visited();
    const shard = second.parts.find(({ role }) => role === 'shard')!;
    await disk.transact((rows) => rows.put('parts', shard.sha256, new ArrayBuffer(shard.bytes)));
    await publisher.close();
    const releases = await started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    expect(troubles[0]).toBe('part-hash');
    releases.close();
    publisher = await openPublisher();
  });

  test('a part whose body rotted unseen is found out after the first slate, asked for again and kept anew', async () => {
    const { parts } = await publisher.publish(1);
    await visited();
    const shard = parts.find(({ role }) => role === 'shard')!;
    await rot(shard.sha256);
    const releases = await started();
    const rotten = releases.current()!;
    expect(rotten.manifest.release).toBe('edition-1-1');
    host.advance(SOON);
    await expect.poll(() => releases.current() !== undefined && releases.current() !== rotten).toBe(true);
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    expect(troubles).toEqual(['part-hash']);
    await expect.poll(() => isSound(shard.sha256)).toBe(true);
    releases.close();
  });

  test('and where it cannot be had again, the release before serves, else none', async () => {
    await publisher.publish(1);
    await visited();
    const second = await publisher.publish(2);
    await visited();
    await publisher.close();
    await rot(second.parts.find(({ role }) => role === 'shard')!.sha256);
    const releases = await started();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    host.advance(SOON);
    await expect.poll(() => releases.current()?.manifest.release, { timeout: 10_000 }).toBe('edition-1-1');
    expect(troubles).toContain('part-hash');
    releases.close();
    publisher = await openPublisher();
  });

  test('found out while a newer release that shares it arrives: the newer one serves, and is kept whole', async () => {
    const first = await publisher.publish(1);
    await visited();
    const shared = first.parts.find(({ role }) => role === 'transitions')!;
    await rot(shared.sha256);
    const releases = await started();
    // The proof's hashes, one a part, are reckoned slowly; the newer release's are not.
    const { sha256 } = host;
    let held = first.parts.length;
    let go = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      go = resolve;
    });
    host.sha256 = async (bytes) => {
      if (held-- > 0) await told;
      return sha256(bytes);
    };
    host.advance(SOON);
    await expect.poll(() => held).toBe(0);
    const second = await publisher.publish(2);
    expect(second.parts.map((part) => part.sha256)).toContain(shared.sha256);
    await releases.refresh();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    expect(await isSound(shared.sha256)).toBe(false);
    go();
    await expect.poll(() => troubles).toEqual(['part-hash']);
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    releases.close();

    await publisher.close();
    for (const { sha256: part } of second.parts) expect(await isSound(part)).toBe(true);
    const next = await started();
    expect(next.current()?.manifest.release).toBe('edition-2-2');
    next.close();
    publisher = await openPublisher();
  });

  /** Another byte in the last section: a head would not tell. */
  const rot = (sha256: string): Promise<void> =>
    disk.transact(async (rows) => {
      const bytes = (await rows.get('parts', sha256))!.slice(0);
      new Uint8Array(bytes)[bytes.byteLength - 1]! ^= 1;
      await rows.put('parts', sha256, bytes);
    });
  const isSound = async (sha256: string): Promise<boolean> => {
    const bytes = await disk.transact((rows) => rows.get('parts', sha256));
    return bytes !== undefined && Buffer.from(await host.sha256(bytes)).toString('hex') === sha256;
  };

  test('two releases are kept, older ones go', async () => {
    for (const edition of [1, 2, 3]) {
      await publisher.publish(edition);
      await visited();
    }
    const { pointer, parts } = await kept();
    const named = new Set([...(pointer?.current.parts ?? []), ...(pointer?.previous?.parts ?? [])]);
    expect(new Set(parts)).toEqual(named);
    expect(pointer?.ratchet).toBe(3);
  });

  test('the version ratchet outlives the page', async () => {
    await publisher.publish(1, { version: 9 });
    await visited();
    await publisher.publish(2, { version: 8 });
    const releases = await started();
    expect(troubles).toEqual(['lower-version']);
    expect(releases.current()?.manifest.version).toBe(9);
    releases.close();
  });

  test('the ratchet holds even where the release that set it can no longer be opened', async () => {
    await publisher.publish(1, { version: 9 });
    await visited();
    await disk.transact((rows) => rows.clear('parts'));
    await publisher.publish(1, { version: 8 });
    publisher.breakPart('shard', () => null);
    const releases = await started();
    expect(releases.current()).toBeUndefined();
    expect(troubles).toEqual(['part-unreachable', 'lower-version']);
    releases.close();
  });

  test('a full disk keeps no bundle, but the release serves and the ratchet stays', async () => {
    await publisher.publish(1);
    await visited();
    const full: DeviceStore = {
      ...disk,
      transact: (body) =>
        disk.transact((rows) =>
          body({
            ...rows,
            put: (table, key, row) =>
              table === 'parts'
                ? Promise.reject(new StorageFailure('storage-full', 'no room'))
                : rows.put(table, key, row),
          }),
        ),
    };
    await publisher.publish(2);
    const releases = open(full);
    await releases.start();
    await releases.refresh();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    expect(troubles).toEqual(['storage-full']);
    expect((await kept()).parts).toEqual([]);
    expect((await kept()).pointer?.ratchet).toBe(1);
    releases.close();
  });

  test('without consent nothing is kept, until it comes', async () => {
    await publisher.publish(1);
    let store: DeviceStore = memoryStore();
    const releases = createReleases({
      ...{ site: SITE, url: publisher.url, keys: [publisher.key], market: undefined, host },
      verify: verifyEd25519,
      openKernel: loadKernel,
      store: () => store,
      parts: () => partsInRows(() => store),
      trouble: (code) => troubles.push(code),
      onRelease: () => undefined,
    });
    await releases.start();
    expect(await store.transact((rows) => rows.count('parts'))).toBe(0);
    store = disk;
    await releases.keep();
    expect((await kept()).parts).toHaveLength(6);
    releases.close();
  });
});

/** One character in the middle is another one: still base64, still as long. */
const flipped = (text: string): string => {
  const middle = text.length >> 1;
  return text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1);
};

/** Another edition's parts under this one's expectations. */
async function wrongGolden(publisher: Publisher): Promise<void> {
  const { golden } = await publisher.publish(1);
  const expected = [...golden.expected].reverse();
  await publisher.publish(2, { golden: { ...golden, expected } });
}

async function withoutWeights(publisher: Publisher): Promise<void> {
  const { parts } = await publisher.publish(2);
  await publisher.publish(2, { parts: parts.filter(({ role }) => role !== 'weights') });
}
