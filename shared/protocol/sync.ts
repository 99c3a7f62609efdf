import * as v from 'valibot';
import { TacitEvent } from './event.ts';
import { EventId, ItemId, ReleaseId, SiteId, Timestamp } from './ids.ts';

export const MOST_EVENTS_PER_BATCH = 50;

/** An event as it goes up: with its monotonic age, without what stays on the device. */
export const WireEvent = v.strictObject({
  ...v.omit(TacitEvent, ['search_term']).entries,
  /** ms since capture by a monotonic clock: the server's time is `received - age_ms` */
  age_ms: v.pipe(v.number(), v.finite(), v.minValue(0)),
});
export type WireEvent = v.InferOutput<typeof WireEvent>;

/** 128 random bits in hex, rotated every 30 days; the server keeps only a keyed hash of it. */
export const Pseudonym = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/, 'expected 32 hex digits'),
  v.brand('Pseudonym'),
);
export type Pseudonym = v.InferOutput<typeof Pseudonym>;

/** POST /v1/events, mode `events` alone. */
export const EventBatch = v.strictObject({
  protocol: v.pipe(v.number(), v.integer()),
  batch_id: EventId,
  pseudonym: Pseudonym,
  sent_at: Timestamp,
  events: v.pipe(v.array(WireEvent), v.minLength(1), v.maxLength(MOST_EVENTS_PER_BATCH)),
});
export type EventBatch = v.InferOutput<typeof EventBatch>;

/**
 * The answer acknowledges each id, whether stored now, known before (`duplicates`) or refused for good
 * (`refused`): a device deletes exactly the acknowledged rows. `mode` is what the server's configuration
 * enables; a device that reads anything but `events` stops sending.
 */
export const EventAck = v.object({
  mode: v.picklist(['off', 'aggregate', 'events']),
  accepted: v.array(EventId),
  duplicates: v.array(EventId),
  refused: v.array(v.object({ event_id: EventId, reason: v.string() })),
});
export type EventAck = v.InferOutput<typeof EventAck>;

/** POST /v1/orders: server to server, with the admin key. `customer` is the shop's own opaque id, stored hashed. */
export const Order = v.strictObject({
  order_id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  time: Timestamp,
  customer: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/))),
  lines: v.pipe(
    v.array(
      v.strictObject({
        item_id: ItemId,
        quantity: v.pipe(v.number(), v.integer(), v.minValue(1)),
        price: v.optional(v.pipe(v.number(), v.minValue(0))),
      }),
    ),
    v.minLength(1),
    v.maxLength(1000),
  ),
});
export type Order = v.InferOutput<typeof Order>;

export const OrderBatch = v.strictObject({
  site: SiteId,
  orders: v.pipe(v.array(Order), v.minLength(1), v.maxLength(100)),
});
export type OrderBatch = v.InferOutput<typeof OrderBatch>;

/** POST /v1/candidates: a coarse vector, no id, no cookie. Off unless the shop turns it on. */
export const CandidateRequest = v.strictObject({
  site: SiteId,
  space: v.string(),
  /** int8 components, -63..63 */
  query: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(-63), v.maxValue(63))), v.maxLength(256)),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
});
export type CandidateRequest = v.InferOutput<typeof CandidateRequest>;

export const CandidateResponse = v.object({
  space: v.string(),
  release: ReleaseId,
  candidates: v.array(v.object({ item: ItemId, score: v.number() })),
});
export type CandidateResponse = v.InferOutput<typeof CandidateResponse>;
