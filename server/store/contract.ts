import type { ReleaseId, Sha256, SiteId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Level } from '../../shared/protocol/level.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { Placement } from '../../shared/protocol/placement.ts';
import type { Interaction, ProfileAttributes } from '../../shared/protocol/profile.ts';
import type { EventAck, Order, WireEvent } from '../../shared/protocol/sync.ts';
import type { Aliases, Mirrored, RecordedExam, Verdict } from '../registry/contract.ts';
import type { TrainedRelease } from '../training/contract.ts';

/** One interaction as training reads it, whatever it came from. `key` makes a repeated import or retry harmless. */
export interface StoredInteraction {
  readonly key: string;
  /** keyed hash of customer or pseudonym; null: nobody known */
  readonly subject: string | null;
  /** basket, invoice or session */
  readonly visit: string;
  readonly item: string;
  readonly kind: Interaction['kind'];
  readonly time: number;
  readonly quantity: number;
  readonly price: number | null;
  readonly origin: 'import' | 'order' | 'event';
}

/** A slate as a shopper saw it, from the events of a consenting browser. */
export interface StoredSlate {
  readonly subject: string;
  readonly placement: Placement;
  /** the server's clock, ms: when the slate was made, or first seen where that is not told */
  readonly time: number;
  /** what was in view, by position; what was chosen was seen. The rest of the slate is not told */
  readonly seen: readonly SeenItem[];
}

export interface SeenItem {
  readonly item: string;
  /** 0-based */
  readonly position: number;
  /** the most that came of it and names the slate; null: nothing did */
  readonly chosen: 'select' | 'cart' | 'purchase' | null;
}

/** What the shop says of a shopper: never from a device, whose attributes stay there. */
export interface StoredShopper {
  /** keyed hash of the customer, as in `StoredInteraction` */
  readonly subject: string;
  readonly attributes: ProfileAttributes;
}

export interface Counts {
  readonly added: number;
  readonly known: number;
}

/** What became of a batch's events; `differing` counts duplicates that said something else than the first did. */
export type Accepted = Pick<EventAck, 'accepted' | 'duplicates' | 'refused'> & { readonly differing: number };

/** An order whose customer has become a subject. */
export type StoredOrder = Omit<Order, 'customer'> & { readonly subject?: string };

/** Every table, scoped by site. SQLite today; the seam a PostgreSQL store would implement. */
export interface Store {
  readonly sites: {
    ensure(site: SiteId, markets: readonly Market[]): void;
    markets(site: SiteId): readonly Market[];
    list(): readonly SiteId[];
  };
  readonly catalogue: {
    upsert(site: SiteId, items: Iterable<Item>, at: number): Counts;
    all(site: SiteId): Item[];
    count(site: SiteId): number;
  };
  readonly interactions: {
    append(site: SiteId, rows: Iterable<StoredInteraction>): Counts;
    /** ordered by subject (nobody known: by visit), time, insertion */
    all(site: SiteId): Iterable<StoredInteraction>;
    count(site: SiteId): number;
  };
  readonly shoppers: {
    /** a shopper that is there already is brought up to date */
    upsert(site: SiteId, shoppers: Iterable<StoredShopper>, at: number): Counts;
    /** ordered by subject */
    all(site: SiteId): StoredShopper[];
  };
  readonly events: {
    /** one transaction: the events, and the interactions that follow from them */
    accept(site: SiteId, subject: string, events: readonly WireEvent[], receivedAt: number): Accepted;
    /** deletes what was received before `before`, with the interactions that followed from it @returns events deleted */
    expire(site: SiteId, before: number): number;
    count(site: SiteId): number;
  };
  readonly slates: {
    /** by subject, then time; of events before `before` alone, ms */
    seen(site: SiteId, before: number): Iterable<StoredSlate>;
  };
  readonly orders: { accept(site: SiteId, orders: readonly StoredOrder[], receivedAt: number): Counts };
  readonly runs: {
    record(site: SiteId, trained: TrainedRelease, artefacts: readonly Sha256[]): string;
    latest(site: SiteId): RecordedRun | undefined;
    get(site: SiteId, run: string): RecordedRun | undefined;
    list(site: SiteId): readonly RecordedRun[];
    /** follow from what is published: there is nothing to keep in step */
    aliases(site: SiteId): Aliases;
    /** adds a note to a run @throws StoreError `unknown-run` */
    note<K extends RunNote>(site: SiteId, run: string, kind: K, value: RunNotes[K]): void;
    /** oldest first */
    notes<K extends RunNote>(site: SiteId, run: string, kind: K): readonly RunNotes[K][];
  };
  readonly releases: {
    add(site: SiteId, release: PublishedRelease): void;
    current(site: SiteId): PublishedRelease | undefined;
    list(site: SiteId): readonly PublishedRelease[];
  };
  readonly keys: {
    /** stores the hash only */
    add(site: SiteId, kind: 'write' | 'admin', secret: string): void;
    /** @returns whether it was there */
    revoke(site: SiteId, kind: 'write' | 'admin', secret: string): boolean;
    matches(site: SiteId, kind: 'write' | 'admin', secret: string): boolean;
  };
  /** all of `work` or nothing; nests, an inner one that throws undoes itself alone */
  transaction<T>(work: () => T): T;
  ready(): boolean;
  close(): void;
}

/** What is learned of a run once it is recorded. */
export interface RunNotes {
  readonly exam: RecordedExam;
  readonly verdict: Verdict;
  readonly mirror: Mirrored;
}
export type RunNote = keyof RunNotes;

/** A training run in the registry: everything of TrainedRelease but the bytes, which are artefacts, and the exam, a note. */
export interface RecordedRun {
  readonly run: string;
  readonly trained: Omit<TrainedRelease, 'parts' | 'exam'>;
  readonly parts: readonly {
    role: string;
    market?: string;
    needed: boolean;
    level?: Level;
    bytes: number;
    sha256: Sha256;
  }[];
  readonly recordedAt: number;
}

export interface PublishedRelease {
  readonly release: ReleaseId;
  readonly version: number;
  readonly run: string;
  /** the signed manifest as it is served, byte for byte */
  readonly envelope: string;
  readonly publishedAt: number;
  readonly reason: 'publish' | 'rollback' | 'renew';
}

/** As HTTP names them. */
export type Encoding = 'br' | 'gzip';

/** Files by content hash. */
export interface ArtifactStore {
  put(bytes: Uint8Array): Promise<Sha256>;
  has(sha256: Sha256): Promise<boolean>;
  /** hash checked @throws ArtifactError `missing` or `damaged` */
  read(sha256: Sha256): Promise<Uint8Array>;
  /** where it lies, plain or precompressed; undefined: not there */
  file(sha256: Sha256, encoding?: Encoding): Promise<{ path: string; bytes: number } | undefined>;
  /** writes the compressed twins, where they are smaller */
  precompress(sha256: Sha256): Promise<void>;
}
