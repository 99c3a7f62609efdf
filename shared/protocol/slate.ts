import * as v from 'valibot';
import { ItemId, MarketId, RecId, ReleaseId, Timestamp } from './ids.ts';
import { Level } from './level.ts';
import { Placement } from './placement.ts';

export const SOURCES = [
  'embedding',
  'transitions',
  'bought-together',
  'content',
  'popular',
  'trending',
  'category',
  'history',
  'server',
  'taste',
  'basket',
  'fresh',
] as const;
export const Source = v.picklist(SOURCES);
export type Source = v.InferOutput<typeof Source>;

/** Why an item is there: the evidence that carried it, true by construction. `item` is the one that carried it. */
export const Reason = v.variant('kind', [
  v.strictObject({ kind: v.literal('viewed'), source: Source, item: ItemId }),
  v.strictObject({ kind: v.literal('in-cart'), source: Source, item: ItemId }),
  v.strictObject({ kind: v.literal('bought'), source: Source, item: ItemId }),
  v.strictObject({ kind: v.literal('seed'), source: Source, item: ItemId }),
  v.strictObject({ kind: v.literal('category'), source: Source, category: v.string() }),
  v.strictObject({ kind: v.literal('popular'), source: Source }),
  /** popular with shoppers whose attributes are like this one's */
  v.strictObject({ kind: v.literal('popular-alike'), source: Source }),
  v.strictObject({ kind: v.literal('trending'), source: Source }),
  v.strictObject({ kind: v.literal('sponsored'), source: Source }),
]);
export type Reason = v.InferOutput<typeof Reason>;

export const SlateEntry = v.strictObject({
  /** the item group recommended */
  item: ItemId,
  /** its variant in stock to show and link to; equal to `item` where there are no variants */
  variant: ItemId,
  /** the ranker's logit after boosts */
  score: v.number(),
  position: v.number(),
  propensity: v.number(),
  sponsored: v.boolean(),
  reason: Reason,
});
export type SlateEntry = v.InferOutput<typeof SlateEntry>;

/** How a slate came about: `personal` is the whole funnel; everything else says what it fell back to and why. */
export const SlateStatus = v.picklist(['personal', 'popular', 'last', 'empty']);
export const SLATE_CAUSES = [
  'ok',
  'no-history',
  'no-release',
  'worker-starting',
  'worker-failed',
  'worker-timeout',
  'no-worker',
  'no-wasm',
  'nothing-to-say',
  'closed',
] as const;
export const SlateCause = v.picklist(SLATE_CAUSES);
export type SlateCause = v.InferOutput<typeof SlateCause>;

export const StageTimings = v.record(v.string(), v.number());

export const Slate = v.strictObject({
  recId: RecId,
  placement: Placement,
  status: SlateStatus,
  cause: SlateCause,
  release: v.nullable(ReleaseId),
  /** which part of the release answered; absent: the whole of it */
  level: v.optional(Level),
  entries: v.array(SlateEntry),
  madeAt: Timestamp,
});
export type Slate = v.InferOutput<typeof Slate>;

/** What the page asks for. Names follow Algolia Recommend where it has one. */
export const SlateRequest = v.strictObject({
  placement: Placement,
  /** seed items: the product of the page for `similar`, the cart's lines for `bought-together` (default: the cart) */
  items: v.optional(v.array(ItemId)),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50))),
  /** least logit an entry needs */
  threshold: v.optional(v.number()),
  market: v.optional(MarketId),
  device: v.optional(v.picklist(['phone', 'tablet', 'desktop'])),
  /** further items never to show here */
  exclude: v.optional(v.array(ItemId)),
  /** items already shown by other shelves of the page */
  avoid: v.optional(v.array(ItemId)),
});
export type SlateRequest = v.InferOutput<typeof SlateRequest>;
