import type { Disk } from './parts.ts';
import { guardedStore, STORAGE_DEADLINE } from './storage/guarded.ts';
import { guardedParts } from './storage/guarded-parts.ts';
import { databaseName, eraseIndexedDb, indexedDbStore } from './storage/indexeddb.ts';
import { eraseFiles, folderName, opfsParts } from './storage/opfs.ts';

/** What only a device loads that may keep something: before consent there is no need of it. */
export { revive } from './sync/revive.ts';

export const openStore: Disk['openStore'] = (site, onLost) =>
  guardedStore((lost) => indexedDbStore(databaseName(site), lost), { deadline: STORAGE_DEADLINE, onLost });

export const openFiles: NonNullable<Disk['openFiles']> = (site, rows, onLost) =>
  guardedParts(opfsParts(folderName(site)), rows, { deadline: STORAGE_DEADLINE, onLost });

/** Deletes database and files, unopened. */
export async function eraseSite(site: string): Promise<void> {
  await Promise.all([eraseIndexedDb(databaseName(site)), eraseFiles(folderName(site))]);
}
