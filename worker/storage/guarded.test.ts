import { describe, expect, test } from 'vitest';
import type { StorageFailure } from './failure.ts';
import { guardedStore, STORAGE_DEADLINE } from './guarded.ts';
import { memoryStore } from './memory.ts';
import { type DeviceStore, putState, stateRow } from './rows.ts';
import { storeCase } from './store.case.ts';

const CONSENT = { storage: true, measurement: true };

function guarded(open: (lost: () => void) => Promise<DeviceStore>, deadline = STORAGE_DEADLINE) {
  const failures: StorageFailure[] = [];
  const store = guardedStore(open, { deadline, onLost: (failure) => failures.push(failure) });
  return { store, failures, codes: () => failures.map(({ code }) => code) };
}

describe('a guarded store that works', () => storeCase(async () => guarded(async () => memoryStore()).store));

describe('a guarded store', () => {
  test('goes on in memory where its database never opens', async () => {
    const { store, codes } = guarded(() => new Promise(() => undefined), 30);
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    expect(store.kind).toBe('memory');
    expect(codes()).toEqual(['storage-timeout']);
  });

  test('goes on in memory where opening fails, whoever asks first', async () => {
    const { store, codes } = guarded(() => Promise.reject(new ReferenceError('no indexedDB here')));
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    expect(codes()).toEqual(['storage-lost']);
  });

  test('goes on in memory where there is no room even to open', async () => {
    const full = new DOMException('no room', 'QuotaExceededError');
    const { store, codes } = guarded(() => Promise.reject(full));
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    expect(codes()).toEqual(['storage-full']);
  });

  test('gives an answer to a call that the database left hanging', async () => {
    const inner = memoryStore();
    let hang = false;
    const { store, codes } = guarded(
      async () => ({
        ...inner,
        transact: (body) => (hang ? new Promise(() => undefined) : inner.transact(body)),
      }),
      30,
    );
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    hang = true;
    expect(await store.transact((rows) => rows.count('outbox'))).toBe(0);
    expect(codes()).toEqual(['storage-timeout']);
  });

  test('says once that the database was closed under it', async () => {
    let close = (): void => undefined;
    const { store, codes } = guarded(async (lost) => {
      close = lost;
      return memoryStore();
    });
    await store.transact((rows) => rows.count('outbox'));
    close();
    close();
    expect(await store.transact((rows) => rows.count('outbox'))).toBe(0);
    expect(store.kind).toBe('memory');
    expect(codes()).toEqual(['storage-lost']);
  });

  test('leaves a full disk to its caller, and keeps the database', async () => {
    const inner = memoryStore();
    const { store, failures } = guarded(async () => ({
      ...inner,
      transact: () => Promise.reject(new DOMException('no room', 'QuotaExceededError')),
    }));
    await expect(store.transact((rows) => rows.count('outbox'))).rejects.toMatchObject({
      code: 'storage-full',
    });
    expect(failures).toEqual([]);
  });
});
