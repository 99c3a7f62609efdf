import type { ModelCard } from '../../models/contract.ts';
import type { MarketId } from '../../shared/protocol/ids.ts';
import type { Level } from '../../shared/protocol/level.ts';
import type { Golden, Market } from '../../shared/protocol/manifest.ts';

/** One encoded file of a bundle, before it has an address. */
export interface BundlePart {
  readonly role: string;
  readonly market?: MarketId;
  readonly needed: boolean;
  /** absent: of the whole release, or of both */
  readonly level?: Level;
  readonly bytes: Uint8Array;
}

/** The training job's product: everything `publish` needs, nothing it must compute. */
export interface TrainedRelease {
  readonly parts: readonly BundlePart[];
  readonly space: string;
  readonly featureSchema: string;
  readonly items: number;
  readonly markets: readonly Market[];
  readonly golden: Golden;
  /** the small whole that a device opens first, if one was cut */
  readonly head?: { readonly items: number; readonly golden: Golden };
  readonly cards: readonly ModelCard[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: {
    readonly dataHash: string;
    readonly code: string;
    readonly seed: number;
    readonly interactions: number;
    readonly trainedAt: number;
    readonly seconds: number;
  };
}
