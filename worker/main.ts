import { answerCalls } from '../shared/protocol/calls.ts';
import type { DeviceApi } from '../shared/protocol/device.ts';
import { createDevice } from './device.ts';
import { workerHost } from './host.ts';
import { loadBestKernel } from './kernel.ts';
import { eraseFiles, folderName, opfsParts } from './storage/opfs.ts';
import { verifyEd25519 } from './sync/ed25519.ts';

const database = () => import('./storage/indexeddb.ts');

/**
 * The device's host: storage, network and kernel meet the funnel here, and the page calls it. What not every visit needs
 * is loaded by the first that does: databases come with consent, a ranker's worker with a shop's own ranker.
 */
const open = (): DeviceApi =>
  createDevice({
  host: workerHost(),
  verify: verifyEd25519,
  loadKernel: loadBestKernel,
  startRanker: async (script) => (await import('./onnx/port.ts')).startRankerWorker(script),
  openStore: (site) => async (lost) => {
    const { databaseName, indexedDbStore } = await database();
    return indexedDbStore(databaseName(site), lost);
  },
  openFiles: (site) => opfsParts(folderName(site)),
  async eraseStore(site) {
    const { databaseName, eraseIndexedDb } = await database();
    await Promise.all([eraseIndexedDb(databaseName(site)), eraseFiles(folderName(site))]);
  },
});

/**
 * Parts ask for this file by its plain name. Where a shop's own address of it differs, by a query say, that is a second copy
 * in the same worker: it lends its code and stays silent.
 */
const scope: { tacitDevice?: DeviceApi } = globalThis;
if (scope.tacitDevice === undefined) {
  const device = open();
  scope.tacitDevice = device;
  void device.listen(answerCalls(globalThis, device));
}
