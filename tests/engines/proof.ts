// Runs inside a worker of the browser under test: what every engine must answer alike.
import { goldenDigest } from '../../shared/engine/golden.case.ts';
import { kernelDigest } from '../../shared/kernel/digest.case.ts';
import { loadKernel } from '../../shared/kernel/load.ts';

const BUILDS = ['relaxed', 'simd', 'js'] as const;

for (const build of BUILDS) {
  try {
    const kernel = loadKernel({ build });
    postMessage({ build: kernel.build, kernel: kernelDigest(kernel), golden: goldenDigest(kernel) });
  } catch (error) {
    postMessage({ build, refused: String(error) });
  }
}
postMessage({ chosen: loadKernel().build });
