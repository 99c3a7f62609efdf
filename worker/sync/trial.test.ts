import { describe, expect } from 'vitest';
import type { ItemId } from '../../shared/protocol/ids.ts';
import { putState, stateRow } from '../storage/rows.ts';
import type { Publisher } from './publisher.case.ts';
import { type TestDevice, test } from './releases.case.ts';

/** After which what was kept is tried again. */
const SOON = 5_000;

describe('a release that failed', () => {
  const visit = async (device: TestDevice): Promise<string | undefined> => {
    const releases = device.open();
    await releases.start();
    await releases.refresh();
    const found = releases.current()?.manifest.release;
    releases.close();
    return found;
  };
  const spoiled = async (publisher: Publisher): Promise<void> => {
    const { golden } = await publisher.publish(2);
    await publisher.publish(2, { golden: { ...golden, expected: ['lamps-01' as ItemId] } });
  };

  test('is not tried again by the next page, which is told, and downloads nothing of it', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1);
    await visit(device);
    await spoiled(publisher);
    expect(await visit(device)).toBe('edition-1-1');
    publisher.asked.length = 0;
    expect(await visit(device)).toBe('edition-1-1');
    expect(device.troubles).toEqual(['golden-slate', 'release-quarantined']);
    expect(new Set(publisher.asked)).toEqual(new Set(['/v1/manifest']));
    await publisher.publish(1);
    expect(await visit(device)).toBe('edition-1-4');
  });

  test('by a line that was cut is tried again', async ({ publisher, device }) => {
    await publisher.publish(1);
    await visit(device);
    await publisher.publish(2);
    publisher.breakPart('cards', () => null);
    expect(await visit(device)).toBe('edition-1-1');
    publisher.mend();
    expect(await visit(device)).toBe('edition-2-2');
    expect(device.troubles).toEqual(['part-unreachable']);
  });

  test('by ending two workers that tried it is not tried by a third', async ({ publisher, device }) => {
    await publisher.publish(1);
    await visit(device);
    const { release } = await publisher.publish(2);
    await device.disk.transact((rows) => putState(rows, 'trial', { release, begun: 1 }));
    const hung = { release, begun: 2 };
    await device.disk.transact((rows) => putState(rows, 'trial', hung));
    expect(await visit(device)).toBe('edition-1-1');
    expect(device.troubles).toEqual(['release-quarantined']);
    const { trial, quarantine } = await device.disk.transact(async (rows) => ({
      trial: await stateRow(rows, 'trial'),
      quarantine: await stateRow(rows, 'quarantine'),
    }));
    expect(trial).toBeUndefined();
    expect(quarantine?.map(({ code }) => code)).toEqual(['release-hangs']);
  });

  test('leaves no note where it passed, and a page that was merely left counts once', async ({
    publisher,
    device,
  }) => {
    const { release } = await publisher.publish(1);
    await device.disk.transact((rows) => putState(rows, 'trial', { release, begun: 1 }));
    expect(await visit(device)).toBe('edition-1-1');
    expect(await device.disk.transact((rows) => stateRow(rows, 'trial'))).toBeUndefined();
  });

  test('when today’s code tries it again gives its place to the one before', async ({
    publisher,
    device,
  }) => {
    await publisher.publish(1);
    await visit(device);
    const { golden } = await publisher.publish(2);
    await visit(device);
    // The same bytes, kept and verified, under another expectation: as if the code had changed since.
    const other = await publisher.publish(2, {
      release: 'edition-2-2' as never,
      golden: { ...golden, expected: ['lamps-01' as ItemId] },
    });
    const envelope = await (await fetch(`${publisher.url}/v1/manifest`)).text();
    await device.disk.transact(async (rows) => {
      const before = (await stateRow(rows, 'releases'))!;
      await putState(rows, 'releases', {
        ...before,
        current: { ...before.current, envelope },
        ratchet: other.version,
      });
    });
    await publisher.close();
    const releases = device.open();
    await releases.start();
    expect(releases.current()?.manifest.release).toBe('edition-2-2');
    device.host.advance(SOON);
    await expect.poll(() => releases.current()?.manifest.release).toBe('edition-1-1');
    expect(device.troubles).toContain('golden-slate');
    releases.close();
  });
});
