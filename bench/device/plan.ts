import type { DeviceEffort } from './funnel/device.ts';
import type { Rounds } from './measure/turns.ts';
import type { BenchOptions, Section } from './options.ts';
import type { Effort } from './scan/contest.ts';

/** Which sizes the keys speak of: 20k, 100k and 500k, but for a test of the benchmark itself. */
export interface Sizes {
  readonly first: number;
  readonly usual: number;
  readonly large: number;
}
export const SIZES: Sizes = { first: 20_000, usual: 100_000, large: 500_000 };

/** Everything a run does. */
export interface Plan {
  readonly seed: number;
  readonly sections: readonly Section[];
  readonly sizes: Sizes;
  readonly scan: { readonly items: readonly number[]; readonly effort: Effort; readonly real: boolean };
  readonly ranker: Rounds & { readonly candidates: number };
  readonly device: DeviceEffort;
  /** weighs onnxruntime-web too */
  readonly wholeWire: boolean;
}

export function planOf({ quick, items, only, seed, patience }: BenchOptions): Plan {
  const effort: Effort = quick
    ? { graded: 20, rounds: 4, turn: 20, patience }
    : { graded: 50, rounds: 15, turn: 40, patience };
  return {
    seed,
    sections: only,
    sizes: SIZES,
    scan: { items, effort, real: true },
    ranker: quick ? { rounds: 4, turn: 60, candidates: 1000 } : { rounds: 15, turn: 100, candidates: 1000 },
    device: {
      ...(quick
        ? { rounds: 2, laps: 40, openings: 4, slates: 200 }
        : { rounds: 5, laps: 70, openings: 12, slates: 200 }),
      sizes: SIZES,
    },
    wholeWire: true,
  };
}
