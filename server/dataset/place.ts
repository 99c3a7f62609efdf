import { type Interactions, KINDS } from '../../models/contract.ts';
import type { Sql } from './duck.ts';
import { quoted } from './parquet.ts';

/*
 * The SQL is meant to run on Spark as it stands, but for: read_parquet(path) (there: parquet.`path`), struct_pack(a := x)
 * (named_struct('a', x)), and array_agg(x ORDER BY y) (sort_array over collect_list of a struct that begins with y).
 */

/** Rows of items that the catalogue knows, before `now`. */
const KNOWN = (path: string, now: number): string => `
  CREATE TABLE known AS
  SELECT CASE WHEN i.subject IS NULL THEN concat('visit:', i.visit) ELSE concat('subject:', i.subject) END AS shopper,
         i.visit, r.item, k.kind, i.time, i.seq
  FROM read_parquet(${quoted(path)}) i
  JOIN item_rows r ON r.id = i.item
  JOIN kinds k ON k.name = i.kind
  WHERE i.time < ${now}`;

/**
 * Shoppers in an order that does not depend on how they are named: by what they did, first things first. Subjects are hashes
 * with a secret of the installation; without this, the same data would be sampled differently in another one.
 */
const SHOPPERS = `
  CREATE TABLE shoppers AS
  SELECT shopper, CAST(row_number() OVER (ORDER BY deeds, arrived) - 1 AS INTEGER) AS number
  FROM (
    SELECT shopper, min(seq) AS arrived,
           array_agg(struct_pack(moment := time, item := item, kind := kind) ORDER BY time, seq) AS deeds
    FROM known
    GROUP BY shopper
  ) AS histories`;

/** Every row in its place, visits numbered as they first appear. */
const PLACED = `
  CREATE TABLE placed AS
  SELECT number, item, kind, time, visit,
         row_number() OVER (ORDER BY number, time, seq) AS place
  FROM known JOIN shoppers USING (shopper)`;

const ORDERED = `
  SELECT number, item, kind, time, CAST(dense_rank() OVER (ORDER BY begins) - 1 AS INTEGER) AS visit
  FROM (
    SELECT number, item, kind, time, place, min(place) OVER (PARTITION BY number, visit) AS begins
    FROM placed
  ) AS begun
  ORDER BY place`;

export interface Placed {
  readonly interactions: Interactions;
  /** rows whose item the catalogue does not know, and rows at or after `now` */
  readonly dropped: { readonly unknownItem: number; readonly future: number };
  /** of the subjects that were asked for, those who have rows */
  readonly users: ReadonlyMap<string, number>;
}

/**
 * Interactions from Parquet as trainers read them: by shopper, then time, then as they came. Rows of a visit that another
 * visit interrupts stay apart in time, and keep their visit's number.
 * @param now nothing at or after it is read, ms
 */
export async function placeInteractions(
  sql: Sql,
  from: {
    readonly path: string;
    readonly rows: ReadonlyMap<string, number>;
    readonly items: number;
    /** whose users' numbers are wanted */
    readonly subjects?: readonly string[];
  },
  now: number,
): Promise<Placed> {
  await sql.fill('item_rows', { id: 'VARCHAR', item: 'INTEGER' }, from.rows);
  await sql.fill(
    'kinds',
    { name: 'VARCHAR', kind: 'UTINYINT' },
    KINDS.map((name, kind) => [name, kind]),
  );
  const all = await sql.number(`SELECT count(*) FROM read_parquet(${quoted(from.path)})`);
  const ofCatalogue = await sql.number(
    `SELECT count(*) FROM read_parquet(${quoted(from.path)}) i JOIN item_rows r ON r.id = i.item`,
  );
  for (const text of [KNOWN(from.path, now), SHOPPERS, PLACED]) await sql.run(text);
  const count = await sql.number('SELECT count(*) FROM placed');
  const users = await sql.number('SELECT count(*) FROM shoppers');
  const interactions = await collect(sql, { count, users, items: from.items });
  const numbered = await numbersOf(sql, from.subjects ?? []);
  for (const table of ['placed', 'shoppers', 'known', 'kinds', 'item_rows'])
    await sql.run(`DROP TABLE ${table}`);
  return {
    interactions,
    dropped: { unknownItem: all - ofCatalogue, future: ofCatalogue - count },
    users: numbered,
  };
}

async function numbersOf(sql: Sql, subjects: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  if (subjects.length === 0) return found;
  const asked = subjects.map((subject, at) => [`subject:${subject}`, at] as const);
  await sql.fill('asked', { shopper: 'VARCHAR', at: 'INTEGER' }, asked);
  const text = 'SELECT asked.at, number FROM asked JOIN shoppers USING (shopper) ORDER BY asked.at';
  for await (const [places, numbers] of sql.chunks(text))
    places!.forEach((at, row) => {
      found.set(subjects[at]!, numbers![row]!);
    });
  await sql.run('DROP TABLE asked');
  return found;
}

async function collect(
  sql: Sql,
  { count, users, items }: { readonly count: number; readonly users: number; readonly items: number },
): Promise<Interactions> {
  const offsets = new Uint32Array(users + 1);
  const item = new Uint32Array(count);
  const kind = new Uint8Array(count);
  const time = new Float64Array(count);
  const visit = new Uint32Array(count);
  let at = 0;
  for await (const [numbers, itemColumn, kindColumn, timeColumn, visitColumn] of sql.chunks(ORDERED)) {
    item.set(itemColumn!, at);
    kind.set(kindColumn!, at);
    time.set(timeColumn!, at);
    visit.set(visitColumn!, at);
    for (const number of numbers!) offsets[number + 1] = ++at;
  }
  return { users, items, offsets, item, kind, time, visit };
}
