import { databaseName, eraseIndexedDb, indexedDbStore } from './storage/indexeddb.ts';
import { eraseFiles, folderName, opfsParts } from './storage/opfs.ts';
import type { FileParts } from './storage/parts.ts';
import type { DeviceStore } from './storage/rows.ts';

/** What only a device loads that may keep something: before consent there is no need of it. */
export { revive } from './sync/revive.ts';

export const openDatabase = (site: string, lost: () => void): Promise<DeviceStore> =>
  indexedDbStore(databaseName(site), lost);

export const openFolder = (site: string): FileParts => opfsParts(folderName(site));

/** Deletes database and files, unopened. */
export async function eraseSite(site: string): Promise<void> {
  await Promise.all([eraseIndexedDb(databaseName(site)), eraseFiles(folderName(site))]);
}
