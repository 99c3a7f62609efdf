import { createAttention } from '../attention.ts';
import type { Kernel } from '../contract.ts';
import { javascriptNetwork } from './network.ts';
import { javascriptTable } from './table.ts';

/** The kernel without WebAssembly: where a page's policy or an old engine allows none. */
export const javascriptKernel = (): Kernel => ({
  build: 'js',
  room: (bytes) => {
    const room = new Uint8Array(bytes);
    return { view: () => room, free: () => undefined };
  },
  table: javascriptTable,
  network: javascriptNetwork,
  attention: createAttention,
});
