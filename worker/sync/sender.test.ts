import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { type TestHost, testHost } from '../host.case.ts';
import { memoryStore } from '../storage/memory.ts';
import type { DeviceStore } from '../storage/rows.ts';
import { captured, outboxRow } from './event.case.ts';
import { acks, answers, cutsTheAnswer, type Ingest, openIngest, page } from './ingest.case.ts';
import { countersOf, enqueue, waitingRows } from './outbox.ts';
import { createSender, type Sender } from './sender.ts';

describe('the sender', () => {
  let ingest: Ingest;
  let store: DeviceStore;
  let host: TestHost;
  let sender: Sender;
  let permitted: boolean;
  let troubles: string[];

  beforeEach(async () => {
    ingest = await openIngest();
    store = memoryStore();
    host = testHost();
    permitted = true;
    troubles = [];
    sender = createSender({
      site: 'shop' as SiteId,
      url: ingest.url,
      writeKey: 'key',
      host,
      store: () => store,
      permitted: async () => permitted,
      trouble: (code) => troubles.push(code),
      onServerOff: () => sender.stop(),
    });
  });
  afterEach(async () => {
    sender.stop();
    await ingest.close();
  });

  const queue = (events: readonly ReturnType<typeof captured>[]) =>
    store.transact((rows) => enqueue(rows, events.map(outboxRow)));
  const waiting = async () => (await store.transact(waitingRows)).length;
  const some = (count: number) => Array.from({ length: count }, () => captured());

  test('empties the outbox in batches of fifty, each event once', async () => {
    await queue(some(120));
    await sender.flush();
    expect(ingest.batches.map(({ events }) => events.length)).toEqual([50, 50, 20]);
    expect(ingest.stored.size).toBe(120);
    expect(await waiting()).toBe(0);
    expect(await store.transact(countersOf)).toMatchObject({ requests: 3, events: 120, dead: 0 });
  });

  test('sends again, under the same batch id, when the answer was lost; the server keeps one', async () => {
    await queue(some(3));
    ingest.next(cutsTheAnswer);
    await sender.flush();
    expect(await waiting()).toBe(3);
    expect(ingest.stored.size).toBe(3);
    host.advance(1_000);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
    const [first, second] = ingest.batches;
    expect(second?.batch_id).toBe(first?.batch_id);
    expect([...ingest.stored.values()]).toEqual([1, 1, 1]);
    expect(await store.transact(countersOf)).toMatchObject({ requests: 2, events: 3 });
  });

  test('says how old each event is by the steady clock, whatever the wall clock did', async () => {
    await queue([captured({}, host.steady())]);
    host.advance(5_000);
    host.setClock(Date.UTC(2027, 2, 17));
    await sender.flush();
    expect(ingest.batches[0]?.events[0]?.age_ms).toBe(5_000);
  });

  test('waits longer after each failure, and no shorter than it was told', async () => {
    await queue(some(1));
    ingest.next(answers(500), answers(503, { 'retry-after': '90' }));
    await sender.flush();
    const [first = 0] = host.waits();
    expect(first).toBe(500);
    await sender.flush();
    expect(ingest.batches).toHaveLength(1);
    host.advance(first);
    await expect.poll(() => host.waits(), { timeout: 10_000 }).toEqual([90_000]);
    host.advance(90_000);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
    expect(ingest.batches).toHaveLength(3);
  });

  test('takes a login page for no acknowledgement', async () => {
    await queue(some(2));
    ingest.next(page);
    await sender.flush();
    expect(await waiting()).toBe(2);
    expect(troubles).toEqual(['sync-later']);
  });

  test('keeps what was not acknowledged, and does not spin on it', async () => {
    await queue(some(4));
    ingest.next(
      acks((ack) => ({ ...ack, accepted: ack.accepted.slice(0, 1) })),
      acks((ack) => ({ ...ack, accepted: [], duplicates: [] })),
    );
    await sender.flush();
    expect(ingest.batches.map(({ events }) => events.length)).toEqual([4, 3]);
    expect(await waiting()).toBe(3);
  });

  test('finds the one event that the server cannot take; the others arrive', async () => {
    const events = some(8);
    const poison = events[5]!.event.event_id;
    const refusing = Array.from(
      { length: 40 },
      () =>
        (...[batch, response, keep]: Parameters<typeof cutsTheAnswer>) => {
          if (batch.events.some((event) => event.event_id === poison)) response.writeHead(400).end('{}');
          else acks((ack) => ack)(batch, response, keep);
        },
    );
    ingest.next(...refusing);
    await queue(events);
    await sender.flush();
    expect(ingest.stored.size).toBe(7);
    expect(ingest.stored.has(poison)).toBe(false);
    expect(await waiting()).toBe(0);
    expect(await store.transact(countersOf)).toMatchObject({ events: 7, dead: 1 });
  });

  test('an event refused by id is counted and not sent again', async () => {
    await queue(some(2));
    ingest.next(
      acks((ack) => ({
        ...ack,
        accepted: ack.accepted.slice(1),
        refused: [{ event_id: ack.accepted[0]!, reason: 'too-old' }],
      })),
    );
    await sender.flush();
    expect(await waiting()).toBe(0);
    expect(await store.transact(countersOf)).toMatchObject({ events: 1, dead: 1 });
  });

  test('stops and forgets the queue when the server says that it takes none', async () => {
    await queue(some(60));
    ingest.next(acks((ack) => ({ ...ack, mode: 'off', accepted: [] })));
    await sender.flush();
    expect(ingest.batches).toHaveLength(1);
    expect(await waiting()).toBe(0);
    await queue(some(1));
    await sender.flush();
    expect(ingest.batches).toHaveLength(1);
    expect(troubles).toEqual(['sync-server-off']);
  });

  test('sends nothing, and makes no pseudonym, once consent is gone in another tab', async () => {
    permitted = false;
    await queue(some(2));
    await sender.flush();
    expect(ingest.batches).toEqual([]);
    expect(await store.transact((rows) => rows.get('state', 'pseudonym'))).toBeUndefined();
  });

  test('ends what is under way when it is stopped', async () => {
    await queue(some(60));
    let arrived = (): void => undefined;
    const underWay = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    ingest.next(() => arrived());
    const flushing = sender.flush();
    await underWay;
    sender.stop();
    await flushing;
    host.advance(600_000);
    expect(ingest.batches).toHaveLength(1);
    expect(host.waits()).toEqual([]);
  });

  test('is not put off by events that keep coming', async () => {
    for (let second = 0; second < 4; second++) {
      await queue(some(1));
      sender.kick();
      host.advance(600);
    }
    await expect.poll(() => ingest.batches.length, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  test('leaves sending to the tab that does, and looks again later', async () => {
    let release = (): void => undefined;
    const other = host.exclusively('tacit-sync:shop', () => new Promise((resolve) => (release = resolve)));
    await queue(some(1));
    await sender.flush();
    expect(ingest.batches).toEqual([]);
    release();
    await other;
    host.advance(5_000);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  });
});
