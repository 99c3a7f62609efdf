import { StorageFailure } from './failure.ts';
import { memoryStore } from './memory.ts';
import type { DeviceStore } from './rows.ts';

/** No storage call is waited for longer: some browsers never answer (private modes, a disk that went away). */
export const STORAGE_DEADLINE = 2_000;

export interface Guard {
  readonly deadline: number;
  /** told once, when the store falls back to memory */
  onLost(failure: StorageFailure): void;
}

/** @param lost to be called when the store is gone through no call of ours */
export type OpenStore = (lost: () => void) => Promise<DeviceStore>;

/**
 * A store that always answers. It opens its database at once; when that is slow, fails or is lost, everything goes on
 * in memory, empty: what the caller holds it writes again. A full disk is the caller's to handle (`storage-full`),
 * since only it knows what can be shed.
 */
export function guardedStore(open: OpenStore, { deadline, onLost }: Guard): DeviceStore {
  const memory = memoryStore();
  let lost = false;
  const abandon = (failure: StorageFailure): DeviceStore => {
    if (lost) return memory;
    lost = true;
    opened.then((store) => store.close()).catch(() => undefined);
    onLost(failure);
    return memory;
  };
  const opened = open(() =>
    abandon(new StorageFailure('storage-lost', 'the database was closed elsewhere')),
  ).catch((error: unknown) => {
    throw failureOf(error) ?? new StorageFailure('storage-lost', `the database does not open: ${error}`);
  });
  // Heard here as well, since nothing may have been asked of it yet.
  opened.catch(abandon);
  const primary = <T>(work: (store: DeviceStore) => Promise<T>): Promise<T> =>
    within(deadline, opened.then(work));

  return {
    get kind() {
      return lost ? 'memory' : 'indexeddb';
    },
    async transact(body) {
      if (lost) return memory.transact(body);
      try {
        return await primary((store) => store.transact(body));
      } catch (error) {
        const failure = failureOf(error);
        // It did not open, for want of room or otherwise: that was told when it failed.
        if (failure !== undefined && lost) return memory.transact(body);
        if (failure === undefined || failure.code === 'storage-full') throw failure ?? error;
        return abandon(failure).transact(body);
      }
    },
    async wipe() {
      if (!lost) {
        await primary((store) => store.wipe()).catch((error: unknown) =>
          abandon(failureOf(error) ?? new StorageFailure('storage-lost', String(error))),
        );
      }
      await memory.wipe();
    },
    async close() {
      if (!lost) await primary((store) => store.close()).catch(() => undefined);
    },
  };
}

/** Rejects with `storage-timeout` when `work` takes longer than `deadline` ms. */
export function within<T>(deadline: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StorageFailure('storage-timeout', `no answer from storage within ${deadline} ms`)),
      deadline,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** What of an error is the storage's; undefined for an error of the transaction's own body. */
export function failureOf(error: unknown): StorageFailure | undefined {
  if (error instanceof StorageFailure) return error;
  if (error instanceof DOMException) {
    const code = error.name === 'QuotaExceededError' ? 'storage-full' : 'storage-lost';
    return new StorageFailure(code, `${error.name}: ${error.message}`);
  }
  return undefined;
}
