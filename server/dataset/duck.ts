import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Value of one cell that is handed in. */
export type Cell = string | number | null;

/** Types that cross over, by SQL name. */
export type ColumnType = 'VARCHAR' | 'DOUBLE' | 'INTEGER' | 'UTINYINT';

/** Numeric columns of an answer, in the order of the SELECT. */
export type NumberColumn = Int32Array | Float64Array | Uint8Array;

/** An SQL engine over columns and Parquet, for one piece of work. */
export interface Sql {
  run(text: string): Promise<void>;
  /** makes the table and fills it; rows are read as they come */
  fill(
    table: string,
    columns: Readonly<Record<string, ColumnType>>,
    rows: Iterable<readonly Cell[]>,
  ): Promise<number>;
  /** one number: the first cell of the answer */
  number(text: string): Promise<number>;
  /** numbers by column, in chunks that are valid until the next one */
  chunks(text: string): AsyncGenerator<readonly NumberColumn[]>;
  close(): void;
}

/** DuckDB in memory; what that has no room for lies in `folder`. Answers do not depend on `threads`: every query that reads rows orders them. */
export async function openSql(
  options: { readonly threads?: number; readonly memory?: string; readonly folder?: string } = {},
): Promise<Sql> {
  const { threads = 2, memory = '3GB', folder } = options;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memory,
    ...(folder === undefined ? {} : { temp_directory: folder }),
  });
  const connection = await instance.connect();
  return {
    run: async (text) => void (await connection.run(text)),
    fill: (table, columns, rows) => fill(connection, { table, columns }, rows),
    async number(text) {
      const [[value] = []] = (await connection.runAndReadAll(text)).getRowsJS();
      return Number(value);
    },
    chunks: (text) => chunks(connection, text),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const APPEND: Readonly<Record<ColumnType, (to: DuckDBAppender, value: Cell) => void>> = {
  VARCHAR: (to, value) => to.appendVarchar(String(value)),
  DOUBLE: (to, value) => to.appendDouble(Number(value)),
  INTEGER: (to, value) => to.appendInteger(Number(value)),
  UTINYINT: (to, value) => to.appendUTinyInt(Number(value)),
};

async function fill(
  connection: DuckDBConnection,
  { table, columns }: { readonly table: string; readonly columns: Readonly<Record<string, ColumnType>> },
  rows: Iterable<readonly Cell[]>,
): Promise<number> {
  const types = Object.values(columns);
  const declared = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  await connection.run(`CREATE TABLE ${table} (${declared.join(', ')})`);
  const appender = await connection.createAppender(table);
  let count = 0;
  for (const row of rows) {
    types.forEach((type, at) => {
      const value = row[at] ?? null;
      if (value === null) appender.appendNull();
      else APPEND[type](appender, value);
    });
    appender.endRow();
    count++;
  }
  appender.closeSync();
  return count;
}

async function* chunks(connection: DuckDBConnection, text: string): AsyncGenerator<readonly NumberColumn[]> {
  const answer = await connection.stream(text);
  for (;;) {
    const chunk = await answer.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield Array.from({ length: chunk.columnCount }, (_, at) => numbersOf(chunk.getColumnVector(at)));
  }
}

function numbersOf(vector: unknown): NumberColumn {
  const { items } = vector as { readonly items?: unknown };
  if (items instanceof Int32Array || items instanceof Float64Array || items instanceof Uint8Array)
    return items;
  throw new TypeError(`Found a column of ${vector?.constructor.name}, expected INTEGER, DOUBLE or UTINYINT.`);
}
