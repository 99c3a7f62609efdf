import { afterAll, describe, expect, test } from 'vitest';
import { eraseFiles, folderName, opfsParts } from './opfs.ts';
import { partsCase } from './parts.case.ts';
import type { PartStore } from './parts.ts';

let sites = 0;
const freshFolder = (): string => folderName(`test-${Date.now()}-${++sites}`);
const folders = async (): Promise<string[]> => {
  const names: string[] = [];
  const root = (await navigator.storage.getDirectory()) as FileSystemDirectoryHandle & {
    keys(): AsyncIterable<string>;
  };
  for await (const name of root.keys()) names.push(name);
  return names;
};

/** A PartStore whose calls run in a worker. */
function inWorker(worker: Worker, folder: string): PartStore {
  const call = <T>(method: string, ...rest: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = Math.random();
      const listen = ({ data }: MessageEvent<[number, T, string?]>): void => {
        if (data[0] !== id) return;
        worker.removeEventListener('message', listen);
        if (data[2] === undefined) resolve(data[1]);
        else reject(new Error(data[2]));
      };
      worker.addEventListener('message', listen);
      worker.postMessage([id, folder, method, ...rest]);
    });
  return {
    kind: 'opfs',
    get: (key) => call('get', key),
    put: (key, bytes) => call('put', key, bytes),
    delete: (key) => call('delete', key),
    keys: () => call('keys'),
  };
}

const startWorker = (): Worker =>
  new Worker(new URL('./opfs-worker.case.ts', import.meta.url), { type: 'module' });

describe('parts in files, on a page', () => {
  let folder = freshFolder();
  partsCase(
    () => opfsParts(folder),
    async () => {
      await eraseFiles(folder);
      folder = freshFolder();
    },
  );

  test('nothing is made by reading, and a wipe leaves nothing', async () => {
    const own = freshFolder();
    const parts = opfsParts(own);
    expect(await parts.get('aa')).toBeUndefined();
    expect(await parts.keys()).toEqual([]);
    expect(await folders()).not.toContain(own);
    await parts.put('aa', new ArrayBuffer(8));
    expect(await folders()).toContain(own);
    await parts.wipe();
    expect(await folders()).not.toContain(own);
    await expect(parts.put('bb', new ArrayBuffer(8))).rejects.toThrow(DOMException);
    expect(await folders()).not.toContain(own);
  });
});

describe('parts in files, in a worker', () => {
  const worker = startWorker();
  afterAll(() => worker.terminate());
  let folder = freshFolder();
  partsCase(
    () => inWorker(worker, folder),
    async () => {
      await eraseFiles(folder);
      folder = freshFolder();
    },
  );

  test('are read by a second worker, and by a page, while the first reads them', async () => {
    const own = freshFolder();
    const other = startWorker();
    const [one, two] = [inWorker(worker, own), inWorker(other, own)];
    await one.put('aa', Uint8Array.of(4, 2).buffer);
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, i) => [one, two, opfsParts(own)][i % 3]!.get('aa')),
    );
    for (const found of all) expect([...new Uint8Array(found!)]).toEqual([4, 2]);
    other.terminate();
    await eraseFiles(own);
  });
});
