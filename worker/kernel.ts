import type { Kernel } from '../shared/kernel/contract.ts';
import { fromHex } from '../shared/kernel/hex.ts';
import { wasmKernel } from '../shared/kernel/wasm/kernel.ts';

/**
 * The smallest module with a relaxed instruction in it (`i8x16.relaxed_swizzle` of two zeros), to ask an engine whether it
 * knows them before the build that is full of them is loaded.
 */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // one type () -> v128, one function of it
  ...[1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  // its body: i32.const 0, i8x16.splat, twice; swizzle; end
  ...[10, 15, 1, 13, 0, 0x41, 0, 0xfd, 15, 0x41, 0, 0xfd, 15, 0xfd, 0x80, 2, 0x0b],
);

/**
 * Loads the one build that this browser runs, in a file of its own: relaxed SIMD, SIMD, or plain JS where there is no
 * WebAssembly SIMD or a policy forbids compiling. All three together weigh too much for each visitor's first page.
 * @returns opens a kernel, each with memory of its own
 */
export async function loadBestKernel(): Promise<() => Kernel> {
  try {
    const relaxed = WebAssembly.validate(RELAXED_PROBE);
    const text = relaxed
      ? (await import('../shared/kernel/build/relaxed.wasm.ts')).RELAXED_WASM
      : (await import('../shared/kernel/build/simd.wasm.ts')).SIMD_WASM;
    const module = new WebAssembly.Module(fromHex(text));
    return () => wasmKernel(new WebAssembly.Instance(module), relaxed ? 'relaxed' : 'simd');
  } catch {
    return (await import('../shared/kernel/javascript/kernel.ts')).javascriptKernel;
  }
}
