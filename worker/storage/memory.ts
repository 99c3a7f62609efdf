import { type DeviceStore, type Rows, TABLES, type TableName, type Tables } from './rows.ts';

type Table = Map<string, Tables[TableName]>;
type Snapshot = Record<TableName, Table>;

const empty = (): Snapshot => ({ state: new Map(), outbox: new Map(), parts: new Map() });

/** Rows that live as long as the worker: before consent, and where no database can be had. */
export function memoryStore(): DeviceStore {
  let kept = empty();
  let last: Promise<unknown> = Promise.resolve();
  return {
    kind: 'memory',
    transact(body) {
      const turn = last.then(async () => {
        const draft = draftOf(kept);
        const result = await body(rowsOf(draft));
        kept = draft;
        return result;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    wipe() {
      const turn = last.then(() => {
        kept = empty();
      });
      last = turn;
      return turn;
    },
    close: () => Promise.resolve(),
  };
}

/** Maps are copied, rows are not: a row is copied when it goes in and when it comes out. */
function draftOf(kept: Snapshot): Snapshot {
  const draft = empty();
  for (const table of TABLES) for (const [key, row] of kept[table]) draft[table].set(key, row);
  return draft;
}

/** An artefact is never changed once read, so its megabytes are not copied. */
const copy = <T>(table: TableName, row: T): T => (table === 'parts' ? row : structuredClone(row));

function rowsOf(draft: Snapshot): Rows {
  return {
    async get<T extends TableName>(table: T, key: string) {
      const row = draft[table].get(key) as Tables[T] | undefined;
      return row === undefined ? undefined : copy(table, row);
    },
    async put(table, key, row) {
      draft[table].set(key, copy(table, row));
    },
    async delete(table, key) {
      draft[table].delete(key);
    },
    async clear(table) {
      draft[table].clear();
    },
    async keys(table, most = Number.POSITIVE_INFINITY) {
      return [...draft[table].keys()].sort().slice(0, most);
    },
    async count(table) {
      return draft[table].size;
    },
  };
}
