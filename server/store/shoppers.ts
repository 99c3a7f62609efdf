import type { ProfileAttributes } from '../../shared/protocol/profile.ts';
import type { Store } from './contract.ts';
import type { Database } from './sqlite.ts';

export function shoppersTable(db: Database): Store['shoppers'] {
  const insert = db.prepare(
    `INSERT INTO shopper (site, subject, data, updated_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (site, subject) DO NOTHING`,
  );
  const update = db.prepare('UPDATE shopper SET data = ?, updated_at = ? WHERE site = ? AND subject = ?');
  return {
    upsert: (site, shoppers, at) =>
      db.transaction(() => {
        let added = 0;
        let known = 0;
        for (const { subject, attributes } of shoppers) {
          const data = JSON.stringify(attributes);
          if (insert.run(site, subject, data, at) === 1) added++;
          else known += update.run(data, at, site, subject);
        }
        return { added, known };
      }),
    all: (site) =>
      db
        .all(
          db.query
            .selectFrom('shopper')
            .select(['subject', 'data'])
            .where('site', '=', site)
            .orderBy('subject'),
        )
        .map(({ subject, data }) => ({ subject, attributes: JSON.parse(data) as ProfileAttributes })),
  };
}
