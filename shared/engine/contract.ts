import type { Neighbours, Shard } from '../bundle/contract.ts';
import type { Kernel, Network, Table } from '../kernel/contract.ts';
import type { MarketId, RecId, ReleaseId } from '../protocol/ids.ts';
import type { Profile, Session } from '../protocol/profile.ts';
import type { Slate, SlateRequest, Source } from '../protocol/slate.ts';
import type { CandidateResponse } from '../protocol/sync.ts';
import type { CatalogueIndex } from './catalogue.ts';
import type { Effort } from './effort.ts';
import type { Encoder } from './encoder.ts';
import type { Scratch } from './scratch.ts';
import type { FunnelSettings } from './settings.ts';

/** A release as the funnel reads it: decoded, verified, and its tables in the kernel's memory. */
export interface Engine {
  readonly release: ReleaseId;
  readonly kernel: Kernel;
  readonly shard: Shard;
  readonly transitions: Neighbours;
  readonly boughtTogether: Neighbours;
  readonly lists: FurtherLists;
  readonly settings: FunnelSettings;
  readonly embeddings: Table;
  /** absent where vectors came without one: then anchors are pooled by `settings.decay.embedding` */
  readonly encoder: Encoder | undefined;
  readonly content: Table | undefined;
  /** absent until one was trained: then the linear blend of `settings.blend` ranks */
  readonly ranker: Ranker | undefined;
  /** how the release answers where the kernel has no SIMD; there `settings` and `ranker` are these */
  readonly light: Effort;
  /** what is derived once from the parts: orders, masks, logarithms */
  readonly index: CatalogueIndex;
  /** the funnel's working memory: one recommendation at a time */
  readonly scratch: Scratch;
}

/** Lists that a release may do without; their sources are silent then. */
export interface FurtherLists {
  /** what people with an item have too (EASE over people) */
  readonly taste?: Neighbours | undefined;
  /** what completes a basket with an item (EASE over baskets) */
  readonly basket?: Neighbours | undefined;
  /** of each item that nobody has touched yet, what is alike by its description: cosines */
  readonly fresh?: Neighbours | undefined;
}

/** A learned ranker: z-scores the features of one candidate a row and returns a logit a row. */
export interface Ranker {
  readonly schema: string;
  /** the deep one reads categoricals too */
  readonly kind: 'small' | 'deep';
  readonly network: Network;
  readonly means: Float32Array;
  readonly deviations: Float32Array;
}

/** What is known of the shopper, in string ids. */
export interface ShopperState {
  readonly profile: Profile;
  readonly session: Session | null;
}

/** Everything a slate depends on beside the release and the shopper: given, so that a slate can be made again. */
export interface Moment {
  /**
   * ms since 1970. Interactions count as the current session's only within an hour of it, so data that knows order alone
   * wants a clock on which a session is shorter than that
   */
  readonly now: number;
  readonly seed: number;
  readonly recId: RecId;
  /** minutes east of UTC, for hour and weekday */
  readonly utcOffsetMinutes: number;
  readonly market?: MarketId;
  /** business rules; `off` is for benchmarks on data that has none of stock, margin or carts */
  readonly rules: 'on' | 'off';
  /** the server's candidates from beyond the shard, if they have arrived */
  readonly server?: CandidateResponse;
  /** a ranker from outside has answered `question` for this very moment: its logits rank in place of the release's */
  readonly outside?: OutsideLogits;
  /** filled with milliseconds by stage if given; `clock` is the host's monotonic clock */
  readonly trace?: { clock(): number; stages: Record<string, number> };
}

/** What a shop's own ranker made of some candidates: the host asks it, and hands this in. */
export interface OutsideLogits {
  /** SHA-256 of the model, hexadecimal */
  readonly model: string;
  /** the candidates that were asked for, as `Candidates.items` */
  readonly items: Uint32Array;
  readonly logits: Float32Array;
}

/** The whole funnel. Pure: the same arguments give the same slate, bit for bit, in every engine. */
export type Recommend = (engine: Engine, state: ShopperState, request: SlateRequest, moment: Moment) => Slate;

/** Candidates after retrieval, one column a source; `items` are dense rows, ascending. */
export interface Candidates {
  readonly items: Uint32Array;
  /** scores[source][i]: 0 where the source has nothing to say */
  readonly scores: Readonly<Record<Source, Float32Array>>;
  /** ranks[source][i]: 0-based among all candidates by that source's score; -1 where the score is 0 */
  readonly ranks: Readonly<Record<Source, Int32Array>>;
}

/** What training sees: the same candidates and the same features that serving ranks. */
export interface Scored {
  readonly candidates: Candidates;
  /** row-major, `candidates.items.length x FEATURES.length` */
  readonly features: Float32Array;
  /** row-major, `candidates.items.length x CATEGORICALS.length`: what the deep ranker embeds */
  readonly categories: Uint16Array;
}
