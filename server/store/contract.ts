import type { ReleaseId, Sha256, SiteId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { Interaction } from '../../shared/protocol/profile.ts';
import type { EventAck, Order, WireEvent } from '../../shared/protocol/sync.ts';
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

export interface Counts {
  readonly added: number;
  readonly known: number;
}

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
  readonly events: {
    /** one transaction: the events, and the interactions that follow from them */
    accept(
      site: SiteId,
      subject: string,
      events: readonly WireEvent[],
      receivedAt: number,
    ): Pick<EventAck, 'accepted' | 'duplicates' | 'refused'>;
    count(site: SiteId): number;
  };
  readonly orders: { accept(site: SiteId, orders: readonly Order[]): Counts };
  readonly runs: {
    record(site: SiteId, trained: TrainedRelease, artefacts: readonly Sha256[]): string;
    latest(site: SiteId): RecordedRun | undefined;
    get(site: SiteId, run: string): RecordedRun | undefined;
    list(site: SiteId): readonly RecordedRun[];
  };
  readonly releases: {
    add(site: SiteId, release: PublishedRelease): void;
    current(site: SiteId): PublishedRelease | undefined;
    list(site: SiteId): readonly PublishedRelease[];
  };
  readonly keys: {
    /** stores the hash only */
    add(site: SiteId, kind: 'write' | 'admin', secret: string): void;
    matches(site: SiteId, kind: 'write' | 'admin', secret: string): boolean;
  };
  ready(): boolean;
  close(): void;
}

/** A training run in the registry: everything of TrainedRelease but the bytes, which are artefacts. */
export interface RecordedRun {
  readonly run: string;
  readonly trained: Omit<TrainedRelease, 'parts'>;
  readonly parts: readonly {
    role: string;
    market?: string;
    needed: boolean;
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

/** Files by content hash. */
export interface ArtifactStore {
  put(bytes: Uint8Array): Promise<Sha256>;
  has(sha256: Sha256): Promise<boolean>;
  read(sha256: Sha256): Promise<Uint8Array>;
}
