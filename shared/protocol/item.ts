import * as v from 'valibot';
import { ItemId, MarketId, Timestamp } from './ids.ts';

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const price = v.pipe(v.number(), v.finite(), v.minValue(0));

export const Availability = v.picklist(['in_stock', 'out_of_stock', 'preorder', 'backorder']);
export type Availability = v.InferOutput<typeof Availability>;

/** What differs by market: a site has one catalogue and one embedding space, but many price lists. */
export const MarketOffer = v.strictObject({
  market: MarketId,
  title: v.optional(text(512)),
  price: v.optional(price),
  sale_price: v.optional(price),
  availability: v.optional(Availability),
  link: v.optional(text(2048)),
});
export type MarketOffer = v.InferOutput<typeof MarketOffer>;

/**
 * One row of the catalogue, in the Merchant feed's words. Rows that share `item_group_id` are variants of one
 * item: the group is what is recommended, a variant in stock is what is shown.
 */
export const Item = v.strictObject({
  id: ItemId,
  item_group_id: v.optional(ItemId),
  title: text(512),
  description: v.optional(text(8192)),
  brand: v.optional(text(128)),
  /** `Home > Kitchen > Bowls`; the whole path is kept, the first two levels make the category */
  product_type: v.optional(text(512)),
  price: v.optional(price),
  sale_price: v.optional(price),
  currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code'))),
  availability: v.optional(Availability, 'in_stock'),
  image_link: v.optional(text(2048)),
  link: v.optional(text(2048)),
  rating: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(5))),
  margin_tier: v.optional(v.picklist(['low', 'normal', 'high'])),
  promoted_until: v.optional(Timestamp),
  added_at: v.optional(Timestamp),
  /** further attributes for content similarity, in any order: `colour=red`, `637` */
  attributes: v.optional(v.pipe(v.array(text(128)), v.maxLength(64))),
  offers: v.optional(v.pipe(v.array(MarketOffer), v.maxLength(64))),
});
export type Item = v.InferOutput<typeof Item>;
