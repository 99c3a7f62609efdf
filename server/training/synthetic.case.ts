import { tokenMatrix } from '../../models/content/content.ts';
import type { CatalogueGroup, Dataset, SparseRows } from '../../models/contract.ts';
import { type DenseRows, unitRows } from '../../models/dense.ts';
import { createAttention } from '../../models/item-embeddings/attention.ts';
import type { Order } from '../../models/order/order.ts';
import type { Popularity } from '../../models/popularity/popularity.ts';
import { createRandom, type Random } from '../../models/random.ts';
import { type FoldedDeep, fold } from '../../models/ranker/deep/fold.ts';
import { createDeep } from '../../models/ranker/deep/network.ts';
import { DEFAULT_DEEP } from '../../models/ranker/deep/train.ts';
import { meanOf } from '../../models/ranker/merge.ts';
import { createLayers } from '../../models/ranker/network.ts';
import { compareIds } from '../../shared/bundle/strings.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { ItemId, MarketId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import {
  type ByteBudget,
  headWeight,
  type Lightened,
  lighten,
  limitOf,
  roomForTwoTables,
  weighParts,
} from './budget.ts';
import type { BundlePart, TrainedRelease } from './contract.ts';
import { encodeFunnel, encodeItems, encodeLists, encodeMarketCards, type RankerTensors } from './encode.ts';
import { writeGolden } from './golden.ts';
import { withHead } from './head.ts';
import { type Packing, SHOP_BUDGET, SHOP_SETTINGS, type TrainingSettings } from './settings.ts';
import { carried, type Sources } from './sources.ts';

/** A release whose numbers were drawn rather than trained, through the encoders that training uses: for sizes and speeds. */
export interface SyntheticOptions {
  readonly items: number;
  readonly seed: number;
  readonly kernel: Kernel;
  readonly packing?: Packing;
  /** a shop's, where it is left out */
  readonly bytes?: ByteBudget;
}

/** What was drawn, and what the budget left out of it. */
export interface SyntheticRelease extends TrainedRelease {
  readonly left: readonly string[];
  /** bytes as the budget counts them: all that was drawn, and what is released */
  readonly full: number;
  readonly bytes: number;
}

const NOW = Date.UTC(2026, 2, 17);
const DAY = 86_400_000;
const TOPICS = 40;
const MARKETS: readonly Market[] = [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }];

/**
 * What resembles a shop: topics with categories inside them, popularity by Zipf's law, lists that are long where items
 * are popular and lead to popular items of the same topic, vectors around a centre a topic and a centre a category,
 * titles of common words. All that a shop's settings carry is drawn, and the budget takes from it as it does in training.
 */
export function syntheticRelease(options: SyntheticOptions): SyntheticRelease {
  const { items, seed, kernel, bytes: budget = SHOP_BUDGET, packing = { cut: 20, bits: 4 } } = options;
  const random = createRandom(seed);
  const tied = !roomForTwoTables(SHOP_SETTINGS, budget, { items });
  const settings: TrainingSettings = {
    ...SHOP_SETTINGS,
    packing,
    embeddings: { ...SHOP_SETTINGS.embeddings, tied },
  };
  const shop = drawShop(items, random);
  const sources = drawSources(shop, settings, random);
  const ranker = drawRanker(random);
  const deep = drawDeep(settings, random);
  const dataset: Dataset = {
    catalogue: { groups: shop.map(({ group }) => group) },
    interactions: {
      ...{ users: 0, items, offsets: new Uint32Array(1), item: new Uint32Array(0) },
      ...{ kind: new Uint8Array(0), time: new Float64Array(0), visit: new Uint32Array(0) },
    },
    until: NOW,
  };
  const cards = encodeMarketCards(dataset, MARKETS);
  const packed = (by: TrainingSettings) => {
    const own = carried(sources, by.carries);
    const { shard, space } = encodeItems({ dataset, sources: own, markets: MARKETS, bits: by.bits });
    const weights = encodeFunnel(
      DEFAULT_SETTINGS,
      by.deep === undefined ? ranker : { ...ranker, deep },
      own.embeddings,
    );
    return { space, parts: [shard, ...encodeLists(own, by.packing), weights, ...cards] };
  };
  const weigh = (by: TrainingSettings): number => {
    const { parts } = packed(by);
    return weighParts(parts, budget.form) + headWeight(weighParts(parts, 'raw'), budget.form);
  };
  const { light, left } = withDeepWhereItFits(settings, (by) => lighten(by, limitOf(budget, items), weigh));
  const { parts, space } = packed(light.settings);
  const golden = (of: readonly BundlePart[]) => writeGolden(of, NOW, { kernel, seed });
  return {
    ...withHead({ parts, golden: golden(parts) }, golden),
    ...{ space, featureSchema: FEATURE_SCHEMA, items, markets: MARKETS, cards: [], metrics: {} },
    lineage: { dataHash: '', code: '', seed, interactions: 0, trainedAt: NOW, seconds: 0 },
    left: [...(tied ? ['second-table'] : []), ...left],
    full: weigh(settings),
    bytes: light.bytes,
  };
}

/** As of a shop where the deep ranker won, which makes the heavier and slower release: only what content says goes after it. */
function withDeepWhereItFits(settings: TrainingSettings, lightened: (by: TrainingSettings) => Lightened) {
  const both = lightened(settings);
  if (both.settings.carries.content) return { light: both, left: both.left };
  const alone = lightened({ ...settings, deep: undefined });
  return { light: alone, left: [...alone.left, 'deep'] };
}

/** Items that EASE has rows of, and the share that nobody has touched yet. */
const EASE_ITEMS = SHOP_SETTINGS.ease?.taste.mostItems ?? 0;
const FRESH = 0.02;

function drawSources(
  shop: readonly Drawn[],
  { embeddings, content }: TrainingSettings,
  random: Random,
): Sources {
  const { dims, hidden, pooled, decay, tied } = embeddings;
  const transitions = drawLists(shop, { most: 30, fall: 1.5 }, random);
  const pairs = Uint8Array.from(transitions.ids, () => drawCount(random) | (drawCount(random) << 4));
  const few = { most: 30, fall: 0.5, to: Math.min(shop.length, EASE_ITEMS) };
  const fresh = { most: 50, fall: 0, from: Math.floor(shop.length * (1 - FRESH)) };
  return {
    popularity: drawPopularity(shop, random),
    transitions: { ...transitions, pairs },
    boughtTogether: drawLists(shop, { most: 20, fall: 3 }, random),
    embeddings: {
      ...drawVectors(shop, { dims, untied: !tied }, random),
      encoder: createAttention({ dims, hidden, pooled, decay }, random),
      scale: 10,
    },
    content: unitRows(drawRows(shop, { dims: content.dims, own: 0.5 }, random)),
    further: {
      taste: drawLists(shop, few, random),
      basket: drawLists(shop, few, random),
      fresh: drawLists(shop, fresh, random),
    },
    tokens: tokenMatrix({ groups: shop.map(({ group }) => group) }, content),
    order: drawOrder(shop, random),
    kinTrend: drawTrend(shop),
    cards: [],
  };
}

/** Of a pair: mostly none, seldom many. */
const drawCount = (random: Random): number => Math.floor(16 * random.next() ** 4);

function drawTrend(shop: readonly Drawn[]): Float32Array {
  const random = createRandom(shop.length + 1);
  return Float32Array.from(shop, () => random.normal() / 5);
}

function drawOrder(shop: readonly Drawn[], random: Random): Order {
  const column = (of: () => number) => Float32Array.from(shop, of);
  return {
    place: column(() => random.normal() / 5),
    stage: column(() => random.normal()),
    opens: column(() => -2 + random.normal() / 2),
    closes: column(() => -2 + random.normal() / 2),
  };
}

/** An item as it was drawn; `rank` 0 is the most popular. */
interface Drawn {
  readonly group: CatalogueGroup;
  readonly topic: number;
  readonly category: number;
  readonly rank: number;
}

function drawShop(items: number, random: Random): Drawn[] {
  const words = Array.from({ length: 2000 }, () => drawWord(random));
  const categories = Math.max(TOPICS, Math.round(items / 300));
  const brands = Array.from({ length: Math.max(20, Math.round(items / 50)) }, () => drawWord(random));
  const ids = new Set<string>();
  while (ids.size < items) ids.add(String(10_000_000 + random.below(90_000_000)));
  const ranks = Array.from({ length: items }, (_, at) => at);
  for (let i = items - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [ranks[i], ranks[j]] = [ranks[j]!, ranks[i]!];
  }
  return [...ids].sort(compareIds).map((id, at) => {
    const category = Math.floor(categories * random.next() ** 2);
    const topic = category % TOPICS;
    const brand = brands[Math.floor(brands.length * random.next() ** 2)]!;
    const title = drawTitle(brand, words, random);
    const item = drawItem(
      { id, title, brand, path: `${words[topic]} > ${words[TOPICS + (category % 1900)]}` },
      random,
    );
    return { topic, category, rank: ranks[at]!, group: { id, item, variants: [item] } };
  });
}

const SYLLABLES = 'ba co den fi gor ha ler mi nat or pe qui ros sel tan ul ver wa xi yar zo'.split(' ');
const drawWord = (random: Random): string => {
  const word = Array.from(
    { length: 2 + random.below(2) },
    () => SYLLABLES[random.below(SYLLABLES.length)],
  ).join('');
  return word.charAt(0).toUpperCase() + word.slice(1);
};
/** Words by Zipf's law. */
const drawTitle = (brand: string, words: readonly string[], random: Random): string =>
  [
    brand,
    ...Array.from({ length: 3 + random.below(4) }, () => words[Math.floor(words.length ** random.next())]),
  ].join(' ');

function drawItem(
  { id, title, brand, path }: { id: string; title: string; brand: string; path: string },
  random: Random,
): Item {
  const slug = title.toLowerCase().replaceAll(' ', '-');
  const price = Math.round(100 * (3 + 80 * random.next() ** 3)) - (random.next() < 0.7 ? 1 : 0);
  return {
    id: id as ItemId,
    title,
    brand,
    product_type: path,
    price: price / 100,
    ...(random.next() < 0.15 ? { sale_price: Math.round(price * 0.8) / 100 } : {}),
    currency: 'GBP',
    availability: random.next() < 0.93 ? 'in_stock' : 'out_of_stock',
    image_link: `https://cdn.shop.example/images/${slug}-${id}.jpg`,
    link: `https://shop.example/products/${slug}`,
    rating: random.below(11) / 2,
    margin_tier: (['low', 'normal', 'high'] as const)[random.below(3)]!,
    added_at: NOW - random.below(700) * DAY,
  };
}

function drawPopularity(shop: readonly Drawn[], random: Random): Popularity {
  const views = Float32Array.from(shop, ({ rank }) =>
    Math.floor((2e5 / (rank + 20)) * (0.5 + random.next())),
  );
  const share = (of: number) => views.map((count) => Math.floor(count * of * (0.5 + random.next())));
  const further = createRandom(shop.length);
  return {
    views,
    purchases: share(0.05),
    views7: share(0.04),
    purchases7: share(0.003),
    popularity: views.map((count) => count * (0.2 + 0.1 * random.next())),
    trend: views.map(() => random.normal() / 3),
    repeat: views.map(() => Math.max(0, 0.05 + random.normal() / 20)),
    again: views.map(() => Math.max(0, 0.02 + further.normal() / 40)),
  };
}

function drawLists(
  shop: readonly Drawn[],
  { most, fall, from = 0, to = shop.length }: { most: number; fall: number; from?: number; to?: number },
  random: Random,
): SparseRows {
  const byTopic = Array.from({ length: TOPICS }, (): number[] => []);
  for (const row of [...shop.keys()].sort((a, b) => shop[a]!.rank - shop[b]!.rank))
    byTopic[shop[row]!.topic]!.push(row);
  const offsets = new Uint32Array(shop.length + 1);
  const ids: number[] = [];
  const weights: number[] = [];
  shop.forEach(({ rank, topic }, row) => {
    const has = rank >= from && rank < to;
    const wanted = has ? Math.round(most * (1 - rank / to) ** fall) : 0;
    const near = byTopic[topic]!;
    const list = new Set<number>();
    for (let tries = 0; list.size < wanted && tries < 4 * most; tries++) {
      // Squared: popular ones are met more often. One step in ten leads anywhere.
      const next =
        random.next() < 0.9 ? near[Math.floor(near.length * random.next() ** 2)]! : random.below(shop.length);
      if (next !== row) list.add(next);
    }
    let place = 1;
    for (const next of list) {
      ids.push(next);
      weights.push((0.5 + random.next()) / place++);
    }
    offsets[row + 1] = ids.length;
  });
  return { items: shop.length, offsets, ids: Uint32Array.from(ids), weights: Float32Array.from(weights) };
}

/** A centre a topic, one a category, and something of each item's own. */
function drawRows(
  shop: readonly Drawn[],
  { dims, own }: { dims: number; own: number },
  random: Random,
): DenseRows {
  const centres = (count: number) => Float32Array.from({ length: count * dims }, () => random.normal());
  const topics = centres(TOPICS);
  const categories = centres(1 + Math.max(...shop.map(({ category }) => category)));
  const values = new Float32Array(shop.length * dims);
  shop.forEach(({ topic, category }, row) => {
    for (let d = 0; d < dims; d++)
      values[row * dims + d] =
        topics[topic * dims + d]! + 0.7 * categories[category * dims + d]! + own * random.normal();
  });
  return { items: shop.length, dims, values };
}

/** Scanned and read sides are the same, or alike, as those of a trained space. */
function drawVectors(
  shop: readonly Drawn[],
  { dims, untied }: { dims: number; untied: boolean },
  random: Random,
): { query: DenseRows; candidate: DenseRows } {
  const rows = drawRows(shop, { dims, own: 1 }, random);
  const candidate = unitRows(rows);
  if (!untied) return { query: candidate, candidate };
  const values = rows.values.map((value) => value + 0.5 * random.normal());
  return { query: unitRows({ ...rows, values }), candidate };
}

function drawDeep({ deep }: TrainingSettings, random: Random): FoldedDeep {
  const { dims, hidden } = deep ?? DEFAULT_DEEP;
  const vocabularies = CATEGORICALS.map(({ vocabulary }) => vocabulary);
  const network = createDeep({ dense: FEATURES.length, vocabularies, dims, hidden }, random);
  return fold(network);
}

function drawRanker(random: Random): RankerTensors {
  const width = FEATURES.length;
  const { hidden, committee = 1 } = SHOP_SETTINGS.ranker;
  return {
    layers: meanOf(Array.from({ length: committee }, () => createLayers([width, ...hidden, 1], random))),
    means: new Float32Array(width),
    deviations: new Float32Array(width).fill(1),
    schema: FEATURE_SCHEMA,
  };
}
