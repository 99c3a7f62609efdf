import type { DeviceResult } from './funnel/device.ts';
import type { Plan } from './plan.ts';
import type { RankerResult } from './ranker/ranker.ts';
import type { Contest } from './scan/contest.ts';
import type { WireBytes } from './scan/wire.ts';

/** What a run found. A section that was not asked for is undefined. */
export interface Results {
  readonly plan: Plan;
  readonly machine: {
    readonly browser: string;
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    /** mean length of the run queue when the run began: above the number of cores, times are of a busy machine */
    readonly load: number;
  };
  readonly scan: readonly Contest[] | undefined;
  readonly wire: Readonly<Record<string, WireBytes>> | undefined;
  readonly ranker: RankerResult | undefined;
  readonly device: DeviceResult | undefined;
  /** sections that broke off: the run's exit code is 1 */
  readonly failures: readonly string[];
  /** what was not measured, and why */
  readonly leftOut: readonly string[];
  readonly seconds: number;
}
