import type { Consent } from '../shared/protocol/consent.ts';
import type { CapturedEvent } from '../shared/protocol/device.ts';
import { type MarketId, mintUuid } from '../shared/protocol/ids.ts';
import { captureEvent } from './capture.ts';
import type { Connection, Device } from './connection.ts';
import { randomBytes } from './inert.ts';
import type { PageStore } from './page-store.ts';
import { createTail, distinct } from './tail.ts';
import { createVisit } from './visit.ts';

const MOST_IN_JOURNAL = 100;

/** From the shop's call to the worker's hands. */
export interface Events {
  /** @throws TypeError of what cannot be taken down */
  capture(tracked: unknown): void;
  /** whatever is asked of the worker after this is answered knowing all that was captured */
  handOver(): void;
  /** a worker starts, perhaps after another died: it is given what it may not know, and what earlier pages left */
  redeliver(device: Device): Promise<void>;
  /** consent came: what earlier pages left is taken over */
  adopt(): void;
  forget(): void;
}

export interface EventParts {
  readonly store: PageStore;
  readonly market: MarketId | undefined;
  consent(): Consent;
  connection(): Connection;
}

export function createEvents({ store, market, consent, connection }: EventParts): Events {
  const mint = (): string => mintUuid(Date.now(), randomBytes());
  const tail = createTail(store, mint());
  const visit = createVisit(store, mint);
  /** this page's events: a worker that died before consent lost them */
  let journal: CapturedEvent[] = [];

  /** on their way to the worker that is there or coming */
  const handed = new Set<string>();
  const notHanded = ({ event }: CapturedEvent): boolean => !handed.has(event.event_id);

  const deliver = async (): Promise<void> => {
    const fresh = tail.waiting().filter(notHanded);
    if (fresh.length === 0) return;
    const ids = fresh.map(({ event }) => event.event_id);
    for (const id of ids) handed.add(id);
    let settled: readonly string[] = [];
    try {
      settled = await connection().call((device) => device('track', fresh));
      tail.settle(settled);
    } catch {
      // As what a worker could not keep: it stays in the tail, for the next worker or the next page.
    }
    for (const id of ids) handed.delete(id);
    if (settled.length) void deliver();
  };

  return {
    capture(tracked) {
      const now = Date.now();
      const session = visit.at(now);
      const circumstances = { now, random: randomBytes(), session, consent: consent(), market };
      const event = captureEvent(tracked, circumstances);
      const captured = { event, steady: performance.timeOrigin + performance.now() };
      tail.add(captured);
      journal = [...journal, captured].slice(-MOST_IN_JOURNAL);
      // What comes while a batch is on its way goes as the next one: a burst costs the worker one or two turns.
      if (handed.size === 0) void deliver();
    },
    handOver: () => void deliver(),
    async redeliver(device) {
      tail.adopt();
      // A worker takes each event once, by id, so that giving too much does no harm.
      const given = distinct([...journal, ...tail.waiting()]).filter(notHanded);
      if (given.length > 0) tail.settle(await device('track', given));
    },
    adopt() {
      tail.adopt();
      void deliver();
    },
    forget() {
      tail.clear();
      visit.clear();
      journal = [];
    },
  };
}
