import type { FileParts } from './parts.ts';

/** Files whose code is still on its way: each call waits for it. */
export function filesLater(coming: Promise<FileParts>): FileParts {
  // Heard here as well: it may be that nothing is ever asked of them.
  coming.catch(() => undefined);
  return {
    kind: 'opfs',
    get: async (sha256) => (await coming).get(sha256),
    put: async (sha256, bytes) => (await coming).put(sha256, bytes),
    delete: async (sha256) => (await coming).delete(sha256),
    keys: async () => (await coming).keys(),
    wipe: async () => (await coming).wipe(),
  };
}
