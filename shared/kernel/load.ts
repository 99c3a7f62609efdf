import { fromBase64 } from './base64.ts';
import { SIMD_WASM } from './build/simd.wasm.ts';
import type { Kernel } from './contract.ts';
import { javascriptKernel } from './javascript/kernel.ts';
import { simdKernel } from './simd.ts';

/** An engine that cannot run the build it was asked for. */
export class KernelError extends Error {
  readonly code = 'build';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'KernelError';
  }
}

/**
 * The fastest build that this engine runs: plain JS where there is no WebAssembly, no SIMD, or a policy that forbids
 * compiling (CSP without 'wasm-unsafe-eval'). All builds give the same bits. Synchronous: the module is 2 kB.
 * @throws KernelError if `build` asks for SIMD and the engine cannot
 */
export function loadKernel(options: { readonly build?: Kernel['build'] } = {}): Kernel {
  if (options.build === 'js') return javascriptKernel();
  if (options.build === 'relaxed') throw new KernelError('Found no relaxed SIMD, expected it.', undefined);
  try {
    return simdKernel(compile());
  } catch (error) {
    if (options.build !== undefined)
      throw new KernelError(
        `Found no WebAssembly SIMD, expected it: ${error instanceof Error ? error.message : error}.`,
        error,
      );
    return javascriptKernel();
  }
}

function compile(): WebAssembly.Instance {
  const bytes = fromBase64(SIMD_WASM);
  if (!WebAssembly.validate(bytes)) throw new Error('the engine does not validate the module');
  return new WebAssembly.Instance(new WebAssembly.Module(bytes));
}
