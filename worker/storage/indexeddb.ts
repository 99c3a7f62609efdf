import { deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { type DeviceStore, type Rows, TABLES, type TableName, type Tables } from './rows.ts';

const SCHEMA_VERSION = 1;

type Database = IDBPDatabase<unknown>;
type Transaction = IDBPTransaction<unknown, TableName[], 'readwrite'>;

/** One database a site: shops under one origin do not see each other's shoppers. */
export const databaseName = (site: string): string => `tacit:${site}`;

/**
 * Opens the device's database. Does not settle while an older tab blocks the upgrade or the browser never answers:
 * the caller sets the deadline.
 * @param lost called once when the connection is gone through no call of ours (another tab deletes or upgrades the
 * database, the browser clears the site's data or closes the connection)
 */
export async function indexedDbStore(name: string, lost: () => void): Promise<DeviceStore> {
  let closed = false;
  const leave = (): void => {
    if (closed) return;
    closed = true;
    db.close();
    lost();
  };
  const db: Database = await openDB(name, SCHEMA_VERSION, {
    upgrade(fresh) {
      for (const table of TABLES) fresh.createObjectStore(table);
    },
    blocking: leave,
    terminated: leave,
  });
  return {
    kind: 'indexeddb',
    transact: (body) => transact(db, body),
    async wipe() {
      await transact(db, async (rows) => {
        for (const table of TABLES) await rows.clear(table);
      });
      closed = true;
      db.close();
      // Other tabs close theirs at `versionchange`; rows are gone already, so nobody waits for the empty shell.
      deleteDB(name).catch(() => undefined);
    },
    async close() {
      closed = true;
      db.close();
    },
  };
}

/** Deletes the database of an earlier consent without opening it. Other tabs let go of it at `versionchange`. */
export async function eraseIndexedDb(name: string): Promise<void> {
  if (typeof indexedDB === 'undefined') return;
  await deleteDB(name).catch(() => undefined);
}

async function transact<T>(db: Database, body: (rows: Rows) => Promise<T>): Promise<T> {
  const tx = db.transaction([...TABLES], 'readwrite');
  // An aborted transaction rejects `done` as well: heard here, so that it is never an unhandled rejection.
  const done = tx.done.then(
    () => undefined,
    (error: unknown) => error ?? new DOMException('the transaction was aborted', 'AbortError'),
  );
  let result: T;
  try {
    result = await body(rowsOf(tx));
  } catch (error) {
    abort(tx);
    await done;
    throw error;
  }
  const failure = await done;
  if (failure !== undefined) throw failure;
  return result;
}

function abort(tx: Transaction): void {
  try {
    tx.abort();
  } catch {
    // It has ended by itself already, which is all that was wanted.
  }
}

function rowsOf(tx: Transaction): Rows {
  return {
    get: <T extends TableName>(table: T, key: string) =>
      tx.objectStore(table).get(key) as Promise<Tables[T] | undefined>,
    async put(table, key, row) {
      await tx.objectStore(table).put(row, key);
    },
    delete: (table, key) => tx.objectStore(table).delete(key),
    clear: (table) => tx.objectStore(table).clear(),
    async keys(table, most) {
      return (await tx.objectStore(table).getAllKeys(undefined, most)) as string[];
    },
    count: (table) => tx.objectStore(table).count(),
  };
}
