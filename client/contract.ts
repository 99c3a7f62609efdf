import type { Card } from '../shared/bundle/contract.ts';
import type { Consent, PrivacyMode } from '../shared/protocol/consent.ts';
import type { DeviceStatus, Explanation, ExportedProfile } from '../shared/protocol/device.ts';
import type { TrackedEvent } from '../shared/protocol/event.ts';
import type { Reason, Slate, SlateCause, SlateEntry, SlateRequest } from '../shared/protocol/slate.ts';

export interface TacitOptions {
  site: string;
  /** base URL of the Tacit server */
  url: string;
  /** pinned Ed25519 public keys, base64 */
  keys: readonly string[];
  /** the worker's URL; default: `tacit-worker.js` beside the SDK. Another origin is fetched and started from a blob */
  workerUrl?: string;
  privacy?: { mode?: PrivacyMode };
  consent?: Partial<Consent>;
  writeKey?: string;
  market?: string;
  /** ms between looks for a new release; default 5 minutes */
  refreshEvery?: number;
  /**
   * ask the server for items from beyond the shard, by a coarse vector of the session; default false. The vector is
   * personal data: see the privacy guide before turning it on
   */
  serverCandidates?: boolean;
  /** a ranker of your own, in ONNX: it orders candidates where it answers in time, else the release's does */
  ranker?: RankerOption;
  /** told of everything that went wrong, which is on the console else; nothing is ever thrown into the page */
  onTrouble?: (trouble: TacitTrouble) => void;
}

/** docs/own-ranker.md tells what the two files hold. */
export interface RankerOption {
  /** the ONNX model */
  url: string;
  /** what it reads: JSON */
  sidecar: string;
  /** ms that a slate may wait for it; default 100, at most 2000 */
  deadline?: number;
  /** default: `tacit-ranker.js` beside the worker; onnxruntime's module lies beside it */
  scriptUrl?: string;
}

export interface TacitTrouble {
  code: string;
  message: string;
}

/** Algolia's names where it has one. */
export interface RecommendOptions extends Omit<SlateRequest, 'items' | 'market' | 'exclude' | 'avoid'> {
  /** seed items, as plain strings; unknown ones count for nothing */
  items?: readonly string[];
  exclude?: readonly string[];
  avoid?: readonly string[];
  /** alias of `limit` */
  maxRecommendations?: number;
  /** asked again with these where the first slate is empty */
  fallbackParameters?: Partial<Omit<RecommendOptions, 'fallbackParameters' | 'transformItems'>>;
  transformItems?: (items: readonly RecommendedItem[]) => readonly RecommendedItem[];
}

export interface RecommendedItem extends SlateEntry {
  card: Card | undefined;
}

export interface Recommendations {
  recId: string;
  status: Slate['status'];
  cause: SlateCause;
  release: string | null;
  items: readonly RecommendedItem[];
  /** SHA-256 of your own ranker, where that ordered the slate */
  ranker?: string;
  /** ms by stage inside the funnel, and `total` as the page saw it */
  timings: Readonly<Record<string, number>>;
}

/** `release`: another release serves than the one that this page was last answered by, if by any, or more of it. `change`: the shopper's state changed, here or in another tab. */
export type TacitEventName = 'release' | 'change';
export type TacitListener = (detail: { release?: string }) => void;

export interface Tacit {
  track(event: TrackedEvent): void;
  setConsent(consent: Partial<Consent>): Promise<void>;
  setProfile(attributes: Record<string, string>): Promise<void>;
  /** never rejects: an empty slate with its cause is the worst answer */
  recommend(options: RecommendOptions): Promise<Recommendations>;
  /**
   * What stood here last, from the page's own memory and at once: to draw while a page opens, before `recommend` has its
   * answer. Else what is popular, where the placement allows it; null where nothing is remembered.
   */
  last(options: RecommendOptions): Recommendations | null;
  explain(recId: string, item: string): Promise<Explanation | null>;
  forget(): Promise<void>;
  exportProfile(): Promise<ExportedProfile | null>;
  status(): Promise<DeviceStatus | null>;
  /** looks for a new release now */
  refresh(): Promise<boolean>;
  on(event: TacitEventName, listener: TacitListener): () => void;
  close(): Promise<void>;
}

/** A reason in the shop's words, by kind. */
export type ReasonText = (reason: Reason, titleOf: (item: string) => string | undefined) => string;
