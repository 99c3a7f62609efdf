import { createHash } from 'node:crypto';
import type { EventName } from '../../shared/protocol/event.ts';
import type { WireEvent } from '../../shared/protocol/sync.ts';
import { countOf } from './catalogue.ts';
import type { Accepted, Store, StoredInteraction } from './contract.ts';
import type { Writer } from './interactions.ts';
import type { Database } from './sqlite.ts';

const WEEK = 7 * 24 * 3600 * 1000;

const KIND_OF: Partial<Record<EventName, StoredInteraction['kind']>> = {
  view_item: 'view',
  select_item: 'select',
  add_to_cart: 'cart',
  purchase: 'purchase',
};

export function eventsTable(db: Database, write: Writer): Store['events'] {
  const insert = db.prepare(
    `INSERT INTO event (site, event_id, subject, session_id, name, time, received_at, fingerprint, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (site, event_id) DO NOTHING`,
  );
  const known = db.prepare<{ fingerprint: Uint8Array }>(
    'SELECT fingerprint FROM event WHERE site = ? AND event_id = ?',
  );
  return {
    accept: (site, subject, events, receivedAt) =>
      db.transaction(() => {
        const answer = { accepted: [], duplicates: [], refused: [], differing: 0 } as Mutable<Accepted>;
        for (const event of events) {
          if (!event.consent.measurement) {
            answer.refused.push({ event_id: event.event_id, reason: 'no-consent' });
            continue;
          }
          const time = serverTime(event, receivedAt);
          const { event_id, session_id, name } = event;
          const mark = fingerprint(event);
          const body = JSON.stringify(bodyOf(event));
          if (insert.run(site, event_id, subject, session_id, name, time, receivedAt, mark, body) === 1) {
            answer.accepted.push(event_id);
            for (const row of interactionsOf(event, subject, time)) write(site, row);
            continue;
          }
          // The first payload wins: a retry is the same event, whatever it says now.
          answer.duplicates.push(event_id);
          const first = known.get(site, event_id);
          if (first && !mark.equals(first.fingerprint)) answer.differing++;
        }
        return answer;
      }),
    expire: (site, before) =>
      db.transaction(() => {
        const told = db.query
          .deleteFrom('interaction')
          .where('site', '=', site)
          .where('origin', '=', 'event');
        db.run(told.where('time', '<', before));
        return db.run(
          db.query.deleteFrom('event').where('site', '=', site).where('received_at', '<', before),
        );
      }),
    count: (site) => countOf(db, 'event', site),
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** The server's clock less the event's monotonic age, which is believed up to a week. */
const serverTime = (event: Pick<WireEvent, 'age_ms'>, receivedAt: number): number =>
  receivedAt - Math.min(Math.max(event.age_ms, 0), WEEK);

/** What is kept beside the columns: listed by name, so that nothing gets in by accident. */
function bodyOf(event: WireEvent): Partial<WireEvent> {
  const { items, market, value, currency, transaction_id, feedback, rec, consent } = event;
  return clean({ items, market, value, currency, transaction_id, feedback, rec, consent });
}

const clean = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Partial<T>;

/** SHA-256 of all but the age, which differs with every retry; the order of keys does not count. */
function fingerprint(event: WireEvent): Buffer {
  const { age_ms: _, ...rest } = event;
  return createHash('sha256').update(canonical(rest)).digest();
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join()}}`;
}

function* interactionsOf(event: WireEvent, subject: string, time: number): Generator<StoredInteraction> {
  const kind = KIND_OF[event.name];
  if (!kind) return;
  for (const { item, quantity, price } of mergeLines(event.items))
    yield {
      key:
        kind === 'purchase' && event.transaction_id !== undefined
          ? orderKey(event.transaction_id, item)
          : `event:${event.event_id}:${item}`,
      subject,
      visit: event.session_id,
      item,
      kind,
      time,
      quantity,
      price,
      origin: 'event',
    };
}

/** One key for a line of an order, whoever tells of it: a browser and the shop's server make one purchase, not two. */
export const orderKey = (order: string, item: string): string => `order:${JSON.stringify([order, item])}`;

interface Line {
  readonly item_id: string;
  readonly quantity?: number | undefined;
  readonly price?: number | undefined;
}

/** Lines of one item become one, quantities added. */
export function mergeLines(
  lines: readonly Line[],
): Iterable<{ item: string; quantity: number; price: number | null }> {
  const merged = new Map<string, { item: string; quantity: number; price: number | null }>();
  for (const line of lines) {
    const before = merged.get(line.item_id);
    merged.set(line.item_id, {
      item: line.item_id,
      quantity: (before?.quantity ?? 0) + (line.quantity ?? 1),
      price: before?.price ?? line.price ?? null,
    });
  }
  return merged.values();
}
