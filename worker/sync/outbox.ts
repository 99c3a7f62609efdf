import type { EventId } from '../../shared/protocol/ids.ts';
import { type Counters, type OutboxRow, putState, type Rows, stateRow } from '../storage/rows.ts';

/** What waits is bounded: a device that is offline for good must not fill its disk. */
export const MOST_WAITING = 1_000;

const NO_COUNTS: Counters = { requests: 0, events: 0, bytes: 0, dropped: 0, dead: 0 };

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

/** Everything that waits, oldest first. */
export const waitingRows = async (rows: Rows): Promise<OutboxRow[]> =>
  rowsOf(rows, (await rows.keys('outbox')) as EventId[]);

export async function rowsOf(rows: Rows, keys: readonly EventId[]): Promise<OutboxRow[]> {
  const found: OutboxRow[] = [];
  for (const key of keys) {
    const row = await rows.get('outbox', key);
    if (row !== undefined) found.push(row);
  }
  return found;
}

/** Consent is gone, or the mode: nothing that waits may go up any more, and the pseudonym ends. */
export async function erase(rows: Rows): Promise<void> {
  await rows.clear('outbox');
  await rows.delete('state', 'batch');
  await rows.delete('state', 'pseudonym');
}
