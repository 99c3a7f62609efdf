import type { EventId } from '../../shared/protocol/ids.ts';
import type { EventAck, Pseudonym } from '../../shared/protocol/sync.ts';
import {
  type Counters,
  type OpenBatch,
  type OutboxRow,
  putState,
  type Rows,
  stateRow,
} from '../storage/rows.ts';

/** What waits is bounded: a device that is offline for good must not fill its disk. */
export const MOST_WAITING = 1_000;
export const LONGEST_WAITING = 7 * 86_400_000;
export const PSEUDONYM_LIFE = 30 * 86_400_000;

const NO_COUNTS: Counters = { requests: 0, events: 0, bytes: 0, dropped: 0, dead: 0 };

/** A batch as it goes up: rows in order of capture. */
export interface Batch {
  readonly id: EventId;
  readonly rows: readonly OutboxRow[];
}

export const countersOf = async (rows: Rows): Promise<Counters> =>
  (await stateRow(rows, 'counters')) ?? NO_COUNTS;

export async function count(rows: Rows, more: Partial<Counters>): Promise<void> {
  const old = await countersOf(rows);
  const sum = (key: keyof Counters): number => old[key] + (more[key] ?? 0);
  await putState(rows, 'counters', {
    requests: sum('requests'),
    events: sum('events'),
    bytes: sum('bytes'),
    dropped: sum('dropped'),
    dead: sum('dead'),
  });
}

/** Adds rows by event id; beyond MOST_WAITING the oldest go, counted. */
export async function enqueue(rows: Rows, fresh: readonly OutboxRow[]): Promise<void> {
  for (const row of fresh) await rows.put('outbox', row.event.event_id, row);
  const surplus = (await rows.count('outbox')) - MOST_WAITING;
  if (surplus <= 0) return;
  // Event ids begin with their time (UUIDv7): the smallest key is the oldest event.
  for (const key of await rows.keys('outbox', surplus)) await rows.delete('outbox', key);
  await count(rows, { dropped: surplus });
}

/**
 * The batch to send now, or null where nothing waits. A batch once opened is given again, under its own id and with
 * what is left of its events, until `settle` or `giveUp` closes it.
 * @param steady the device's steady clock, ms
 */
export async function nextBatch(
  rows: Rows,
  steady: number,
  make: { most: number; mint(): EventId },
): Promise<Batch | null> {
  await dropStale(rows, steady);
  const open = await stateRow(rows, 'batch');
  if (open !== undefined) {
    const kept = await rowsOf(rows, open.events);
    if (kept.length > 0) return { id: open.id, rows: kept };
  }
  const keys = (await rows.keys('outbox', make.most)) as EventId[];
  if (keys.length === 0) {
    if (open !== undefined) await rows.delete('state', 'batch');
    return null;
  }
  const batch: OpenBatch = { id: make.mint(), events: keys };
  await putState(rows, 'batch', batch);
  return { id: batch.id, rows: await rowsOf(rows, keys) };
}

/** Everything that waits, oldest first. */
export const waitingRows = async (rows: Rows): Promise<OutboxRow[]> =>
  rowsOf(rows, (await rows.keys('outbox')) as EventId[]);

async function rowsOf(rows: Rows, keys: readonly EventId[]): Promise<OutboxRow[]> {
  const found: OutboxRow[] = [];
  for (const key of keys) {
    const row = await rows.get('outbox', key);
    if (row !== undefined) found.push(row);
  }
  return found;
}

async function dropStale(rows: Rows, steady: number): Promise<void> {
  let dropped = 0;
  for (const key of await rows.keys('outbox')) {
    const row = await rows.get('outbox', key);
    if (row === undefined || steady - row.steady <= LONGEST_WAITING) break;
    await rows.delete('outbox', key);
    dropped += 1;
  }
  if (dropped > 0) await count(rows, { dropped });
}

/** Deletes exactly what the server acknowledged by id; the rest waits for the next batch. */
export async function settle(rows: Rows, ack: EventAck, bytes: number): Promise<void> {
  const refused = ack.refused.map((one) => one.event_id);
  const known = [...ack.accepted, ...ack.duplicates];
  for (const id of [...known, ...refused]) await rows.delete('outbox', id);
  await rows.delete('state', 'batch');
  await count(rows, { events: known.length, dead: refused.length, bytes });
}

/** The server cannot take this batch whatever is tried: its events are given up, counted. */
export async function giveUp(rows: Rows, batch: Batch): Promise<void> {
  for (const row of batch.rows) await rows.delete('outbox', row.event.event_id);
  await rows.delete('state', 'batch');
  await count(rows, { dead: batch.rows.length });
}

/** Closes the open batch without losing its events: smaller ones are tried. */
export const reopen = (rows: Rows): Promise<void> => rows.delete('state', 'batch');

/** Consent is gone, or the mode: nothing that waits may go up any more, and the pseudonym ends. */
export async function erase(rows: Rows): Promise<void> {
  await rows.clear('outbox');
  await rows.delete('state', 'batch');
  await rows.delete('state', 'pseudonym');
}

/**
 * The pseudonym of this month: 128 random bits, a new one after 30 days, or where the clock went back behind its birth.
 */
export async function pseudonymOf(
  rows: Rows,
  now: number,
  random: (bytes: number) => Uint8Array,
): Promise<Pseudonym> {
  const kept = await stateRow(rows, 'pseudonym');
  if (kept !== undefined && now >= kept.since && now - kept.since < PSEUDONYM_LIFE) return kept.value;
  const hex = Array.from(random(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  await putState(rows, 'pseudonym', { value: hex as Pseudonym, since: now });
  return hex as Pseudonym;
}
