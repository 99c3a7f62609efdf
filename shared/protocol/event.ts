import * as v from 'valibot';
import { Consent } from './consent.ts';
import { EventId, ItemId, MarketId, RecId, ReleaseId, SessionId, Timestamp } from './ids.ts';
import { Level } from './level.ts';
import { Placement } from './placement.ts';

/** GA4's ecommerce names, and our own with the prefix `rec_`. */
export const EVENT_NAMES = [
  'view_item',
  'view_item_list',
  'select_item',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'purchase',
  'refund',
  'search',
  'page_view',
  'rec_exposure',
  'rec_impression',
  'rec_feedback',
] as const;
export const EventName = v.picklist(EVENT_NAMES);
export type EventName = v.InferOutput<typeof EventName>;

export const MOST_ITEMS_PER_EVENT = 200;

/** One line of GA4's `items[]`, allow-listed: no free text but what the shop's own catalogue says. */
export const EventItem = v.strictObject({
  item_id: ItemId,
  quantity: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6))),
  price: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  /** 0-based position in the list it was shown in */
  index: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type EventItem = v.InferOutput<typeof EventItem>;

/** Which slate an event answers: from an exposure, an impression, a click, or a purchase that it led to. */
export const Attribution = v.strictObject({
  rec_id: RecId,
  placement: Placement,
  position: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** probability with which the policy put the item there; 1 without exploration */
  propensity: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  release: ReleaseId,
  /** which part of the release chose; absent: the whole of it */
  level: v.optional(Level),
  variant: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export type Attribution = v.InferOutput<typeof Attribution>;

export const Feedback = v.picklist(['not-interested', 'undo', 'dont-use']);
export type Feedback = v.InferOutput<typeof Feedback>;

/** One event as captured, kept and sent. */
export const TacitEvent = v.strictObject({
  event_id: EventId,
  name: EventName,
  /** client wall clock at capture, ms */
  time: Timestamp,
  session_id: SessionId,
  /** consent as it stood at capture */
  consent: Consent,
  items: v.pipe(v.array(EventItem), v.maxLength(MOST_ITEMS_PER_EVENT)),
  market: v.optional(MarketId),
  value: v.optional(v.pipe(v.number(), v.finite())),
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code'))),
  transaction_id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  /** on the device only: stripped before sending */
  search_term: v.optional(v.pipe(v.string(), v.maxLength(256))),
  feedback: v.optional(Feedback),
  rec: v.optional(Attribution),
});
export type TacitEvent = v.InferOutput<typeof TacitEvent>;

/** What a page hands to `track()`; the SDK adds id, time, session and consent. */
export const TrackedEvent = v.object({
  name: EventName,
  items: v.optional(v.array(EventItem), []),
  value: v.optional(v.number()),
  currency: v.optional(v.string()),
  transaction_id: v.optional(v.string()),
  search_term: v.optional(v.string()),
  feedback: v.optional(Feedback),
  rec: v.optional(Attribution),
});
export type TrackedEvent = v.InferInput<typeof TrackedEvent>;
