import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ackOf, codeOf, eventBatch, SITE, type TestServer, testServer, wireEvent } from '../serving.case.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.stop());
const stored = () => server.home.store.events.count(SITE);
const rows = () => [...server.home.store.interactions.all(SITE)];

describe('events from a consenting browser', () => {
  let before: number;
  beforeEach(() => {
    before = stored();
  });

  it('are acknowledged by id once they are stored', async () => {
    const events = [wireEvent(), wireEvent({ name: 'add_to_cart' })];
    const ack = await ackOf(await server.send(eventBatch(events)));
    expect(ack).toEqual({
      mode: 'events',
      accepted: events.map((event) => event.event_id),
      duplicates: [],
      refused: [],
    });
    expect(stored() - before).toBe(2);
  });

  it('come as a beacon sends them, and as a fetch does', async () => {
    const types = [
      'text/plain;charset=UTF-8',
      'text/plain',
      'application/json',
      'application/json; charset=utf-8',
    ];
    for (const type of types) {
      const response = await server.send(eventBatch([wireEvent()]), { headers: { 'content-type': type } });
      expect(response.status).toBe(200);
    }
    const beacon = new Blob([JSON.stringify(eventBatch([wireEvent()]))], { type: 'text/plain' });
    expect((await fetchBody(beacon)).status).toBe(200);
    expect(stored() - before).toBe(5);
  });
  const fetchBody = (body: Blob) =>
    fetch(`${server.url}/v1/events?site=${SITE}&key=${server.write}`, { method: 'POST', body });

  it('are stored once though sent ten times, reordered, regrouped, at once and later', async () => {
    const events = Array.from({ length: 40 }, () => wireEvent());
    const sends: Promise<Response>[] = [];
    for (let round = 0; round < 10; round++) {
      const order = events.map((event, i) => ({ event, place: (i * 17 + round * 7) % 41 }));
      const shuffled = order.sort((a, b) => a.place - b.place).map(({ event }) => event);
      const cut = 1 + ((round * 13) % 39);
      sends.push(
        server.send(eventBatch(shuffled.slice(0, cut))),
        server.send(eventBatch(shuffled.slice(cut))),
      );
    }
    const acks = await Promise.all(sends.map(async (sent) => ackOf(await sent)));
    const accepted = acks.flatMap((ack) => ack.accepted);
    expect(accepted.toSorted()).toEqual(events.map((event) => event.event_id).toSorted());
    expect(acks.flatMap((ack) => ack.duplicates)).toHaveLength(40 * 9);
    expect(stored() - before).toBe(40);
    const late = await ackOf(await server.send(eventBatch(events.map((e) => ({ ...e, age_ms: 5e8 })))));
    expect(late.duplicates).toHaveLength(40);
    expect(stored() - before).toBe(40);
  });

  it('survive an answer that was cut off: the retry is known', async () => {
    const batch = eventBatch([wireEvent()]);
    const cut = new AbortController();
    const lost = server.send(batch, { signal: cut.signal }).catch(() => 'lost');
    while (stored() === before) await new Promise((resolve) => setTimeout(resolve, 1));
    cut.abort();
    await lost;
    expect((await ackOf(await server.send(batch))).duplicates).toHaveLength(1);
    expect(stored() - before).toBe(1);
  });

  it('keep their first payload, and a different one is counted', async () => {
    const differing = 'tacit_ingest_events_total{outcome="differing"}';
    const counted = await server.metric(differing);
    const event = wireEvent({ items: [{ item_id: 'first' as never }] });
    await server.send(eventBatch([event]));
    const ack = await ackOf(await server.send(eventBatch([{ ...event, items: [{ item_id: 'second' }] }])));
    expect(ack.duplicates).toEqual([event.event_id]);
    expect(rows().map((row) => row.item)).toContain('first');
    expect(rows().map((row) => row.item)).not.toContain('second');
    expect((await server.metric(differing)) - counted).toBe(1);
  });

  it('are dated by our clock and their age, not by theirs', async () => {
    const week = 7 * 24 * 3600 * 1000;
    const [now, minute, ever] = ['now', 'minute', 'ever'].map((id, i) =>
      wireEvent({ time: 1, age_ms: [0, 60_000, 1e12][i]!, items: [{ item_id: `dated-${id}` as never }] }),
    );
    await server.send(eventBatch([now, minute, ever]));
    const at = (id: string) => Date.now() - rows().find((row) => row.item === `dated-${id}`)!.time;
    expect(at('now')).toBeLessThan(30_000);
    expect(at('minute')).toBeGreaterThanOrEqual(60_000);
    expect(at('minute')).toBeLessThan(90_000);
    expect(at('ever')).toBeGreaterThanOrEqual(week);
    expect(at('ever')).toBeLessThan(week + 30_000);
  });

  it('leave no pseudonym behind, only what a secret makes of it', async () => {
    const pseudonym = 'feedfeedfeedfeedfeedfeedfeedfeed' as never;
    await server.send(eventBatch([wireEvent({ items: [{ item_id: 'mine' as never }] })], { pseudonym }));
    const subject = rows().find((row) => row.item === 'mine')?.subject;
    expect(subject).toBe(server.home.pepper.subject(SITE, 'pseudonym', pseudonym));
    expect(subject).not.toContain('feed');
  });

  it('without consent at capture are refused for good, their neighbours stored', async () => {
    const unwilling = wireEvent({ consent: { storage: true, measurement: false } });
    const willing = wireEvent();
    const ack = await ackOf(await server.send(eventBatch([unwilling, willing])));
    expect(ack.refused).toEqual([{ event_id: unwilling.event_id, reason: 'no-consent' }]);
    expect(ack.accepted).toEqual([willing.event_id]);
    expect(stored() - before).toBe(1);
  });

  it('that are bad do not take their neighbours with them', async () => {
    const good = wireEvent();
    const bad = { ...wireEvent(), url: 'https://shop.example/secret' };
    const ack = await ackOf(await server.send(eventBatch([bad, good])));
    expect(ack.refused).toEqual([{ event_id: bad.event_id, reason: 'bad-event' }]);
    expect(ack.accepted).toEqual([good.event_id]);
    expect(await codeOf(await server.send(eventBatch([bad])))).toBe('400 bad-body');
    expect(await codeOf(await server.send(eventBatch([good, { ...bad, event_id: 7 }])))).toBe('400 bad-body');
    expect(stored() - before).toBe(1);
  });

  it('of a shopper who sends GPC or DNT are not read, and nothing comes again', async () => {
    const refusedBy = 'tacit_ingest_batches_total{outcome="refused-by-shopper"}';
    const counted = await server.metric(refusedBy);
    for (const headers of [{ 'sec-gpc': '1' }, { dnt: '1' }])
      expect(await ackOf(await server.send(eventBatch([wireEvent()]), { headers }))).toEqual({
        mode: 'off',
        accepted: [],
        duplicates: [],
        refused: [],
      });
    expect(stored()).toBe(before);
    expect((await server.metric(refusedBy)) - counted).toBe(2);
  });
});

describe('a server whose shop lets nothing up', () => {
  for (const mode of ['off', 'aggregate'] as const)
    it(`answers in mode ${mode} so that nothing comes again, and stores nothing`, async () => {
      const closed = await testServer({ mode });
      for (const body of [eventBatch([wireEvent()]), 'not even JSON']) {
        const ack = await ackOf(await closed.send(body));
        expect(ack).toEqual({ mode, accepted: [], duplicates: [], refused: [] });
      }
      expect(closed.home.store.events.count(SITE)).toBe(0);
      expect(await closed.metric('tacit_ingest_batches_total{outcome="refused-by-mode"}')).toBe(2);
      await closed.stop();
    });
});
