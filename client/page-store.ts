/**
 * A little of localStorage under our own prefix, and only with consent: without it nothing is read or written. Never throws: storage may be full, forbidden or absent, and then nothing is kept.
 */
export interface PageStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** our keys that begin with `start`, without the prefix */
  keys(start: string): string[];
  allow(storage: boolean): void;
  /** removes everything of ours at once */
  wipe(): void;
}

export function createPageStore(site: string, storageOf: () => Storage = () => localStorage): PageStore {
  const prefix = `tacit:${site}:`;
  let allowed = false;
  const attempt = <T>(work: (storage: Storage) => T, otherwise: T): T => {
    try {
      return work(storageOf());
    } catch {
      return otherwise;
    }
  };
  const keys = (start: string): string[] =>
    attempt((storage) => {
      const all = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
      return all.filter((key) => key.startsWith(prefix + start)).map((key) => key.slice(prefix.length));
    }, []);
  const remove = (key: string): void => attempt((storage) => storage.removeItem(prefix + key), undefined);
  return {
    get: (key) => (allowed ? attempt((storage) => storage.getItem(prefix + key), null) : null),
    set(key, value) {
      if (allowed) attempt((storage) => storage.setItem(prefix + key, value), undefined);
    },
    remove,
    keys: (start) => (allowed ? keys(start) : []),
    allow(storage) {
      allowed = storage;
    },
    wipe() {
      for (const key of keys('')) remove(key);
    },
  };
}

/** Parses what was kept; undefined where it is absent, torn or of another form. */
export function kept<T>(text: string | null, read: (value: unknown) => T | undefined): T | undefined {
  if (text === null) return undefined;
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}
