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
  /** absent where nothing was kept back to test on */
  readonly exam?: Exam;
  readonly lineage: {
    readonly dataHash: string;
    readonly code: string;
    readonly seed: number;
    readonly interactions: number;
    readonly trainedAt: number;
    readonly seconds: number;
    /** ms, just after the newest interaction that was fitted */
    readonly until?: number;
    /** settings as the run chose them, by dotted names */
    readonly parameters?: Readonly<Record<string, string | number | boolean>>;
    /** the champion that it was compared with */
    readonly champion?: string;
  };
}

/**
 * ndcg@10 of each test query, by different answers. Queries are of the newest window and of shoppers that taught and chose
 * nothing; the twin is the release's fit without that window, packed the same way.
 */
export interface Exam {
  /** ms: the twin knows nothing at or after it */
  readonly cut: number;
  /** when each query was asked, ms, and by which shopper: numbers that mean nothing outside the exam */
  readonly asked: readonly number[];
  readonly shoppers: readonly number[];
  readonly twin: readonly number[];
  /** the same fit as it was before it was rounded and cut */
  readonly exact: readonly number[];
  /** the most popular of the same fit */
  readonly popularity: readonly number[];
  /** absent where there was none, or where nothing is new to it */
  readonly champion?: ChampionAnswers;
  /** the twin's files: what the next run is compared with if it is tested on days that the release has seen */
  readonly files: readonly BundlePart[];
}

export interface ChampionAnswers {
  readonly run: string;
  /** its release, or its twin where the release has seen what is asked */
  readonly by: 'release' | 'twin';
  /** why it could not be asked: a Tacit of another version made it */
  readonly unread?: string;
  /** null: not asked, since it had seen the answer */
  readonly ndcg: readonly (number | null)[];
}

/** The published run, as a new one is compared with it. */
export interface Champion {
  readonly run: string;
  /** what the release was fitted before, ms */
  readonly until: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly twin?: { readonly cut: number; readonly files: ReadonlyMap<string, Uint8Array> };
}
