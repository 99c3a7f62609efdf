import type { DeviceStore } from './rows.ts';

/**
 * Where artefacts lie, by SHA-256. Laws, which the conformance suite checks for every store:
 *  - what was put is got back byte for byte, by this connection and by every later one; what was not is undefined;
 *  - what stands is never written again: it goes first;
 *  - a caller believes nothing it gets before it has hashed it: disks tear.
 * Bytes are never changed once put, so that they need not be copied.
 */
export interface PartStore {
  readonly kind: 'opfs' | 'indexeddb' | 'memory';
  get(sha256: string): Promise<ArrayBuffer | undefined>;
  put(sha256: string, bytes: ArrayBuffer): Promise<void>;
  /** whether there is one or not */
  delete(sha256: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

/** Lets everything go but what is named. */
export async function keepOnly(parts: PartStore, named: ReadonlySet<string>): Promise<void> {
  for (const key of await parts.keys()) if (!named.has(key)) await parts.delete(key);
}

/** Parts in files: they can be taken away whole. */
export interface FileParts extends PartStore {
  /** nothing can be put afterwards */
  wipe(): Promise<void>;
}

/** Parts as rows beside the others: in a database, or in memory. */
export function partsInRows(store: () => DeviceStore): PartStore {
  return {
    get kind() {
      return store().kind;
    },
    get: (sha256) => store().transact((rows) => rows.get('parts', sha256)),
    put: (sha256, bytes) => store().transact((rows) => rows.put('parts', sha256, bytes)),
    delete: (sha256) => store().transact((rows) => rows.delete('parts', sha256)),
    keys: () => store().transact((rows) => rows.keys('parts')),
  };
}
