import type { Consent } from '../shared/protocol/consent.ts';
import type { DeviceOptions } from '../shared/protocol/device.ts';
import type { DeviceParts, Disk, OnLost } from './parts.ts';
import { measurementStands, type Sending, sendingOf } from './permission.ts';
import { StorageFailure } from './storage/failure.ts';
import { memoryStore } from './storage/memory.ts';
import { type PartStore, partsInRows } from './storage/parts.ts';
import { type DeviceStore, putState, type Rows } from './storage/rows.ts';
import { senderLater } from './sync/later.ts';
import { enqueue, erase, waitingRows } from './sync/outbox.ts';
import type { Sender } from './sync/sender.ts';
import { shedParts } from './sync/shelved.ts';

/** What consent decides: where this device keeps what it knows, and whether events go up. */
export interface Keeping {
  consent(): Consent;
  store(): DeviceStore;
  /** where artefacts lie: in files where there are any, else with the other rows */
  parts(): PartStore;
  sending(): Sending;
  /** there is one exactly while events may go up */
  sender(): Sender | undefined;
  /** to be called once, before anything is written */
  begin(): Promise<void>;
  /**
   * @param moves what holds state of its own: it joins what was kept before, or forgets
   */
  apply(next: Consent, moves: Moves): Promise<void>;
  /** nothing that waits goes up any more, and the pseudonym ends; consent stays as it is */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export interface Moves {
  join(store: DeviceStore): Promise<void>;
  /** the store has changed: what serves is kept there too */
  settle(): Promise<void>;
  forget(): Promise<void>;
}

export async function createKeeping(
  parts: DeviceParts,
  options: DeviceOptions,
  trouble: (code: string, message: string) => void,
): Promise<Keeping> {
  const { site, url } = options;
  let consent = options.consent;
  let serverOff = false;
  let sender: Sender | undefined;

  const onLost: OnLost = ({ code, message }) => trouble(code, message);
  /** Where what keeps does not come, nothing is kept: this page goes on in memory. */
  const loadDisk = (): Promise<Disk | undefined> =>
    parts.loadDisk().catch((error: unknown) => {
      trouble('storage-lost', `the database does not open: ${error}`);
      return undefined;
    });
  const found = consent.storage ? await loadDisk() : undefined;
  let store = found?.openStore(site, onLost) ?? memoryStore();
  const rows = partsInRows(() => store);
  let files = found?.openFiles?.(site, rows, onLost);
  /** What points at parts is in the database: where that was lost, files would be found by nobody. */
  const shelf = (): PartStore => (store.kind === 'memory' ? rows : (files ?? rows));
  const sending = (): Sending => sendingOf(options, consent, serverOff);

  /** A sender where events may go up, none where they may not: what is under way ends at once. */
  const matchSender = (): void => {
    if (sending() !== 'on') {
      sender?.stop();
      sender = undefined;
      return;
    }
    sender ??= senderLater({
      site,
      url,
      writeKey: options.writeKey ?? '',
      host: parts.host,
      store: () => store,
      permitted: measurementStands,
      trouble,
      onServerOff() {
        serverOff = true;
        matchSender();
      },
    });
    sender.kick();
  };

  const writeDown = async (): Promise<void> => {
    const body = async (all: Rows): Promise<void> => {
      await putState(all, 'consent', consent);
      if (sending() !== 'on') await erase(all);
    };
    try {
      await store.transact(body);
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      trouble(error.code, `the bundle is shed: ${error.message}`);
      // Deleting needs no room, so what must not go up goes even where nothing can be written down.
      await store.transact(async (all) => {
        await all.clear('parts');
        if (sending() !== 'on') await erase(all);
      });
      await shedParts(files ?? rows);
    }
  };

  /** Nobody waits for it: a tab that holds the database open may delay it. */
  const eraseKept = (): void => void parts.eraseStore(site).catch(() => undefined);

  const moveToDisk = async ({ join, settle }: Moves): Promise<void> => {
    const waiting = await store.transact(waitingRows);
    const disk = await loadDisk();
    if (disk === undefined) return;
    const opened = disk.openStore(site, onLost);
    try {
      await join(opened);
      await opened.transact((all) => enqueue(all, waiting));
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error;
      // Consent stands, room does not: this page goes on in memory, and the next one tries again.
      trouble(error.code, `nothing is kept: ${error.message}`);
      await opened.close();
      return;
    }
    store = opened;
    files = disk.openFiles?.(site, rows, onLost);
    await settle();
  };

  const moveToMemory = async ({ forget }: Moves): Promise<void> => {
    const [disk, folder] = [store, files];
    store = memoryStore();
    files = undefined;
    await forget();
    // A disk that does not answer keeps nobody waiting, and the other one is wiped all the same.
    const wiped = folder?.wipe().catch(() => undefined);
    await disk.wipe();
    await wiped;
  };

  return {
    consent: () => consent,
    store: () => store,
    parts: shelf,
    sending,
    sender: () => sender,
    async begin() {
      if (options.erase && !consent.storage) eraseKept();
      await writeDown();
      matchSender();
    },
    async apply(next, moves) {
      const before = consent;
      consent = next;
      matchSender();
      if (before.storage && !next.storage) await moveToMemory(moves);
      else if (!before.storage && next.storage) await moveToDisk(moves);
      else if (!next.storage) eraseKept();
      await writeDown();
    },
    async forget() {
      sender?.stop();
      sender = undefined;
      await store.transact(erase);
      matchSender();
    },
    async close() {
      sender?.stop();
      await store.close();
    },
  };
}
