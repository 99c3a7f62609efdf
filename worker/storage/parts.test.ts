import { describe, expect, test } from 'vitest';
import type { StorageFailure } from './failure.ts';
import { guardedParts } from './guarded-parts.ts';
import { memoryStore } from './memory.ts';
import { partsCase } from './parts.case.ts';
import { type PartStore, partsInRows } from './parts.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const bytes = Uint8Array.of(1, 2).buffer;

describe('parts in rows', () => {
  let disk = memoryStore();
  partsCase(
    () => partsInRows(() => disk),
    async () => {
      disk = memoryStore();
    },
  );
});

describe('guarded parts', () => {
  const guarded = (files: Partial<PartStore>, deadline = 1_000) => {
    const failures: StorageFailure[] = [];
    const rows = partsInRows(() => disk);
    const disk = memoryStore();
    const working = partsInRows(() => filesDisk);
    const filesDisk = memoryStore();
    const parts = guardedParts({ ...working, kind: 'opfs', wipe: async () => undefined, ...files }, rows, {
      deadline,
      onLost: (failure) => failures.push(failure),
    });
    return { parts, rows, codes: () => failures.map(({ code }) => code) };
  };

  test('stay in files as long as these answer', async () => {
    const { parts, rows, codes } = guarded({});
    await parts.put('aa', bytes);
    expect(parts.kind).toBe('opfs');
    expect(await rows.keys()).toEqual([]);
    expect(codes()).toEqual([]);
  });

  test.each<[string, Partial<PartStore>, string]>([
    ['never answer', { put: never, get: never }, 'storage-timeout'],
    ['are forbidden', { put: () => Promise.reject(new DOMException('no', 'SecurityError')) }, 'storage-lost'],
    [
      'are not what they seem',
      { put: () => Promise.reject(new TypeError('no such method')) },
      'storage-lost',
    ],
  ])('go on in rows where files %s, and say so once', async (_, files, code) => {
    const { parts, rows, codes } = guarded(files, 30);
    await parts.put('aa', bytes);
    await parts.put('bb', bytes);
    expect(await parts.get('aa')).toEqual(bytes);
    expect(await rows.keys()).toEqual(['aa', 'bb']);
    expect(parts.kind).toBe('memory');
    expect(codes()).toEqual([code]);
  });

  test('leave a full disk to their caller', async () => {
    const full = new DOMException('no room', 'QuotaExceededError');
    const { parts, codes } = guarded({ put: () => Promise.reject(full) });
    await expect(parts.put('aa', bytes)).rejects.toMatchObject({ code: 'storage-full' });
    expect(parts.kind).toBe('opfs');
    expect(codes()).toEqual([]);
  });

  test('find and sweep what an earlier page put into rows', async () => {
    const { parts, rows } = guarded({});
    await rows.put('old', bytes);
    expect(await parts.keys()).toEqual(['old']);
    expect(await parts.get('old')).toEqual(bytes);
    await parts.delete('old');
    expect(await rows.keys()).toEqual([]);
  });
});
