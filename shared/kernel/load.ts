import { RELAXED_WASM } from './build/relaxed.wasm.ts';
import { SIMD_WASM } from './build/simd.wasm.ts';
import { checked } from './checked.ts';
import type { Kernel } from './contract.ts';
import { fromHex } from './hex.ts';
import { javascriptKernel } from './javascript/kernel.ts';
import { wasmKernel } from './wasm/kernel.ts';

/** An engine that cannot run the build it was asked for. */
export class KernelError extends Error {
  readonly code = 'build';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'KernelError';
  }
}

type Build = Kernel['build'];
const MODULES = { relaxed: RELAXED_WASM, simd: SIMD_WASM };

/**
 * The fastest build that this engine runs: relaxed SIMD, SIMD, or plain JS where there is no WebAssembly SIMD or a policy
 * forbids compiling (CSP without 'wasm-unsafe-eval'). All builds give the same bits. Synchronous: a module is a few kB.
 * @throws KernelError if `build` is asked for and the engine cannot
 */
export function loadKernel(options: { readonly build?: Build } = {}): Kernel {
  const { build } = options;
  const builds: readonly Build[] = build ? [build] : ['relaxed', 'simd', 'js'];
  let reason: unknown;
  for (const one of builds)
    try {
      return checked(one === 'js' ? javascriptKernel() : wasmKernel(compile(one), one));
    } catch (error) {
      reason = error;
    }
  throw new KernelError(
    `Found no WebAssembly for build ${build}, expected it: ${reason instanceof Error ? reason.message : reason}.`,
    reason,
  );
}

function compile(build: keyof typeof MODULES): WebAssembly.Instance {
  const bytes = fromHex(MODULES[build]);
  if (!WebAssembly.validate(bytes)) throw new Error('the engine does not validate the module');
  return new WebAssembly.Instance(new WebAssembly.Module(bytes));
}
