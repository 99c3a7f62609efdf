import { StorageFailure } from './failure.ts';
import { failureOf, type Guard, within } from './guarded.ts';
import type { FileParts, PartStore } from './parts.ts';

/**
 * Parts in files as long as they answer in time, then in `otherwise` for the rest of this worker's life. A full disk is
 * the caller's to handle (`storage-full`), as with rows.
 */
export function guardedParts(files: FileParts, otherwise: PartStore, { deadline, onLost }: Guard): FileParts {
  let lost = false;
  const guarded = async <T>(work: (store: PartStore) => Promise<T>): Promise<T> => {
    if (lost) return work(otherwise);
    try {
      return await within(deadline, work(files));
    } catch (error) {
      const failure = failureOf(error) ?? new StorageFailure('storage-lost', `files: ${error}`);
      if (failure.code === 'storage-full') throw failure;
      if (!lost) onLost(failure);
      lost = true;
      return work(otherwise);
    }
  };
  return {
    get kind() {
      return (lost ? otherwise : files).kind;
    },
    async get(sha256) {
      const found = await guarded((store) => store.get(sha256));
      return found ?? (lost ? undefined : otherwise.get(sha256));
    },
    put: (sha256, bytes) => guarded((store) => store.put(sha256, bytes)),
    async delete(sha256) {
      await guarded((store) => store.delete(sha256));
      if (!lost) await otherwise.delete(sha256);
    },
    async keys() {
      const keys = await guarded((store) => store.keys());
      // With what an earlier page put there, when files did not answer: it is to be found, and to be swept.
      return lost ? keys : [...new Set([...keys, ...(await otherwise.keys())])];
    },
    wipe: () => within(deadline, files.wipe()),
  };
}
