import type { Consent } from '../../shared/protocol/consent.ts';
import type { EventId, ReleaseId } from '../../shared/protocol/ids.ts';
import type { Level } from '../../shared/protocol/level.ts';
import type { Profile, Session } from '../../shared/protocol/profile.ts';
import type { Pseudonym, WireEvent } from '../../shared/protocol/sync.ts';

/** An event that waits to be sent: as it will go up, but for its age, which is reckoned when it goes. */
export interface OutboxRow {
  readonly event: Omit<WireEvent, 'age_ms'>;
  /** the device's steady clock at capture, ms: no change of the wall clock moves it while the browser runs */
  readonly steady: number;
}

/** A signed manifest as it came, and the addresses of the parts that are kept for it. */
export interface KeptRelease {
  readonly envelope: string;
  readonly parts: readonly string[];
  /** absent: the whole release */
  readonly level?: Level;
}

/** What serves, and what served before it. */
export interface ReleasePointer {
  readonly current: KeptRelease;
  readonly previous: KeptRelease | null;
  /** the highest version ever activated here: no lower one is taken up */
  readonly ratchet: number;
}

/** A batch that was sent or is about to be: resent under its own id until it is answered. */
export interface OpenBatch {
  readonly id: EventId;
  readonly events: readonly EventId[];
}

export interface Counters {
  /** requests that carried events, answered or not */
  readonly requests: number;
  /** events acknowledged by the server, and the bytes of the batches that were answered */
  readonly events: number;
  readonly bytes: number;
  /** oldest events given up because too many or too old ones waited */
  readonly dropped: number;
  /** events that the server refused for good */
  readonly dead: number;
}

export interface StateRows {
  readonly consent: Consent;
  readonly shopper: { readonly profile: Profile; readonly session: Session | null };
  readonly pseudonym: { readonly value: Pseudonym; readonly since: number };
  readonly releases: ReleasePointer;
  /** the release that is being tried, and how many workers began to: a row that outlives its worker tells of a hang */
  readonly trial: { readonly release: ReleaseId; readonly begun: number };
  /** releases that failed here, newest last: not tried again */
  readonly quarantine: readonly { readonly release: ReleaseId; readonly code: string; readonly at: number }[];
  readonly batch: OpenBatch;
  readonly counters: Counters;
  /** a shop's own rankers that failed here, by hash of the model */
  readonly rankers: Readonly<Record<string, { readonly code: string; readonly at: number }>>;
}

/** Tables by name, each a map from string keys to one kind of row. */
export interface Tables {
  readonly state: StateRows[keyof StateRows];
  readonly outbox: OutboxRow;
  /** artefacts by sha256 */
  readonly parts: ArrayBuffer;
}
export type TableName = keyof Tables;
export const TABLES: readonly TableName[] = ['state', 'outbox', 'parts'];

/** The rows of one transaction. */
export interface Rows {
  get<T extends TableName>(table: T, key: string): Promise<Tables[T] | undefined>;
  put<T extends TableName>(table: T, key: string, row: Tables[T]): Promise<void>;
  delete(table: TableName, key: string): Promise<void>;
  clear(table: TableName): Promise<void>;
  /** keys ascending, the first `most` of them */
  keys(table: TableName, most?: number): Promise<string[]>;
  count(table: TableName): Promise<number>;
}

/**
 * Where a device keeps what it may keep. Laws, which the conformance suite checks for every store:
 *  - all writes of one `transact` are kept, or none; a body that throws leaves no trace and its error comes through;
 *  - transactions of all tabs run one after another: what a body reads does not change under it;
 *  - a row read is a copy: changing it changes nothing stored;
 *  - inside a body only `rows` may be awaited, since a transaction does not outlive a turn without a request.
 */
export interface DeviceStore {
  readonly kind: 'memory' | 'indexeddb';
  transact<T>(body: (rows: Rows) => Promise<T>): Promise<T>;
  /** Forgets every row, and the database itself where there is one. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** Reads one state row by its name. */
export const stateRow = async <K extends keyof StateRows>(
  rows: Rows,
  key: K,
): Promise<StateRows[K] | undefined> => (await rows.get('state', key)) as StateRows[K] | undefined;

export const putState = <K extends keyof StateRows>(rows: Rows, key: K, row: StateRows[K]): Promise<void> =>
  rows.put('state', key, row);
