import { type Compilable, type Kysely, sql } from 'kysely';
import { StoreError } from './errors.ts';
import type { Database } from './sqlite.ts';
import type { Tables } from './tables.ts';

type Schema = Kysely<Tables>['schema'];

/** Append only: a migration that was released is never edited. `user_version` counts those applied. */
const MIGRATIONS: readonly ((schema: Schema) => readonly Compilable[])[] = [first, second, third];

/** Brings the file to the newest schema, all or nothing; several processes may start at once. */
export function migrate(database: Database): void {
  if (applied(database) === MIGRATIONS.length) return;
  database.transaction(() => {
    const from = applied(database);
    if (from > MIGRATIONS.length)
      throw new StoreError(
        'newer-schema',
        `expected a store of schema ${MIGRATIONS.length} or older, found ${from}: a newer Tacit wrote it`,
      );
    for (const migration of MIGRATIONS.slice(from))
      for (const statement of migration(database.query.schema)) database.run(statement);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  });
}

const applied = (database: Database): number => Number(database.pragma('user_version'));

function first(schema: Schema): readonly Compilable[] {
  const table = (name: keyof Tables) =>
    schema.createTable(name).addColumn('site', 'text', (c) => c.notNull().references('site.site'));
  return [
    schema
      .createTable('site')
      .addColumn('site', 'text', (c) => c.primaryKey().notNull())
      .addColumn('markets', 'text', (c) => c.notNull()),
    table('item')
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('item_key', ['site', 'id']),
    table('interaction')
      .addColumn('seq', 'integer', (c) => c.primaryKey())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('subject', 'text')
      .addColumn('visit', 'text', (c) => c.notNull())
      .addColumn('item', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('time', 'real', (c) => c.notNull())
      .addColumn('quantity', 'real', (c) => c.notNull())
      .addColumn('price', 'real')
      .addColumn('origin', 'text', (c) => c.notNull())
      .addUniqueConstraint('interaction_key', ['site', 'key']),
    table('event')
      .addColumn('seq', 'integer', (c) => c.primaryKey())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('session_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('time', 'real', (c) => c.notNull())
      .addColumn('received_at', 'real', (c) => c.notNull())
      .addColumn('fingerprint', 'blob', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addUniqueConstraint('event_key', ['site', 'event_id']),
    table('shop_order')
      .addColumn('order_id', 'text', (c) => c.notNull())
      .addColumn('subject', 'text')
      .addColumn('time', 'real', (c) => c.notNull())
      .addColumn('currency', 'text')
      .addColumn('accepted_at', 'real', (c) => c.notNull())
      .addPrimaryKeyConstraint('shop_order_key', ['site', 'order_id']),
    table('run')
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('run', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('recorded_at', 'real', (c) => c.notNull())
      .addPrimaryKeyConstraint('run_key', ['site', 'run']),
    table('release')
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('release', 'text', (c) => c.notNull())
      .addColumn('run', 'text', (c) => c.notNull())
      .addColumn('envelope', 'text', (c) => c.notNull())
      .addColumn('published_at', 'real', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('release_key', ['site', 'version'])
      .addCheckConstraint('release_version', sql`version >= 1`),
    table('access_key')
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('hash', 'blob', (c) => c.notNull())
      .addColumn('added_at', 'real', (c) => c.notNull())
      .addPrimaryKeyConstraint('access_key_key', ['site', 'kind', 'hash']),
  ];
}

/** What is known of a run beside what it made: notes of a kind, in the order they came. */
function second(schema: Schema): readonly Compilable[] {
  return [
    schema
      .createTable('run_note')
      .addColumn('site', 'text', (c) => c.notNull().references('site.site'))
      .addColumn('seq', 'integer', (c) => c.primaryKey())
      .addColumn('run', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull()),
    schema.createIndex('run_note_of').on('run_note').columns(['site', 'run', 'kind']),
  ];
}

/** What the shop says of its shoppers. */
function third(schema: Schema): readonly Compilable[] {
  return [
    schema
      .createTable('shopper')
      .addColumn('site', 'text', (c) => c.notNull().references('site.site'))
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'real', (c) => c.notNull())
      .addPrimaryKeyConstraint('shopper_key', ['site', 'subject']),
  ];
}
