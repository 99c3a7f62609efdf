import type { Card } from '../bundle/contract.ts';
import type { Consent, PrivacyMode } from './consent.ts';
import type { TacitEvent } from './event.ts';
import type { MarketId, RecId, ReleaseId, SiteId } from './ids.ts';
import type { Level } from './level.ts';
import type { Profile, ProfileAttributes, Session } from './profile.ts';
import type { Slate, SlateRequest } from './slate.ts';

/** What the page tells its worker once. */
export interface DeviceOptions {
  readonly site: SiteId;
  /** base URL of the Tacit server, no trailing slash */
  readonly url: string;
  /** pinned Ed25519 public keys, base64 of 32 bytes each; either may sign */
  readonly keys: readonly string[];
  readonly mode: PrivacyMode;
  readonly writeKey?: string;
  readonly market?: MarketId;
  readonly consent: Consent;
  /** storage was refused, not merely not answered yet: what an earlier consent left here goes */
  readonly erase: boolean;
  readonly utcOffsetMinutes: number;
  /** GPC or DNT: mode is off, whatever else is said */
  readonly refused: boolean;
  /** how often an open page looks for a new release, ms */
  readonly refreshEvery: number;
  /** ask the server for candidates from beyond the shard, by a coarse vector of the session */
  readonly serverCandidates: boolean;
  /** a ranker of the shop's own, in ONNX: see docs/own-ranker.md */
  readonly ranker?: OutsideRankerOptions;
}

/** Absolute addresses of a shop's own ranker, and how long a slate may wait for it. */
export interface OutsideRankerOptions {
  /** the model */
  readonly url: string;
  /** the file that says what the model reads: `RankerSidecar` of shared/onnx/sidecar.ts */
  readonly sidecar: string;
  /** the ranker's worker; the runtime's module lies beside it */
  readonly script: string;
  /** ms, counted from when a slate is asked for; then the release's ranker answers */
  readonly deadline: number;
}

/** `resting` after a failure, `refused` for the rest of this page; `code` is the last reason. */
export interface OutsideRankerStatus {
  readonly state: 'idle' | 'opening' | 'ready' | 'resting' | 'refused' | 'closed';
  /** SHA-256 of the model as its sidecar says, once that was read */
  readonly model: string | null;
  readonly code: string | null;
}

/** An event and when it was captured by a clock that page and worker share and no change of the wall clock moves. */
export interface CapturedEvent {
  readonly event: TacitEvent;
  /** `performance.timeOrigin + performance.now()` at capture, ms */
  readonly steady: number;
}

/** What a worker tells its page unasked. */
export type DeviceNotice =
  /** another release serves than before, or more of the same; `level`: only that much of it, so far */
  | { readonly kind: 'release'; readonly release: ReleaseId; readonly level?: Level }
  /** the shopper's state changed, here or in another tab: a slate made now may differ */
  | { readonly kind: 'change' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** A slate with what its shelf draws. */
export interface DrawnSlate {
  readonly slate: Slate;
  /** in the order of `slate.entries`; undefined where the market has no card */
  readonly cards: readonly (Card | undefined)[];
  /** SHA-256 of the shop's own ranker, where that ordered the slate */
  readonly ranker?: string;
  /** ms by stage, of the funnel as it ran */
  readonly timings: Readonly<Record<string, number>>;
}

/** What a device can say of itself: for the privacy panel and for support. Counts and sizes, no behaviour. */
export interface DeviceStatus {
  readonly release: ReleaseId | null;
  readonly version: number;
  readonly build: 'relaxed' | 'simd' | 'js' | 'none';
  /** how much of the release serves: the head comes first, and stays alone where the connection is slow or saves data */
  readonly level: 'whole' | 'head' | 'none';
  /** the shopper saves data, or has a slow connection: the head is all that is taken */
  readonly saving: boolean;
  readonly storage: 'memory' | 'indexeddb';
  /** where the release is kept */
  readonly parts: 'memory' | 'indexeddb' | 'opfs';
  readonly mode: PrivacyMode;
  readonly consent: Consent;
  readonly bundleBytes: number;
  readonly stored: { readonly interactions: number; readonly outbox: number; readonly bytes: number };
  /** since consent was given; `dropped` were too many or too old, `dead` the server refused */
  readonly sent: {
    readonly requests: number;
    readonly events: number;
    readonly bytes: number;
    readonly dropped: number;
    readonly dead: number;
  };
  /** why nothing goes up, or that something does */
  readonly sending: 'off' | 'no-consent' | 'refused' | 'not-built' | 'no-key' | 'server-off' | 'on';
  /** how the shop's own ranker fares, where it brings one */
  readonly ranker?: OutsideRankerStatus;
  /** codes of what went wrong lately, newest last */
  readonly troubles: readonly Trouble[];
}

/** A failure that a caller can tell apart by `code`; `found` and `expected` say what was wrong. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

export interface Explanation {
  readonly item: string;
  readonly reason: Slate['entries'][number]['reason'];
  /** each source's score and rank for the item, and its logit */
  readonly evidence: Readonly<Record<string, { readonly score: number; readonly rank: number }>>;
  readonly logit: number;
}

export interface ExportedProfile {
  readonly exportedAt: number;
  readonly profile: Profile;
  readonly session: Session | null;
  readonly consent: Consent;
  readonly waitingToBeSent: readonly TacitEvent[];
}

/** What the page asked for, no schema admits. An error that comes over a port is known by its name, not its class. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
export const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'Refusal';

/** The worker as the page sees it. Nothing here throws for want of a release: it answers with a status. */
export interface DeviceApi {
  start(options: DeviceOptions): Promise<void>;
  /**
   * Applies events in order; each once, by id. One that no schema admits is told as `event-invalid`.
   * @returns the ids taken over, those of refused events among them (the page drops them from its tail)
   */
  track(events: readonly CapturedEvent[]): Promise<readonly string[]>;
  /** @throws Refusal of a request that no schema admits */
  recommend(request: SlateRequest): Promise<DrawnSlate>;
  /** the same for everybody: what a page falls back to where this worker does not answer */
  popular(market: MarketId | null): Promise<DrawnSlate | null>;
  explain(recId: RecId, item: string): Promise<Explanation | null>;
  setConsent(consent: Consent): Promise<void>;
  /** @throws Refusal of attributes that no schema admits */
  setProfile(attributes: ProfileAttributes): Promise<void>;
  forget(): Promise<void>;
  exportProfile(): Promise<ExportedProfile>;
  status(): Promise<DeviceStatus>;
  /** looks for a new release now @returns true if another one is active afterwards */
  refresh(): Promise<boolean>;
  /** sends what may be sent now: the page is about to be left */
  flush(): Promise<void>;
  /** one listener, the page; a later one replaces it */
  listen(listener: (notice: DeviceNotice) => void): Promise<void>;
  close(): Promise<void>;
}
