import { answerCalls } from '../shared/protocol/calls.ts';
import { createDevice } from './device.ts';
import { workerHost } from './host.ts';
import { loadBestKernel } from './kernel.ts';
import { verifyEd25519 } from './sync/ed25519.ts';

const disk = () => import('./disk.ts');

/**
 * The device's host: storage, network and kernel meet the funnel here, and the page calls it. What few shops need is loaded
 * by those that do.
 * @param relaxed whether WebAssembly knows relaxed instructions here; its build is on its way then
 */
export function listen(relaxed: boolean): void {
  const device = createDevice({
    host: workerHost(),
    verify: verifyEd25519,
    loadKernel: () => loadBestKernel(relaxed),
    startRanker: async (script) => (await import('./onnx/port.ts')).startRankerWorker(script),
    loadDisk: disk,
    eraseStore: async (site) => (await disk()).eraseSite(site),
  });
  void device.listen(answerCalls(globalThis, device));
}
