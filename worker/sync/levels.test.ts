import { describe, expect } from 'vitest';
import type { ItemId } from '../../shared/protocol/ids.ts';
import { levelsOf } from './levels.ts';
import type { Publisher } from './publisher.case.ts';
import { type TestDevice, test } from './releases.case.ts';

const HEAD = 30;
const pathsOf = ({ asked }: Publisher): number => asked.filter((path) => path !== '/v1/manifest').length;

describe('a release with a head', () => {
  const levelKept = async (device: TestDevice) => {
    const { pointer, parts } = await device.kept();
    return { level: pointer?.current.level, parts: parts.length };
  };

  test('answers from the head first, then from the whole, which alone is kept', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1, {}, HEAD);
    const releases = device.open();
    await releases.start();
    expect(device.announced[0]).toBe('edition-1-1 head');
    await releases.refresh();
    expect(device.announced).toEqual(['edition-1-1 head', 'edition-1-1 whole']);
    expect(releases.current()?.engine.shard.items).toBe(120);
    // Eleven files: five of the head, six of the whole; the weights of both are one, and are fetched once.
    expect(pathsOf(publisher)).toBe(11);
    expect(await levelKept(device)).toEqual({ level: undefined, parts: 6 });
    expect(device.troubles).toEqual([]);
    releases.close();
  });

  test('fetches the whole while the head is opened', async ({ publisher, device }) => {
    const manifest = await publisher.publish(1, {}, HEAD);
    const shard = manifest.parts.find(({ role, level }) => role === 'shard' && level === undefined);
    const { fetch } = device.host;
    let servedBefore: number | undefined;
    device.host.fetch = (url, init) => {
      if (url.endsWith(shard!.sha256)) servedBefore = device.announced.length;
      return fetch(url, init);
    };
    const releases = device.open();
    await releases.start();
    await releases.refresh();
    expect(servedBefore).toBe(0);
    expect(device.announced).toHaveLength(2);
    releases.close();
  });

  test('saving data, takes the head alone, keeps it, and takes the rest when bytes are cheap again', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1, {}, HEAD);
    device.host.setFrugal(true);
    const first = device.open();
    await first.start();
    await first.refresh();
    expect(device.announced).toEqual(['edition-1-1 head']);
    expect(first.current()?.engine.shard.items).toBe(HEAD);
    expect(await levelKept(device)).toEqual({ level: 'head', parts: 6 });
    first.close();

    const next = device.open();
    await next.start();
    expect(next.current()?.level).toBe('head');
    await next.refresh();
    expect(pathsOf(publisher)).toBe(6);
    device.host.setFrugal(false);
    await next.refresh();
    expect(next.current()?.level).toBe('whole');
    expect(await levelKept(device)).toEqual({ level: undefined, parts: 6 });
    next.close();
  });

  test('saving data, a device with a whole release stays with it until it has expired', async ({
    publisher,
    device,
  }) => {
    const first = await publisher.publish(1, {}, HEAD);
    const releases = device.open();
    await releases.start();
    await releases.refresh();
    await publisher.publish(2, { expiresAt: first.expiresAt * 2 }, HEAD);
    device.host.setFrugal(true);
    expect(await releases.refresh()).toBe(false);
    expect(releases.current()?.manifest.release).toBe('edition-1-1');
    device.host.setClock(first.expiresAt + 1);
    expect(await releases.refresh()).toBe(true);
    expect(device.announced.at(-1)).toBe('edition-2-2 head');
    releases.close();
  });

  test('a head that answers otherwise than published is refused, and with it its release', async ({
    publisher,
    device,
  }) => {
    const { head } = await publisher.publish(1, {}, HEAD);
    const golden = { ...head!.golden, expected: ['lamps-01' as ItemId] };
    await publisher.publish(1, { head: { ...head!, golden } }, HEAD);
    const releases = device.open();
    await releases.start();
    expect(releases.current()).toBeUndefined();
    expect(device.troubles).toEqual(['golden-slate']);
    releases.close();
  });

  test('stands before the whole, so that a device that takes the last of a role has the whole', async ({
    publisher,
  }) => {
    const manifest = await publisher.publish(1, {}, HEAD);
    const last = new Map(manifest.parts.map((part) => [part.role, part]));
    expect([...last.values()].filter(({ level }) => level !== undefined)).toEqual([]);
    const { head, whole } = levelsOf(manifest, undefined);
    expect(head?.parts.map(({ role, level }) => `${role} ${level ?? ''}`)).toContain('weights ');
    expect(whole.parts.every(({ level }) => level === undefined)).toBe(true);
  });
});
