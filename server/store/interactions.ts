import { countOf } from './catalogue.ts';
import type { Store, StoredInteraction } from './contract.ts';
import type { Database } from './sqlite.ts';

/** A transaction holds this many rows at most, so that an import of millions neither blocks ingest nor swells the log. */
const ROWS_PER_COMMIT = 20_000;

const COLUMNS = 'site, key, subject, visit, item, kind, time, quantity, price, origin';
const INSERT = `INSERT INTO interaction (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** What a browser told of a purchase gives way to what the shop's own server says of it. */
const OVERRIDE = `ON CONFLICT (site, key) DO UPDATE SET
  subject = excluded.subject, visit = excluded.visit, time = excluded.time,
  quantity = excluded.quantity, price = excluded.price, origin = excluded.origin
  WHERE interaction.origin = 'event' AND excluded.origin = 'order'`;

export type Writer = (site: string, row: StoredInteraction) => number;

/** Writes one row unless its key is known. @returns 1 if something changed */
export function interactionWriter(db: Database): Writer {
  const statement = db.prepare(`${INSERT} ${OVERRIDE}`);
  return (site, row) =>
    statement.run(
      site,
      row.key,
      row.subject,
      row.visit,
      row.item,
      row.kind,
      row.time,
      row.quantity,
      row.price,
      row.origin,
    );
}

export function interactionsTable(db: Database, write: Writer): Store['interactions'] {
  const all = db.prepare<StoredInteraction>(
    `SELECT key, subject, visit, item, kind, time, quantity, price, origin FROM interaction
     WHERE site = ? ORDER BY subject IS NULL, coalesce(subject, visit), time, seq`,
  );
  return {
    append(site, rows) {
      const total = { added: 0, known: 0 };
      for (const chunk of chunks(rows, ROWS_PER_COMMIT)) {
        const added = db.transaction(() => chunk.reduce((sum, row) => sum + write(site, row), 0));
        total.added += added;
        total.known += chunk.length - added;
      }
      return total;
    },
    all: (site) => all.iterate(site),
    count: (site) => countOf(db, 'interaction', site),
  };
}

function* chunks<T>(rows: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
