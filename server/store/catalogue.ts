import type { Item } from '../../shared/protocol/item.ts';
import type { Store } from './contract.ts';
import type { Database } from './sqlite.ts';

export function catalogueTable(db: Database): Store['catalogue'] {
  const insert = db.prepare(
    `INSERT INTO item (site, id, data, updated_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (site, id) DO NOTHING`,
  );
  const update = db.prepare('UPDATE item SET data = ?, updated_at = ? WHERE site = ? AND id = ?');
  return {
    upsert: (site, items, at) =>
      db.transaction(() => {
        let added = 0;
        let known = 0;
        for (const item of items) {
          const data = JSON.stringify(item);
          if (insert.run(site, item.id, data, at) === 1) added++;
          else known += update.run(data, at, site, item.id);
        }
        return { added, known };
      }),
    all: (site) =>
      db
        // SQLite compares text as UTF-8 bytes: the order of rows in a shard.
        .all(db.query.selectFrom('item').select('data').where('site', '=', site).orderBy('id'))
        .map((row) => JSON.parse(row.data) as Item),
    count: (site) => countOf(db, 'item', site),
  };
}

export function countOf(db: Database, table: 'item' | 'interaction' | 'event', site: string): number {
  const counted = db.query
    .selectFrom(table)
    .select((e) => e.fn.countAll<number>().as('rows'))
    .where('site', '=', site);
  return db.get(counted)?.rows ?? 0;
}
