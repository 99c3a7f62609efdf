import type { DrawnSlate } from '../shared/protocol/device.ts';
import { mintRecId } from '../shared/protocol/ids.ts';
import type { Placement } from '../shared/protocol/placement.ts';
import type { SlateCause } from '../shared/protocol/slate.ts';
import type { Recommendations, Tacit } from './contract.ts';

/** Ten random bytes for an id. */
export const randomBytes = (): Uint8Array => crypto.getRandomValues(new Uint8Array(10));

/** Nothing, and why. */
export function emptySlate(placement: Placement, cause: SlateCause): DrawnSlate {
  const now = Date.now();
  return {
    slate: {
      recId: mintRecId(now, randomBytes()),
      placement,
      status: 'empty',
      cause,
      release: null,
      entries: [],
      madeAt: now,
    },
    cards: [],
    timings: {},
  };
}

/** A Tacit that does nothing and harms nobody: on a server, and where its options cannot be used. */
export function inertTacit(cause: SlateCause): Tacit {
  const nothing = async (): Promise<void> => undefined;
  return {
    track: () => undefined,
    setConsent: nothing,
    setProfile: nothing,
    async recommend(options): Promise<Recommendations> {
      const { slate } = emptySlate(options?.placement, cause);
      return { ...slate, items: [], timings: { total: 0 } };
    },
    last: () => null,
    explain: async () => null,
    forget: nothing,
    exportProfile: async () => null,
    status: async () => null,
    refresh: async () => false,
    on: () => () => undefined,
    close: nothing,
  };
}
