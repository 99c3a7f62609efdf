import { createHash, timingSafeEqual } from 'node:crypto';
import type { Store } from './contract.ts';
import type { Database } from './sqlite.ts';

/**
 * Secrets have 256 random bits, so a plain SHA-256 is enough to keep them by. Every kept hash is compared, in the same
 * time whether one matches or not, and an unknown site costs as much as a known one.
 */
export function keysTable(db: Database, now: () => number): Store['keys'] {
  const kept = (site: string, kind: 'write' | 'admin') =>
    db.query.selectFrom('access_key').select('hash').where('site', '=', site).where('kind', '=', kind);
  return {
    add(site, kind, secret) {
      const row = { site, kind, hash: digest(secret), added_at: now() };
      db.run(
        db.query
          .insertInto('access_key')
          .values(row)
          .onConflict((c) => c.doNothing()),
      );
    },
    revoke: (site, kind, secret) =>
      db.run(
        db.query
          .deleteFrom('access_key')
          .where('site', '=', site)
          .where('kind', '=', kind)
          .where('hash', '=', digest(secret)),
      ) === 1,
    matches(site, kind, secret) {
      const given = digest(secret);
      let found = timingSafeEqual(given, Buffer.alloc(given.length));
      for (const { hash } of db.all(kept(site, kind)))
        if (hash.length === given.length && timingSafeEqual(given, hash)) found = true;
      return found;
    },
  };
}

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
