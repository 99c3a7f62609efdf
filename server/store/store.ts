import { catalogueTable } from './catalogue.ts';
import type { Store } from './contract.ts';
import { eventsTable } from './events.ts';
import { interactionsTable, interactionWriter } from './interactions.ts';
import { keysTable } from './keys.ts';
import { migrate } from './migrations.ts';
import { ordersTable } from './orders.ts';
import { releasesTable, runsTable, sitesTable } from './registry.ts';
import { shoppersTable } from './shoppers.ts';
import { slatesView } from './slates.ts';
import { openDatabase } from './sqlite.ts';

/**
 * The store in one SQLite file, brought to the newest schema. Several processes may hold it open: one serves while another
 * trains. What was acknowledged is on the disk.
 * @throws StoreError
 */
export function openStore(file: string, now: () => number = Date.now): Store {
  const db = openDatabase(file);
  try {
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
  const write = interactionWriter(db);
  return {
    sites: sitesTable(db),
    catalogue: catalogueTable(db),
    interactions: interactionsTable(db, write),
    shoppers: shoppersTable(db),
    events: eventsTable(db, write),
    slates: slatesView(db),
    orders: ordersTable(db, write),
    runs: runsTable(db),
    releases: releasesTable(db),
    keys: keysTable(db, now),
    transaction: db.transaction,
    ready() {
      try {
        return db.prepare<{ ok: number }>('SELECT 1 AS ok').get()?.ok === 1;
      } catch {
        return false;
      }
    },
    close: db.close,
  };
}
