import type { Kernel } from '../shared/kernel/contract.ts';
import type { Verify } from '../shared/protocol/signature.ts';
import type { Host } from './host.ts';
import type { RankerPort } from './onnx/port.ts';
import type { OpenStore } from './storage/guarded.ts';
import type { FileParts } from './storage/parts.ts';

/** What the composition root hands to the device. */
export interface DeviceParts {
  readonly host: Host;
  readonly verify: Verify;
  /** @returns opens a kernel, each with memory of its own */
  loadKernel(): Promise<() => Kernel>;
  /** the code that keeps anything: waited for before a database is opened, since a slow line is no slow disk */
  loadDisk?(): Promise<unknown>;
  /** the database of a site */
  openStore(site: string): OpenStore;
  /** files of a site, for artefacts; absent where there can be none */
  openFiles?(site: string): FileParts;
  /** a worker for a shop's own ranker; absent where there can be none */
  startRanker?(script: string): Promise<RankerPort>;
  /** deletes database and files, unopened */
  eraseStore(site: string): Promise<void>;
}
