import { loadKernel } from '../shared/kernel/load.ts';
import { answerCalls } from '../shared/protocol/calls.ts';
import { createDevice } from './device.ts';
import { workerHost } from './host.ts';
import { startRankerWorker } from './onnx/port.ts';
import { databaseName, eraseIndexedDb, indexedDbStore } from './storage/indexeddb.ts';
import { eraseFiles, folderName, opfsParts } from './storage/opfs.ts';
import { verifyEd25519 } from './sync/ed25519.ts';

/** The device's host: storage, network and kernel meet the funnel here, and the page calls it. */
const device = createDevice({
  host: workerHost(),
  verify: verifyEd25519,
  openKernel: loadKernel,
  startRanker: startRankerWorker,
  openStore: (site) => (lost) => indexedDbStore(databaseName(site), lost),
  openFiles: (site) => opfsParts(folderName(site)),
  async eraseStore(site) {
    await Promise.all([eraseIndexedDb(databaseName(site)), eraseFiles(folderName(site))]);
  },
});
void device.listen(answerCalls(globalThis, device));
