import type { Kernel } from '../shared/kernel/contract.ts';
import type { Verify } from '../shared/protocol/signature.ts';
import type { Host } from './host.ts';
import type { RankerPort } from './onnx/port.ts';
import type { StorageFailure } from './storage/failure.ts';
import type { FileParts, PartStore } from './storage/parts.ts';
import type { DeviceStore } from './storage/rows.ts';

/** Where a site's device keeps what it may. All of it always answers: what is lost is told once, and goes on in memory. */
export interface Disk {
  openStore(site: string, onLost: OnLost): DeviceStore;
  /** files for artefacts, rows where they are lost; absent where there can be none */
  openFiles?(site: string, rows: PartStore, onLost: OnLost): FileParts;
}
export type OnLost = (failure: StorageFailure) => void;

/** What the composition root hands to the device. */
export interface DeviceParts {
  readonly host: Host;
  readonly verify: Verify;
  /** @returns opens a kernel, each with memory of its own */
  loadKernel(): Promise<() => Kernel>;
  /** the code that keeps anything: waited for before a database is opened, since a slow line is no slow disk */
  loadDisk(): Promise<Disk>;
  /** a worker for a shop's own ranker; absent where there can be none */
  startRanker?(script: string): Promise<RankerPort>;
  /** deletes database and files, unopened */
  eraseStore(site: string): Promise<void>;
}
