import { PLACEMENTS } from '../../protocol/placement.ts';
import type { SlateRequest } from '../../protocol/slate.ts';
import { FACT } from '../facts.ts';
import { BRAND_BUCKETS, CATEGORY_BUCKETS } from '../hash.ts';
import { hourOf, seedOf, weekdayOf } from './context.ts';
import type { Origin, Scene } from './feature.ts';

/**
 * One categorical input of the deep ranker, embedded by the network. Values are 0 to `vocabulary - 1`, and 0 is
 * "missing" or "none"; names are hashed into buckets (`hash.ts`), so that every fit and every release of a shop agree.
 * `whole`: the same for every candidate; `each`: by the candidate's index.
 */
export type Categorical = {
  readonly name: string;
  readonly origin: Origin;
  /** what it says, and where it comes from */
  readonly source: string;
  readonly vocabulary: number;
} & ({ readonly whole: (scene: Scene) => number } | { readonly each: (scene: Scene, at: number) => number });

const PRICE_BANDS = 32;
/** Bands of ln price: 2.5 to a unit, so that neighbours differ by half. */
const BANDS_A_UNIT = 2.5;
const HOURS_A_BAND = 3;
const DEVICES: readonly SlateRequest['device'][] = ['phone', 'tablet', 'desktop'];

/**
 * Every categorical there is, in the order of the deep ranker's embeddings. To add one is to add an entry here: among the
 * first ones if it is `whole`, so that the network adds up what all candidates share once.
 */
export const CATEGORICALS: readonly Categorical[] = [
  {
    name: 'placement',
    origin: 'context',
    source: 'request: the shelf',
    vocabulary: 1 + PLACEMENTS.length,
    whole: ({ seen }) => 1 + PLACEMENTS.indexOf(seen.request.placement),
  },
  {
    name: 'device',
    origin: 'context',
    source: 'request: phone, tablet, desktop or not said',
    vocabulary: 1 + DEVICES.length,
    whole: ({ seen }) => 1 + DEVICES.indexOf(seen.request.device),
  },
  {
    name: 'hour',
    origin: 'context',
    source: 'clock and offset: three hours of the day',
    vocabulary: 1 + 24 / HOURS_A_BAND,
    whole: (scene) => 1 + Math.floor(hourOf(scene) / HOURS_A_BAND),
  },
  {
    name: 'weekday',
    origin: 'context',
    source: 'clock and offset: day of the week',
    vocabulary: 8,
    whole: (scene) => 1 + weekdayOf(scene),
  },
  {
    name: 'last-category',
    origin: 'session',
    source: "profile and category column: the last item's",
    vocabulary: CATEGORY_BUCKETS,
    whole: ({ engine, seen }) => (seen.own[0] === undefined ? 0 : categoryOf(engine, seen.own[0].row)),
  },
  {
    name: 'last-brand',
    origin: 'session',
    source: "profile and brand column: the last item's",
    vocabulary: BRAND_BUCKETS,
    whole: ({ engine, seen }) => (seen.own[0] === undefined ? 0 : brandOf(engine, seen.own[0].row)),
  },
  {
    name: 'seed-category',
    origin: 'context',
    source: "shelf and category column: the seed item's",
    vocabulary: CATEGORY_BUCKETS,
    whole: (scene) => {
      const seed = seedOf(scene);
      return seed === undefined ? 0 : categoryOf(scene.engine, seed);
    },
  },
  {
    name: 'category',
    origin: 'item',
    source: 'category column: its name',
    vocabulary: CATEGORY_BUCKETS,
    each: ({ engine, category }, at) => engine.index.categoryBucket(category[at]!),
  },
  {
    name: 'brand',
    origin: 'item',
    source: 'brand column: its name',
    vocabulary: BRAND_BUCKETS,
    each: ({ engine, brand }, at) => engine.index.brandBucket(brand[at]!),
  },
  {
    name: 'price-band',
    origin: 'item',
    source: 'market column price: bands of ln price',
    vocabulary: PRICE_BANDS,
    each: ({ price, lnPrice }, at) => bandOf(price[at]!, lnPrice[at]!),
  },
];

const categoryOf = ({ index }: Scene['engine'], row: number): number =>
  index.categoryBucket(index.facts.of(FACT.category, row));

const brandOf = ({ index }: Scene['engine'], row: number): number =>
  index.brandBucket(index.facts.of(FACT.brand, row));

function bandOf(price: number, lnPrice: number): number {
  if (!(price > 0)) return 0;
  return 1 + Math.max(0, Math.min(PRICE_BANDS - 2, Math.floor(BANDS_A_UNIT * lnPrice) + 2));
}

/** Row-major `candidates x CATEGORICALS.length` into `out`. */
export function fillCategories(scene: Scene, out: Uint16Array): void {
  const width = CATEGORICALS.length;
  const count = scene.rows.length;
  CATEGORICALS.forEach((categorical, column) => {
    if ('whole' in categorical) {
      const value = categorical.whole(scene);
      for (let i = 0; i < count; i++) out[i * width + column] = value;
    } else {
      const { each } = categorical;
      for (let i = 0; i < count; i++) out[i * width + column] = each(scene, i);
    }
  });
}
