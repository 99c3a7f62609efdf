import { answerCalls } from '../shared/protocol/calls.ts';
import type { DeviceApi } from '../shared/protocol/device.ts';
import { createDevice } from './device.ts';
import { workerHost } from './host.ts';
import { loadBestKernel } from './kernel.ts';
import { filesLater } from './storage/later.ts';
import { verifyEd25519 } from './sync/ed25519.ts';

const disk = () => import('./disk.ts');

/**
 * The device's host: storage, network and kernel meet the funnel here, and the page calls it. What few shops need is loaded
 * by those that do.
 */
const open = (): DeviceApi =>
  createDevice({
    host: workerHost(),
    verify: verifyEd25519,
    loadKernel: loadBestKernel,
    startRanker: async (script) => (await import('./onnx/port.ts')).startRankerWorker(script),
    loadDisk: disk,
    openStore: (site) => async (lost) => (await disk()).openDatabase(site, lost),
    openFiles: (site) => filesLater(disk().then(({ openFolder }) => openFolder(site))),
    eraseStore: async (site) => (await disk()).eraseSite(site),
  });

const device = open();
void device.listen(answerCalls(globalThis, device));
