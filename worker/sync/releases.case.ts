import { loadKernel } from '../../shared/kernel/load.ts';
import { type TestHost, testHost } from '../host.case.ts';
import { memoryStore } from '../storage/memory.ts';
import { partsInRows } from '../storage/parts.ts';
import { type DeviceStore, stateRow } from '../storage/rows.ts';
import { verifyEd25519 } from './ed25519.ts';
import { type Publisher, SITE } from './publisher.case.ts';
import { createReleases, type Releases } from './releases.ts';

/** A device that takes releases, page after page: what it keeps stays, what it was told is written down. */
export interface TestDevice {
  readonly host: TestHost;
  readonly disk: DeviceStore;
  readonly troubles: string[];
  /** every swap: release and level */
  readonly announced: string[];
  open(store?: DeviceStore): Releases;
  kept(): Promise<{ current: string | undefined; level: string | undefined; parts: number }>;
}

export function testDevice(publisher: () => Publisher): TestDevice {
  const host = testHost();
  const disk: DeviceStore = { ...memoryStore(), kind: 'indexeddb' };
  const troubles: string[] = [];
  const announced: string[] = [];
  return {
    ...{ host, disk, troubles, announced },
    open: (store = disk) =>
      createReleases({
        ...{ site: SITE, url: publisher().url, keys: [publisher().key], market: undefined, host },
        verify: verifyEd25519,
        openKernel: () => loadKernel(),
        store: () => store,
        parts: () => partsInRows(() => store),
        trouble: (code) => troubles.push(code),
        onRelease: (release, level) => announced.push(`${release} ${level}`),
      }),
    async kept() {
      const pointer = await disk.transact((rows) => stateRow(rows, 'releases'));
      const parts = await disk.transact((rows) => rows.count('parts'));
      return { current: pointer?.current.envelope, level: pointer?.current.level, parts };
    },
  };
}
