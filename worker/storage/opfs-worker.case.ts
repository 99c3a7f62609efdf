import { opfsParts } from './opfs.ts';
import type { PartStore } from './parts.ts';

/** Runs calls to a PartStore in a worker, where sync access handles are: `[id, folder, method, ...arguments]`. */
type Call = [id: number, folder: string, method: 'get' | 'put' | 'delete' | 'keys', ...rest: unknown[]];

const open = new Map<string, PartStore>();
addEventListener('message', ({ data }: MessageEvent<Call>) => {
  const [id, folder, method, ...rest] = data;
  const parts = open.get(folder) ?? opfsParts(folder);
  open.set(folder, parts);
  (parts[method] as (...given: unknown[]) => Promise<unknown>)(...rest).then(
    (value) => postMessage([id, value]),
    (error: unknown) => postMessage([id, undefined, String(error)]),
  );
});
