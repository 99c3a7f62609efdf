import { test as plain } from 'vitest';
import { loadKernel } from '../../shared/kernel/load.ts';
import { type TestHost, testHost } from '../host.case.ts';
import { memoryStore } from '../storage/memory.ts';
import { partsInRows } from '../storage/parts.ts';
import { type DeviceStore, type ReleasePointer, stateRow } from '../storage/rows.ts';
import { verifyEd25519 } from './ed25519.ts';
import { openPublisher, type Publisher, SITE } from './publisher.case.ts';
import { createReleases, type Releases } from './releases.ts';

/** A device that takes releases, page after page: what it keeps stays, what it was told is written down. */
export interface TestDevice {
  readonly host: TestHost;
  readonly disk: DeviceStore;
  readonly troubles: string[];
  /** every swap: release and level */
  readonly announced: string[];
  /** a page's releases @param store where it keeps them, asked for anew whenever it is needed */
  open(store?: () => DeviceStore): Releases;
  /** a page that has begun, and has kept what it took */
  started(): Promise<Releases>;
  /** a page that stays open until it has looked for something newer */
  visited(): Promise<void>;
  kept(): Promise<{ pointer: ReleasePointer | undefined; parts: readonly string[] }>;
}

function testDevice({ url, key }: Publisher): TestDevice {
  const host = testHost();
  const disk: DeviceStore = { ...memoryStore(), kind: 'indexeddb' };
  const troubles: string[] = [];
  const announced: string[] = [];
  const open = (store = () => disk): Releases =>
    createReleases({
      ...{ site: SITE, url, keys: [key], market: undefined, host, store },
      verify: verifyEd25519,
      openKernel: loadKernel,
      parts: () => partsInRows(store),
      trouble: (code) => troubles.push(code),
      onRelease: (release, level) => announced.push(`${release} ${level}`),
    });
  const started = async (): Promise<Releases> => {
    const releases = open();
    await releases.start();
    // It serves before it is kept: the look that brought it is joined, not another begun.
    if (releases.current() !== undefined) await releases.refresh();
    return releases;
  };
  return {
    ...{ host, disk, troubles, announced, open, started },
    async visited() {
      const releases = await started();
      await releases.refresh();
      releases.close();
    },
    kept: async () => ({
      pointer: await disk.transact((rows) => stateRow(rows, 'releases')),
      parts: await disk.transact((rows) => rows.keys('parts')),
    }),
  };
}

/** Each test has a publisher of its own, and a device that has met no other. */
export const test = plain
  .extend('publisher', async ({ onTestFinished }) => {
    const publisher = await openPublisher();
    onTestFinished(() => publisher.close());
    return publisher;
  })
  .extend('device', ({ publisher }) => testDevice(publisher));
