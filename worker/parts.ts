import type { Kernel } from '../shared/kernel/contract.ts';
import type { Verify } from '../shared/protocol/signature.ts';
import type { Host } from './host.ts';
import type { OpenStore } from './storage/guarded.ts';

/** What the composition root hands to the device. */
export interface DeviceParts {
  readonly host: Host;
  readonly verify: Verify;
  openKernel(): Kernel;
  /** the database of a site */
  openStore(site: string): OpenStore;
  /** deletes it, unopened */
  eraseStore(site: string): Promise<void>;
}
