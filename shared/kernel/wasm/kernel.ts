import { createAttention } from '../attention.ts';
import type { Kernel } from '../contract.ts';
import { createHost } from './host.ts';
import { wasmNetwork } from './network.ts';
import { wasmTable } from './table.ts';

/** Runs the compiled module. */
export function wasmKernel(instance: WebAssembly.Instance, build: 'relaxed' | 'simd'): Kernel {
  const host = createHost(instance, build === 'relaxed');
  const { memory } = host;
  return {
    build,
    room: (bytes) => {
      const at = memory.take(bytes);
      return {
        view: () => new Uint8Array(memory.views.i8.buffer, at, bytes),
        free: () => memory.give(at),
      };
    },
    table: (embeddings, options) => wasmTable(host, embeddings, options),
    network: (spec) => wasmNetwork(host, spec),
    attention: createAttention,
  };
}
