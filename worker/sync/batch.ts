import type { EventId } from '../../shared/protocol/ids.ts';
import type { EventAck, Pseudonym } from '../../shared/protocol/sync.ts';
import { type OpenBatch, type OutboxRow, putState, type Rows, stateRow } from '../storage/rows.ts';
import { count, rowsOf } from './outbox.ts';

export const LONGEST_WAITING = 7 * 86_400_000;
export const PSEUDONYM_LIFE = 30 * 86_400_000;

/** A batch as it goes up: rows in order of capture. */
export interface Batch {
  readonly id: EventId;
  readonly rows: readonly OutboxRow[];
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
