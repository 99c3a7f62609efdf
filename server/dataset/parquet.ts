import { join } from 'node:path';
import type { StoredInteraction } from '../store/contract.ts';
import type { Cell, Sql } from './duck.ts';

/** Where a site's interactions lie as Parquet: what training's SQL reads, and what another engine would. */
export interface ExportedInteractions {
  readonly path: string;
  readonly rows: number;
}

const COLUMNS = {
  seq: 'INTEGER',
  subject: 'VARCHAR',
  visit: 'VARCHAR',
  item: 'VARCHAR',
  kind: 'VARCHAR',
  time: 'DOUBLE',
  quantity: 'DOUBLE',
  price: 'DOUBLE',
  origin: 'VARCHAR',
} as const;

/**
 * Writes interactions as one Parquet file (Zstandard). Columns: `seq` the order they came in, `subject` keyed hash of who
 * acted (null: nobody known), `visit`, `item`, `kind`, `time` ms since 1970, `quantity`, `price`, `origin`.
 */
export async function exportInteractions(
  sql: Sql,
  interactions: Iterable<StoredInteraction>,
  folder: string,
): Promise<ExportedInteractions> {
  const path = join(folder, 'interactions.parquet');
  const rows = await sql.fill('exported', COLUMNS, cellsOf(interactions));
  await sql.run(
    `COPY (SELECT * FROM exported ORDER BY seq) TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await sql.run('DROP TABLE exported');
  return { path, rows };
}

function* cellsOf(interactions: Iterable<StoredInteraction>): Generator<Cell[]> {
  let seq = 0;
  for (const { subject, visit, item, kind, time, quantity, price, origin } of interactions)
    yield [seq++, subject, visit, item, kind, time, quantity, price, origin];
}

/** A text as an SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
