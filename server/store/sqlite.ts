import SQLite from 'better-sqlite3';
import {
  type Compilable,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreError } from './errors.ts';
import type { Tables } from './tables.ts';

export type Value = string | number | bigint | Uint8Array | null;

/** A statement kept for many runs. */
export interface Statement<Row = unknown> {
  /** @returns rows changed */
  run(...values: readonly Value[]): number;
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): Row[];
  iterate(...values: readonly Value[]): IterableIterator<Row>;
}

/** SQLite, synchronous. Queries are kysely's, compiled; statements are cached by their text. */
export interface Database {
  readonly query: Kysely<Tables>;
  prepare<Row = unknown>(sql: string): Statement<Row>;
  run(query: Compilable): number;
  get<Row>(query: Compilable<Row>): Row | undefined;
  all<Row>(query: Compilable<Row>): Row[];
  pragma(text: string): unknown;
  /** Nests as savepoints; rolls back what threw. Takes the write lock at once, so that it never fails half-way as busy. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** The first SQLite in which a WAL with two or more connections cannot be reset under a reader (bug of 3.7.0-3.51.2). */
const LEAST_SQLITE = [3, 51, 3] as const;

export function openDatabase(file: string): Database {
  const connection = translate(() => connect(file));
  const statements = new Map<string, Statement>();
  const prepare = <Row>(sql: string): Statement<Row> => {
    const known = statements.get(sql);
    if (known) return known as Statement<Row>;
    const made = wrap(translate(() => connection.prepare(sql)));
    statements.set(sql, made);
    return made as Statement<Row>;
  };
  const transact = connection.transaction((work: () => unknown) => work());

  return {
    query: queryBuilder(),
    prepare,
    run(query) {
      const { sql, parameters } = query.compile();
      return prepare(sql).run(...(parameters as Value[]));
    },
    get<Row>(query: Compilable<Row>) {
      const { sql, parameters } = query.compile();
      return prepare<Row>(sql).get(...(parameters as Value[]));
    },
    all<Row>(query: Compilable<Row>) {
      const { sql, parameters } = query.compile();
      return prepare<Row>(sql).all(...(parameters as Value[]));
    },
    pragma: (text) => translate(() => connection.pragma(text, { simple: true })),
    transaction: <T>(work: () => T) => translate(() => transact.immediate(work) as T),
    close: () => {
      if (connection.open) connection.close();
    },
  };
}

function connect(file: string): SQLite.Database {
  const connection = new SQLite(file, { timeout: 5000 });
  try {
    assertVersion(connection.prepare('SELECT sqlite_version()').pluck().get() as string);
    connection.pragma('journal_mode = WAL');
    // better-sqlite3 compiles WAL to mean NORMAL, which may lose acknowledged commits at a power cut.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.pragma('trusted_schema = OFF');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function wrap(statement: SQLite.Statement): Statement {
  return {
    run: (...values) => translate(() => statement.run(...values).changes),
    get: (...values) => translate(() => statement.get(...values)),
    all: (...values) => translate(() => statement.all(...values)),
    iterate: (...values) => translate(() => statement.iterate(...values)),
  };
}

/** Builds and compiles only: execution is synchronous and ours. */
function queryBuilder(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

export function assertVersion(found: string): void {
  const parts = found.split('.').map(Number);
  for (let i = 0; i < LEAST_SQLITE.length; i++) {
    const difference = (parts[i] ?? 0) - LEAST_SQLITE[i]!;
    if (difference > 0) return;
    if (difference < 0)
      throw new StoreError(
        'old-sqlite',
        `expected SQLite ${LEAST_SQLITE.join('.')} or newer, found ${found}`,
      );
  }
}

/** SQLite's errors in our words; ours pass. */
function translate<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SQLite.SqliteError)) throw error;
    const code = codeOf(error.code);
    const message =
      code === 'unknown-site'
        ? 'expected a site of this store, found one that nothing was imported for'
        : error.message;
    throw new StoreError(code, `${message} (${error.code})`, { cause: error });
  }
}

function codeOf(code: string): StoreError['code'] {
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return 'unknown-site';
  if (code.startsWith('SQLITE_CONSTRAINT')) return 'constraint';
  if (/^SQLITE_(FULL|BUSY|LOCKED|IOERR|CANTOPEN|READONLY)/.test(code)) return 'unavailable';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'corrupt';
  return 'failed';
}
