import { deleteDB, openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import type { StorageFailure } from './failure.ts';
import { guardedStore } from './guarded.ts';
import { indexedDbStore } from './indexeddb.ts';
import { putState, stateRow } from './rows.ts';
import { storeCase } from './store.case.ts';

const CONSENT = { storage: true, measurement: true };
let databases = 0;
const freshName = (): string => `tacit:test-${Date.now()}-${++databases}`;
const ignore = (): void => undefined;
const names = async (): Promise<(string | undefined)[]> =>
  (await indexedDB.databases()).map(({ name }) => name);

describe('rows in IndexedDB', () => {
  let name = '';
  storeCase(() => {
    name = freshName();
    return indexedDbStore(name, ignore);
  });

  test('outlive the connection that wrote them', async () => {
    const own = freshName();
    const first = await indexedDbStore(own, ignore);
    await first.transact((rows) => putState(rows, 'consent', CONSENT));
    await first.close();
    const second = await indexedDbStore(own, ignore);
    expect(await second.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    await second.wipe();
  });

  test('of two tabs that read and then write, neither loses the other’s', async () => {
    const own = freshName();
    const tabs = [await indexedDbStore(own, ignore), await indexedDbStore(own, ignore)];
    const add = (tab: (typeof tabs)[number]) =>
      tab.transact(async (rows) => {
        const had = (await rows.get('parts', 'n'))?.byteLength ?? 0;
        await rows.put('parts', 'n', new ArrayBuffer(had + 1));
      });
    await Promise.all(Array.from({ length: 20 }, (_, i) => add(tabs[i % 2]!)));
    expect((await tabs[0]!.transact((rows) => rows.get('parts', 'n')))?.byteLength).toBe(20);
    for (const tab of tabs) await tab.close();
    await deleteDB(own);
  });

  test('a wipe takes the database with it, and other tabs let go of it', async () => {
    const own = freshName();
    let told = 0;
    const other = await indexedDbStore(own, () => told++);
    const mine = await indexedDbStore(own, ignore);
    await mine.transact((rows) => putState(rows, 'consent', CONSENT));
    await mine.wipe();
    await expect.poll(names, { timeout: 10_000 }).not.toContain(own);
    expect(told).toBe(1);
    await expect(other.transact((rows) => rows.count('state'))).rejects.toThrow(DOMException);
  });
});

describe('a guarded database', () => {
  const open = (name: string) => {
    const failures: StorageFailure[] = [];
    const store = guardedStore((lost) => indexedDbStore(name, lost), {
      deadline: 300,
      onLost: (failure) => failures.push(failure),
    });
    return { store, failures };
  };

  test('is given up for memory while a tab that will not let go blocks it', async () => {
    const name = freshName();
    // A tab of another make: it holds its connection through a deletion, which everybody after it waits for.
    const stubborn = await openDB(name, 1);
    const deleting = deleteDB(name, { blocked: ignore });
    const { store, failures } = open(name);
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    expect(failures.map(({ code }) => code)).toEqual(['storage-timeout']);
    stubborn.close();
    await deleting;
  });

  test('is given up for memory when a later version of the SDK has it', async () => {
    const name = freshName();
    (await openDB(name, 99)).close();
    const { store, failures } = open(name);
    expect(await store.transact((rows) => rows.count('outbox'))).toBe(0);
    expect(failures.map(({ code }) => code)).toEqual(['storage-lost']);
    await deleteDB(name);
  });

  test('goes on in memory when its site’s data is deleted under it', async () => {
    const name = freshName();
    const { store, failures } = open(name);
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    await deleteDB(name);
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toBeUndefined();
    expect(store.kind).toBe('memory');
    expect(failures.map(({ code }) => code)).toEqual(['storage-lost']);
  });
});
