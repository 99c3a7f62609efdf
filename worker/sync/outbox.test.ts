import { describe, expect, test } from 'vitest';
import { type EventId, mintEventId } from '../../shared/protocol/ids.ts';
import { START } from '../host.case.ts';
import { memoryStore } from '../storage/memory.ts';
import type { Rows } from '../storage/rows.ts';
import { LONGEST_WAITING, nextBatch, PSEUDONYM_LIFE, pseudonymOf, settle } from './batch.ts';
import { captured, outboxRow } from './event.case.ts';
import { countersOf, enqueue, erase, MOST_WAITING, waitingRows } from './outbox.ts';

let minted = 0;
const mint = (): EventId => mintEventId(START, new Uint8Array(10).fill(++minted));
const batchOf = (rows: Rows, { steady = 1_000, most = 50 } = {}) => nextBatch(rows, steady, { most, mint });
const ack = (accepted: readonly EventId[]) => ({
  mode: 'events' as const,
  accepted: [...accepted],
  duplicates: [],
  refused: [],
});

describe('the outbox', () => {
  test('gives a batch again under its own id until it is answered', async () => {
    const store = memoryStore();
    await store.transact((rows) => enqueue(rows, [outboxRow(captured()), outboxRow(captured())]));
    const first = await store.transact((rows) => batchOf(rows));
    await store.transact((rows) => enqueue(rows, [outboxRow(captured())]));
    const again = await store.transact((rows) => batchOf(rows));
    expect(again).toEqual(first);
    const ids = first?.rows.map(({ event }) => event.event_id) ?? [];
    await store.transact((rows) => settle(rows, ack(ids), 10));
    const next = await store.transact((rows) => batchOf(rows));
    expect(next?.id).not.toBe(first?.id);
    expect(next?.rows).toHaveLength(1);
  });

  test('deletes what was acknowledged by id, and nothing else', async () => {
    const store = memoryStore();
    const events = [captured(), captured(), captured()];
    await store.transact((rows) => enqueue(rows, events.map(outboxRow)));
    await store.transact((rows) => batchOf(rows));
    const [, middle] = events;
    await store.transact((rows) => settle(rows, ack([middle!.event.event_id]), 10));
    const left = await store.transact(waitingRows);
    expect(left.map(({ event }) => event.event_id)).toEqual([
      events[0]!.event.event_id,
      events[2]!.event.event_id,
    ]);
    expect(await store.transact(countersOf)).toMatchObject({ events: 1, bytes: 10, dead: 0 });
  });

  test('is bounded: the oldest go, counted', async () => {
    const store = memoryStore();
    const events = Array.from({ length: MOST_WAITING + 30 }, (_, i) => captured({ time: START + i }));
    for (let at = 0; at < events.length; at += 103)
      await store.transact((rows) => enqueue(rows, events.slice(at, at + 103).map(outboxRow)));
    const left = await store.transact(waitingRows);
    expect(left).toHaveLength(MOST_WAITING);
    expect(left[0]?.event.event_id).toBe(events[30]?.event.event_id);
    expect(await store.transact(countersOf)).toMatchObject({ dropped: 30 });
  });

  test('after eight days offline sends what is younger than seven', async () => {
    const store = memoryStore();
    const day = 86_400_000;
    const at = (days: number) => captured({ time: START + days * day }, days * day);
    const events = Array.from({ length: 9 }, (_, days) => at(days));
    await store.transact((rows) => enqueue(rows, events.map(outboxRow)));
    const batch = await store.transact((rows) => batchOf(rows, { steady: 8 * day }));
    expect(batch?.rows[0]?.steady).toBe(8 * day - LONGEST_WAITING);
    expect(batch?.rows).toHaveLength(8);
    expect(await store.transact(countersOf)).toMatchObject({ dropped: 1 });
  });

  test('forgets its rows, its open batch and the pseudonym at once', async () => {
    const store = memoryStore();
    await store.transact(async (rows) => {
      await enqueue(rows, [outboxRow(captured())]);
      await batchOf(rows);
      await pseudonymOf(rows, START, () => new Uint8Array(16));
      await erase(rows);
    });
    expect(await store.transact((rows) => rows.count('outbox'))).toBe(0);
    expect(await store.transact((rows) => rows.keys('state'))).toEqual([]);
  });
});

describe('the pseudonym', () => {
  const make = (seed: number) => () => new Uint8Array(16).fill(seed);

  test('stays for thirty days, and is another one afterwards', async () => {
    const store = memoryStore();
    const at = (now: number, seed: number) => store.transact((rows) => pseudonymOf(rows, now, make(seed)));
    const first = await at(START, 1);
    expect(first).toBe('01'.repeat(16));
    expect(await at(START + PSEUDONYM_LIFE - 1, 2)).toBe(first);
    expect(await at(START + PSEUDONYM_LIFE, 3)).toBe('03'.repeat(16));
  });

  test('does not live for years where the clock was set back behind its birth', async () => {
    const store = memoryStore();
    const at = (now: number, seed: number) => store.transact((rows) => pseudonymOf(rows, now, make(seed)));
    await at(START, 1);
    expect(await at(START - 86_400_000, 2)).toBe('02'.repeat(16));
  });
});
