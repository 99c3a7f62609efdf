import { describe, expect } from 'vitest';
import type { Part } from '../../shared/protocol/manifest.ts';
import { StorageFailure } from '../storage/failure.ts';
import { memoryStore } from '../storage/memory.ts';
import type { DeviceStore } from '../storage/rows.ts';
import type { Publisher } from './publisher.case.ts';
import { type TestDevice, test } from './releases.case.ts';

/** Beyond what is waited for until what serves is tried again. */
const SOON = 5_000;

describe('a release that a device keeps', () => {
  /** Another byte in the last section: a head would not tell. */
  const rot = ({ disk }: TestDevice, sha256: string): Promise<void> =>
    disk.transact(async (rows) => {
      const bytes = (await rows.get('parts', sha256))!.slice(0);
      new Uint8Array(bytes)[bytes.byteLength - 1]! ^= 1;
      await rows.put('parts', sha256, bytes);
    });
  const isSound = async ({ disk, host }: TestDevice, sha256: string): Promise<boolean> => {
    const bytes = await disk.transact((rows) => rows.get('parts', sha256));
    return bytes !== undefined && Buffer.from(await host.sha256(bytes)).toString('hex') === sha256;
  };
  /** @returns the shard of the newer */
  const keepTwo = async (publisher: Publisher, device: TestDevice): Promise<Part> => {
    await publisher.publish(1);
    await device.visited();
    const { parts } = await publisher.publish(2);
    await device.visited();
    return parts.find(({ role }) => role === 'shard')!;
  };

  test('the next page serves what was kept, without a network', async ({ publisher, device }) => {
    await publisher.publish(1);
    await device.visited();
    await publisher.close();
    const releases = await device.started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    releases.close();
  });

  test('what was kept serves even after its manifest has expired, until there is something newer', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1);
    await device.visited();
    device.host.setClock(Date.UTC(2027, 2, 17));
    const releases = await device.started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    releases.close();
  });

  test('a part that rotted on the disk is not believed: the release before it serves', async ({
    publisher,
    device,
  }) => {
    const shard = await keepTwo(publisher, device);
    await device.disk.transact((rows) => rows.put('parts', shard.sha256, new ArrayBuffer(shard.bytes)));
    await publisher.close();
    const releases = await device.started();
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    expect(device.troubles[0]).toBe('part-hash');
    releases.close();
  });

  test('a part whose body rotted unseen is found out after the first slate, asked for again and kept anew', async ({
    publisher,
    device,
  }) => {
    const { parts } = await publisher.publish(1);
    await device.visited();
    const shard = parts.find(({ role }) => role === 'shard')!;
    await rot(device, shard.sha256);
    const releases = await device.started();
    const rotten = releases.current()!;
    expect(rotten.manifest.release).toBe('edition-1-1');
    device.host.advance(SOON);
    await expect.poll(() => releases.current() !== undefined && releases.current() !== rotten).toBe(true);
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    expect(device.troubles).toEqual(['part-hash']);
    await expect.poll(() => isSound(device, shard.sha256)).toBe(true);
    releases.close();
  });

  test('and where it cannot be had again, the release before serves, else none', async ({
    publisher,
    device,
  }) => {
    const shard = await keepTwo(publisher, device);
    await publisher.close();
    await rot(device, shard.sha256);
    const releases = await device.started();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    device.host.advance(SOON);
    await expect.poll(() => releases.current()?.manifest.release, { timeout: 10_000 }).toBe('edition-1-1');
    expect(device.troubles).toContain('part-hash');
    releases.close();
  });

  test('found out while a newer release that shares it arrives: the newer one serves, and is kept whole', async ({
    publisher,
    device,
  }) => {
    const first = await publisher.publish(1);
    await device.visited();
    const shared = first.parts.find(({ role }) => role === 'transitions')!;
    await rot(device, shared.sha256);
    const releases = await device.started();
    // The proof's hashes, one a part, are reckoned slowly; the newer release's are not.
    const { sha256 } = device.host;
    let held = first.parts.length;
    let go = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      go = resolve;
    });
    device.host.sha256 = async (bytes) => {
      if (held-- > 0) await told;
      return sha256(bytes);
    };
    device.host.advance(SOON);
    await expect.poll(() => held).toBe(0);
    const second = await publisher.publish(2);
    expect(second.parts.map((part) => part.sha256)).toContain(shared.sha256);
    await releases.refresh();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    expect(await isSound(device, shared.sha256)).toBe(false);
    go();
    await expect.poll(() => device.troubles).toEqual(['part-hash']);
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    releases.close();

    await publisher.close();
    for (const { sha256: part } of second.parts) expect(await isSound(device, part)).toBe(true);
    const next = await device.started();
    expect(next.current()?.manifest.release).toBe('edition-2-2');
    next.close();
  });

  test('two releases are kept, older ones go', async ({ publisher, device }) => {
    for (const edition of [1, 2, 3]) {
      await publisher.publish(edition);
      await device.visited();
    }
    const { pointer, parts } = await device.kept();
    const named = new Set([...(pointer?.current.parts ?? []), ...(pointer?.previous?.parts ?? [])]);
    expect(new Set(parts)).toEqual(named);
    expect(pointer?.ratchet).toBe(3);
  });

  test('the version ratchet outlives the page', async ({ publisher, device }) => {
    await publisher.publish(1, { version: 9 });
    await device.visited();
    await publisher.publish(2, { version: 8 });
    const releases = await device.started();
    expect(device.troubles).toEqual(['lower-version']);
    expect(releases.current()?.manifest.version).toBe(9);
    releases.close();
  });

  test('the ratchet holds even where the release that set it can no longer be opened', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1, { version: 9 });
    await device.visited();
    await device.disk.transact((rows) => rows.clear('parts'));
    await publisher.publish(1, { version: 8 });
    publisher.breakPart('shard', () => null);
    const releases = await device.started();
    expect(releases.current()).toBeUndefined();
    expect(device.troubles).toEqual(['part-unreachable', 'lower-version']);
    releases.close();
  });

  test('a full disk keeps no bundle, but the release serves and the ratchet stays', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1);
    await device.visited();
    const full: DeviceStore = {
      ...device.disk,
      transact: (body) =>
        device.disk.transact((rows) =>
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
    const releases = device.open(() => full);
    await releases.start();
    await releases.refresh();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    expect(device.troubles).toEqual(['storage-full']);
    expect((await device.kept()).parts).toEqual([]);
    expect((await device.kept()).pointer?.ratchet).toBe(1);
    releases.close();
  });

  test('without consent nothing is kept, until it comes', async ({ publisher, device }) => {
    await publisher.publish(1);
    let store: DeviceStore = memoryStore();
    const releases = device.open(() => store);
    await releases.start();
    expect(await store.transact((rows) => rows.count('parts'))).toBe(0);
    store = device.disk;
    await releases.keep();
    expect((await device.kept()).parts).toHaveLength(6);
    releases.close();
  });
});
