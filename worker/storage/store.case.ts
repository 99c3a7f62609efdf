import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ItemId } from '../../shared/protocol/ids.ts';
import { EMPTY_PROFILE } from '../../shared/protocol/profile.ts';
import { type DeviceStore, putState, stateRow } from './rows.ts';

const CONSENT = { storage: true, measurement: false };

/** The laws of every DeviceStore. @param open a new connection to the same rows */
export function storeCase(open: () => Promise<DeviceStore>): void {
  let store: DeviceStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(async () => {
    await store.wipe();
    await store.close();
  });

  test('what one transaction wrote, the next reads', async () => {
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    expect(await store.transact((rows) => stateRow(rows, 'shopper'))).toBeUndefined();
  });

  test('a body that throws leaves no trace, and its error comes through', async () => {
    await store.transact((rows) => putState(rows, 'consent', CONSENT));
    const failing = store.transact(async (rows) => {
      await putState(rows, 'consent', { storage: true, measurement: true });
      await rows.put('parts', 'a', new ArrayBuffer(8));
      throw new RangeError('the body failed');
    });
    await expect(failing).rejects.toThrow(new RangeError('the body failed'));
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
    expect(await store.transact((rows) => rows.count('parts'))).toBe(0);
  });

  test('transactions that read and then write do not lose one another’s writes', async () => {
    const add = () =>
      store.transact(async (rows) => {
        const had = (await rows.get('parts', 'n'))?.byteLength ?? 0;
        await rows.put('parts', 'n', new ArrayBuffer(had + 1));
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect((await store.transact((rows) => rows.get('parts', 'n')))?.byteLength).toBe(20);
  });

  test('keys come in ascending order, the first of them on demand', async () => {
    await store.transact(async (rows) => {
      for (const key of ['b', 'c', 'a']) await rows.put('parts', key, new ArrayBuffer(1));
    });
    expect(await store.transact((rows) => rows.keys('parts'))).toEqual(['a', 'b', 'c']);
    expect(await store.transact((rows) => rows.keys('parts', 2))).toEqual(['a', 'b']);
    await store.transact((rows) => rows.delete('parts', 'b'));
    expect(await store.transact((rows) => rows.keys('parts'))).toEqual(['a', 'c']);
  });

  test('a row that was read or written is a copy', async () => {
    const mine = { profile: { ...EMPTY_PROFILE, cart: ['bowl' as ItemId] }, session: null };
    await store.transact((rows) => putState(rows, 'shopper', mine));
    mine.profile.cart.push('lamp' as ItemId);
    const read = await store.transact((rows) => stateRow(rows, 'shopper'));
    read?.profile.cart.push('rug' as ItemId);
    const again = await store.transact((rows) => stateRow(rows, 'shopper'));
    expect(again?.profile.cart).toEqual(['bowl']);
  });

  test('clearing one table leaves the others', async () => {
    await store.transact(async (rows) => {
      await putState(rows, 'consent', CONSENT);
      await rows.put('parts', 'a', new ArrayBuffer(1));
      await rows.clear('parts');
    });
    expect(await store.transact((rows) => rows.count('parts'))).toBe(0);
    expect(await store.transact((rows) => stateRow(rows, 'consent'))).toEqual(CONSENT);
  });
}
