import * as v from 'valibot';
import { PLACEMENTS, type Placement } from '../protocol/placement.ts';
import { SOURCES, type Source } from '../protocol/slate.ts';
import { Cluster } from './clusters.ts';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const weight = v.pipe(v.number(), v.finite());
/** The same schema for each of the names, all of them needed. */
function each<Name extends string, Schema extends v.GenericSchema>(names: readonly Name[], schema: Schema) {
  return v.object(Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>);
}

/** Sources that releases of before them say nothing of: their settings are then 0, and they are silent. */
const LATER = ['taste', 'basket', 'fresh'] as const satisfies readonly Source[];
const FIRST = SOURCES.filter((source) => !LATER.some((later) => later === source)) as Exclude<
  Source,
  (typeof LATER)[number]
>[];

/** One weight a source; `retrieval/blend.ts` says what is weighed. */
export const Blend = v.object({
  ...each(FIRST, weight).entries,
  ...each(LATER, v.optional(weight, 0)).entries,
});
export type Blend = v.InferOutput<typeof Blend>;

/* @__NO_SIDE_EFFECTS__ */
function everySource<T>(value: T, own: Partial<Record<Source, T>> = {}): Record<Source, T> {
  return Object.fromEntries(SOURCES.map((source) => [source, own[source] ?? value])) as Record<Source, T>;
}

const COLD_BLEND: Blend = everySource(0, { popular: 1, trending: 0.3 });

/** What a new item's score adds up, each a z-score over all new items: what its kin get, likeness, closeness of price. */
const FreshWeights = v.object({ kin: weight, likeness: weight, price: weight });
export type FreshWeights = v.InferOutput<typeof FreshWeights>;

const FRESH_WEIGHTS: FreshWeights = { kin: 1, likeness: 0.5, price: 0.3 };

/** Defaults and limits of one placement's re-ranking. */
export const PlacementSettings = v.object({
  /** most of one category and of one brand in a slate; null: no cap */
  categoryCap: v.nullable(count),
  brandCap: v.nullable(count),
  /** most of a slate's entries in one of three price bands (of the candidates' terciles); null: no spread */
  priceBandShare: v.nullable(share),
  limit: count,
  /** whether what was bought (and is not bought again) may come back */
  hideBought: v.boolean(),
  sources: v.array(v.picklist(SOURCES)),
  /** whether margin, promotion and freshness may move entries up */
  boosted: v.optional(v.boolean(), true),
  /** a blend of its own: then it orders this shelf, and the ranker is not asked */
  blend: v.optional(Blend),
});
export type PlacementSettings = v.InferOutput<typeof PlacementSettings>;

/**
 * Everything of the funnel that is chosen rather than learned. Training chooses on validation data and ships it with
 * the weights, so that a device and an evaluation read the same values.
 */
export const FunnelSettings = v.object({
  /** candidates each source proposes at most */
  proposals: v.object({ ...each(FIRST, count).entries, ...each(LATER, v.optional(count, 0)).entries }),
  /** candidates that are ranked, and those kept for re-ranking */
  ranked: count,
  kept: count,
  /** weight of the item that was touched `age` items ago is `decay ^ age`, by source */
  decay: v.object({
    embedding: share,
    transitions: share,
    'bought-together': share,
    content: share,
    history: share,
    taste: v.optional(share, 0),
    basket: v.optional(share, 0),
    fresh: v.optional(share, 0),
  }),
  /** anchors (distinct recent items) that retrieval reads */
  anchors: count,
  /** linear blend of sources, used where no ranker is and to cut the union to `ranked` */
  blend: Blend,
  /** orders `for-you` for a shopper of whom nothing is known */
  cold: v.optional(Blend, () => COLD_BLEND),
  /** of the source of new items */
  fresh: v.optional(FreshWeights, () => FRESH_WEIGHTS),
  /** what groups of shoppers buy, where that says more of a cold one than what everybody buys */
  clusters: v.optional(v.array(Cluster)),
  /** repeat rate from which a bought item may be recommended again */
  repeatable: share,
  boosts: v.object({ margin: v.number(), promoted: v.number(), fresh: v.number(), freshDays: count }),
  /** ln-odds noise for exploration; 0: none, and every propensity is 1 */
  exploration: v.pipe(v.number(), v.minValue(0)),
  placements: each(PLACEMENTS, PlacementSettings),
  /** which of the release's rankers orders candidates; absent: the deep one where there is one */
  ranker: v.optional(v.picklist(['small', 'deep'])),
  /** candidates that are ranked where the engine has no SIMD, by the small ranker where there is one */
  lightRanked: v.optional(count, () => 200),
  /** id of the feature schema that the release's ranker was trained on */
  featureSchema: v.optional(v.string()),
});
export type FunnelSettings = v.InferOutput<typeof FunnelSettings>;

/* @__NO_SIDE_EFFECTS__ */
const shelf = (own: Partial<PlacementSettings>): PlacementSettings => ({
  categoryCap: 3,
  brandCap: 2,
  priceBandShare: 0.7,
  limit: 12,
  hideBought: true,
  boosted: true,
  sources: [...SOURCES],
  ...own,
});

export const DEFAULT_PLACEMENTS: Record<Placement, PlacementSettings> = {
  'for-you': shelf({}),
  similar: shelf({
    categoryCap: null,
    sources: ['embedding', 'content', 'transitions', 'bought-together', 'taste'],
  }),
  'bought-together': shelf({
    sources: [
      'bought-together',
      'transitions',
      'embedding',
      'content',
      'basket',
      'taste',
      'fresh',
      'history',
    ],
  }),
  'because-you-viewed': shelf({ sources: ['transitions', 'embedding', 'content', 'bought-together'] }),
  trending: shelf({
    sources: ['trending', 'popular'],
    blend: everySource(0, { trending: 1, popular: 0.1 }),
  }),
  'recently-viewed': shelf({
    categoryCap: null,
    brandCap: null,
    priceBandShare: null,
    hideBought: false,
    boosted: false,
    sources: ['history'],
    blend: everySource(0, { history: 1 }),
  }),
};

export const DEFAULT_SETTINGS: FunnelSettings = {
  proposals: everySource(100, { embedding: 300, transitions: 200, history: 50 }),
  ranked: 400,
  kept: 50,
  lightRanked: 200,
  decay: {
    embedding: 0.7,
    transitions: 0.8,
    'bought-together': 0.8,
    content: 0.7,
    history: 0.9,
    taste: 0.9,
    basket: 0.9,
    fresh: 0.9,
  },
  anchors: 50,
  blend: everySource(0, {
    embedding: 10,
    transitions: 1,
    'bought-together': 0.5,
    content: 3,
    category: 0.1,
    popular: 0.1,
    trending: 0.1,
    history: -1,
    server: 5,
    taste: 0.5,
    basket: 0.5,
  }),
  cold: COLD_BLEND,
  fresh: FRESH_WEIGHTS,
  repeatable: 0.2,
  boosts: { margin: 1.1, promoted: 1.2, fresh: 1.1, freshDays: 7 },
  exploration: 0,
  placements: DEFAULT_PLACEMENTS,
};
