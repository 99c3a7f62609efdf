import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepOnly, type PartStore } from './parts.ts';

const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;
const read = (buffer: ArrayBuffer | undefined): number[] | undefined => buffer && [...new Uint8Array(buffer)];

/**
 * The laws of every PartStore.
 * @param open a new connection to the same parts; the first one of a test finds none
 */
export function partsCase(open: () => PartStore, wipe: () => Promise<void>): void {
  let parts: PartStore;
  beforeEach(() => {
    parts = open();
  });
  afterEach(wipe);

  test('what was put is got back, by this connection and the next', async () => {
    await parts.put('aa', bytes(1, 2, 3));
    await parts.put('bb', bytes());
    for (const one of [parts, open()]) {
      expect(read(await one.get('aa'))).toEqual([1, 2, 3]);
      expect(read(await one.get('bb'))).toEqual([]);
      expect(await one.get('cc')).toBeUndefined();
    }
  });

  test('several megabytes come back as they were', async () => {
    const many = new Uint8Array(5e6).map((_, i) => (i * 31 + (i >>> 8)) & 255);
    await parts.put('aa', many.slice().buffer);
    const back = new Uint8Array((await open().get('aa')) ?? new ArrayBuffer(0));
    expect(back.length).toBe(many.length);
    expect(back.findIndex((byte, i) => byte !== many[i])).toBe(-1);
  });

  test('all but what is named goes', async () => {
    for (const key of ['cc', 'aa', 'bb']) await parts.put(key, bytes(7));
    expect(await parts.keys()).toEqual(['aa', 'bb', 'cc']);
    await keepOnly(parts, new Set(['bb', 'xx']));
    expect(await open().keys()).toEqual(['bb']);
    expect(await parts.get('aa')).toBeUndefined();
  });

  test('deleting what is not there is no mistake, and what was deleted can be put again', async () => {
    await parts.delete('aa');
    await parts.put('aa', bytes(1));
    await parts.delete('aa');
    expect(await parts.get('aa')).toBeUndefined();
    await parts.put('aa', bytes(2, 2));
    expect(read(await parts.get('aa'))).toEqual([2, 2]);
  });

  test('parts that are put at once do not get into one another’s way', async () => {
    const keys = Array.from({ length: 8 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key, i) => parts.put(key, bytes(i, i))));
    expect(await Promise.all(keys.map(async (key) => read(await parts.get(key))))).toEqual(
      keys.map((_, i) => [i, i]),
    );
  });
}
