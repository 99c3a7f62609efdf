import type { Kernel } from '../shared/kernel/contract.ts';
import type { Verify } from '../shared/protocol/signature.ts';
import type { Host } from './host.ts';
import type { RankerPort } from './onnx/port.ts';
import type { OpenStore } from './storage/guarded.ts';

/** What the composition root hands to the device. */
export interface DeviceParts {
  readonly host: Host;
  readonly verify: Verify;
  openKernel(): Kernel;
  /** the database of a site */
  openStore(site: string): OpenStore;
  /** a worker for a shop's own ranker; absent where there can be none */
  startRanker?(script: string): Promise<RankerPort>;
  /** deletes it, unopened */
  eraseStore(site: string): Promise<void>;
}
