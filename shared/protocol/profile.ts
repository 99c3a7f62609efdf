import * as v from 'valibot';
import { EventId, ItemId, SessionId, Timestamp } from './ids.ts';

/** What a shopper did with an item, as far as the funnel cares. `select` is a click on a slate. */
export const InteractionKind = v.picklist(['view', 'select', 'cart', 'purchase']);
export type InteractionKind = v.InferOutput<typeof InteractionKind>;

/** Weights of an interaction as evidence of interest: training and serving read this one table. */
export const INTERACTION_WEIGHT: Record<InteractionKind, number> = {
  view: 1,
  select: 1,
  cart: 3,
  purchase: 5,
};

export const Interaction = v.strictObject({
  item: ItemId,
  kind: InteractionKind,
  time: Timestamp,
  session: SessionId,
  quantity: v.optional(v.number()),
  price: v.optional(v.number()),
});
export type Interaction = v.InferOutput<typeof Interaction>;

/** A shopper's attributes if the shop gives them (`setProfile`): short, categorical, never an id. */
export const ProfileAttributes = v.record(
  v.pipe(v.string(), v.maxLength(32)),
  v.pipe(v.string(), v.maxLength(64)),
);
export type ProfileAttributes = v.InferOutput<typeof ProfileAttributes>;

export const MOST_INTERACTIONS = 500;
export const MOST_BLOCKED = 500;

/**
 * All that a device knows of its shopper, in string ids so that it survives every release. Affinities, usual
 * price and the rest are derived from `interactions` when a slate is made, never stored.
 */
export const Profile = v.strictObject({
  attributes: ProfileAttributes,
  /** oldest first, at most MOST_INTERACTIONS */
  interactions: v.array(Interaction),
  /** items in the cart now */
  cart: v.array(ItemId),
  /** "not interested" */
  blocked: v.array(ItemId),
  /** "don't use this view": items whose interactions count for nothing */
  unused: v.array(ItemId),
});
export type Profile = v.InferOutput<typeof Profile>;

export const EMPTY_PROFILE: Profile = { attributes: {}, interactions: [], cart: [], blocked: [], unused: [] };

/** The current visit. Ends after 30 minutes without an event; what is older than an hour leaves it. */
export const Session = v.strictObject({
  id: SessionId,
  startedAt: Timestamp,
  lastAt: Timestamp,
  /** pages seen in this session */
  depth: v.number(),
  /** the last 50 interactions, oldest first */
  interactions: v.array(Interaction),
  /** the last event ids applied, so that a tail replayed after a navigation changes nothing */
  applied: v.array(EventId),
});
export type Session = v.InferOutput<typeof Session>;
