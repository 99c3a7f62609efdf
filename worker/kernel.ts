import type { Kernel } from '../shared/kernel/contract.ts';
import { fromHex } from '../shared/kernel/hex.ts';
import { wasmKernel } from '../shared/kernel/wasm/kernel.ts';

/**
 * Loads the one build that this browser runs, in a file of its own: relaxed SIMD, SIMD, or plain JS where there is no
 * WebAssembly SIMD or a policy forbids compiling. All three together weigh too much for each visitor's first page.
 * @param relaxed whether the engine knows relaxed instructions
 * @returns opens a kernel, each with memory of its own
 */
export async function loadBestKernel(relaxed: boolean): Promise<() => Kernel> {
  try {
    const { Module, Instance } = WebAssembly;
    const text = relaxed
      ? (await import('../shared/kernel/build/relaxed.wasm.ts')).RELAXED_WASM
      : (await import('../shared/kernel/build/simd.wasm.ts')).SIMD_WASM;
    const module = new Module(fromHex(text));
    return () => wasmKernel(new Instance(module), relaxed ? 'relaxed' : 'simd');
  } catch {
    return (await import('../shared/kernel/javascript/kernel.ts')).javascriptKernel;
  }
}
