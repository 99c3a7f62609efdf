import { encodeCards } from '../bundle/cards.ts';
import { encodeNeighbours, type SparseLike } from '../bundle/neighbours.ts';
import { type EmbeddingInput, encodeShard, type ShardInput } from '../bundle/shard.ts';
import { encodeWeights, type TensorInput } from '../bundle/weights.ts';
import type { ItemId, SessionId } from '../protocol/ids.ts';
import { EMPTY_PROFILE, type Interaction, type InteractionKind } from '../protocol/profile.ts';
import type { ShopperState } from './contract.ts';
import { derive, MANY } from './derived.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from './features.ts';
import { type Draw, seededDraw } from './reranking/draw.ts';
import { DEFAULT_SETTINGS, type FunnelSettings } from './settings.ts';

/**
 * A release of any size for benchmarks and memory tests, as the encoded parts that `openRelease` and a device read:
 * shard (clustered vectors, all columns, one market), transition and bought-together lists, content vectors, the
 * small ranker (64-32-1) and the deep one (512-256-128-1 over all features and 16-dimensional embeddings), and cards
 * where asked. Weights are random: what it costs is real, what it recommends is not. The same options give the same
 * bytes. 100,000 items take a few seconds to make, 500,000 some twenty.
 */
export interface SyntheticOptions {
  readonly items: number;
  readonly seed?: number;
  /** the side that a shopper is read from has vectors of its own: half as much shard again */
  readonly untied?: boolean;
  readonly cards?: boolean;
  /** hidden layers of the deep ranker */
  readonly hidden?: readonly number[];
  readonly settings?: Partial<FunnelSettings>;
}

/** A Tuesday, 10:00 UTC. */
export const SYNTHETIC_NOW = Date.UTC(2026, 2, 17, 10);
const DAY = 86_400_000;
const DIMS = 64;
const CONTENT_DIMS = 32;
const EMBEDDING_DIMS = 16;
const LISTED = { transitions: 20, 'bought-together': 10 } as const;
const MARKET = 'uk';

export const syntheticId = (row: number): ItemId => `item-${String(row).padStart(7, '0')}` as ItemId;

/** A thousand candidates of all sources, as the device's budget is measured with. */
export const SYNTHETIC_SETTINGS: FunnelSettings = {
  ...DEFAULT_SETTINGS,
  ranked: 1000,
  proposals: {
    ...DEFAULT_SETTINGS.proposals,
    embedding: 500,
    transitions: 300,
    'bought-together': 200,
    content: 300,
    popular: 200,
    trending: 100,
    category: 200,
    history: 50,
    server: 100,
  },
  featureSchema: FEATURE_SCHEMA,
};

/** By role: shard, transitions, bought-together, weights and, where asked, cards. */
export function syntheticParts(options: SyntheticOptions): Map<string, Uint8Array<ArrayBuffer>> {
  const draw = seededDraw(options.seed ?? 1);
  const shop = { items: options.items, clusters: Math.max(8, Math.min(400, options.items >>> 6)), draw };
  const parts = new Map([['shard', encodeShard(shardOf(shop, options))]]);
  for (const role of ['transitions', 'bought-together'] as const)
    parts.set(role, encodeNeighbours(listsOf(shop, LISTED[role]), { cut: LISTED[role], bits: 4 }));
  const settings = { ...SYNTHETIC_SETTINGS, ...options.settings };
  parts.set('weights', encodeWeights({ settings, tensors: rankersOf(draw, options.hidden) }));
  if (options.cards) parts.set('cards', cardsOf(shop));
  return parts;
}

interface Shop {
  readonly items: number;
  readonly clusters: number;
  readonly draw: Draw;
}

const below = (draw: Draw, most: number) => Math.floor(draw() * most);
const clusterOf = (row: number, clusters: number) => row % clusters;

function shardOf(shop: Shop, { untied }: SyntheticOptions): ShardInput {
  const { items, clusters, draw } = shop;
  const brands = clusters * 5;
  const column = (make: (row: number) => number) => {
    const values = new Float32Array(items);
    for (let row = 0; row < items; row++) values[row] = make(row);
    return values;
  };
  const steep = (share: number) => share * share * share;
  const views = column(() => Math.floor(5000 * steep(draw())));
  const today = Math.floor(SYNTHETIC_NOW / DAY);
  return {
    space: 'synthetic',
    ids: Array.from({ length: items }, (_, row) => syntheticId(row)),
    ...(items < MANY ? {} : { derive }),
    embeddings: vectors(shop, DIMS),
    ...(untied ? { queryEmbeddings: vectors(shop, DIMS) } : {}),
    content: vectors(shop, CONTENT_DIMS),
    categories: ['', ...Array.from({ length: clusters }, (_, at) => `Category ${at}`)],
    brands: ['', ...Array.from({ length: brands }, (_, at) => `Brand ${at}`)],
    columns: {
      category: column((row) => 1 + clusterOf(row, clusters)),
      brand: column(() => below(draw, brands + 1)),
      discount: column(() => (draw() < 0.2 ? 0.25 : 0)),
      rating: column(() => below(draw, 11) / 2),
      views,
      purchases: views.map((value) => Math.floor(value / 12)),
      views7: views.map((value) => Math.floor(value / 8)),
      purchases7: views.map((value) => Math.floor(value / 60)),
      popularity: views.map((value) => value / 2),
      trend: column(() => below(draw, 9) / 4 - 1),
      repeat: column(() => (draw() < 0.3 ? 0.5 : 0.05)),
      addedDay: column(() => today - below(draw, 400)),
      promotedUntilDay: column(() => (draw() < 0.02 ? today + 3 : 0)),
      margin: column(() => below(draw, 3)),
    },
    markets: [
      {
        market: MARKET,
        currency: 'GBP',
        price: column(() => Math.floor(100 * (2 + 300 * steep(draw()))) / 100),
        variantInStock: Uint8Array.from({ length: items }, () => (draw() < 0.9 ? 1 : 0)),
      },
    ],
  };
}

/** Around a centre a cluster, of length one. */
function vectors({ items, clusters, draw }: Shop, dims: number): EmbeddingInput {
  const centres = Float32Array.from({ length: clusters * dims }, () => draw() - 0.5);
  const values = new Float32Array(items * dims);
  for (let row = 0, at = 0; row < items; row++, at += dims) {
    const centre = clusterOf(row, clusters) * dims;
    let squares = 0;
    for (let d = 0; d < dims; d++) {
      const value = centres[centre + d]! + 0.8 * (draw() - 0.5);
      values[at + d] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let d = 0; d < dims; d++) values[at + d] = values[at + d]! / length;
  }
  return { dims, values, unit: true };
}

/** Distinct neighbours, most of them in the item's own cluster. */
function listsOf({ items, clusters, draw }: Shop, length: number): SparseLike {
  const entries = Math.min(length, items - 1);
  const offsets = Uint32Array.from({ length: items + 1 }, (_, row) => row * entries);
  const ids = new Uint32Array(items * entries);
  const weights = new Float32Array(items * entries);
  for (let row = 0; row < items; row++) {
    let hop = 0;
    for (let at = row * entries; at < (row + 1) * entries; at++) {
      hop += draw() < 0.7 ? clusters : 1 + below(draw, Math.max(1, Math.floor(items / entries) - clusters));
      ids[at] = (row + (hop % items)) % items;
      weights[at] = 0.01 + draw();
    }
  }
  return { items, offsets, ids, weights };
}

/** Tensors of both rankers, as a fit would leave them: dense weights int8 with a scale an output, the rest as it is. */
export function rankersOf(
  draw: Draw,
  hidden: readonly number[] = [512, 256, 128],
): Record<string, TensorInput> {
  const embedded = CATEGORICALS.length * EMBEDDING_DIMS;
  const tensors: Record<string, TensorInput> = {
    ...networkOf(draw, 'ranker', [FEATURES.length, 64, 32, 1]),
    ...networkOf(draw, 'deep', [FEATURES.length + embedded, ...hidden, 1]),
  };
  CATEGORICALS.forEach(({ vocabulary }, k) => {
    const values = noise(draw, vocabulary * EMBEDDING_DIMS, 1);
    const shape = [vocabulary, EMBEDDING_DIMS];
    tensors[`deep.embedding.${k}`] = { shape, values, type: 'i8', scale: 'row' };
  });
  return tensors;
}

const noise = (draw: Draw, length: number, size: number) =>
  Float32Array.from({ length }, () => (draw() - 0.5) * size);

function networkOf(draw: Draw, name: string, sizes: readonly number[]): Record<string, TensorInput> {
  const shape = [FEATURES.length];
  const tensors: Record<string, TensorInput> = {
    [`${name}.means`]: { shape, values: noise(draw, FEATURES.length, 1), type: 'f32' },
    [`${name}.deviations`]: {
      shape,
      values: noise(draw, FEATURES.length, 1).map((value) => 1 + value),
      type: 'f32',
    },
  };
  sizes.slice(1).forEach((outputs, l) => {
    const inputs = sizes[l]!;
    const size = 4 / Math.sqrt(inputs);
    const weights = noise(draw, inputs * outputs, size);
    tensors[`${name}.${l}.weights`] = { shape: [inputs, outputs], values: weights, type: 'i8' };
    tensors[`${name}.${l}.bias`] = { shape: [outputs], values: noise(draw, outputs, size), type: 'f32' };
  });
  return tensors;
}

function cardsOf({ items, clusters }: Shop): Uint8Array<ArrayBuffer> {
  return encodeCards(
    Array.from({ length: items }, (_, row) => ({
      item: syntheticId(row),
      title: `Item ${row} of category ${clusterOf(row, clusters)}`,
      image: `https://shop.example/images/${row}.webp`,
      link: `https://shop.example/items/${row}`,
      price: 10 + (row % 900) / 10,
      salePrice: undefined,
      currency: 'GBP',
      brand: undefined,
      category: `Category ${clusterOf(row, clusters)}`,
    })),
  );
}

const KINDS: readonly InteractionKind[] = ['view', 'view', 'view', 'select', 'cart', 'view', 'purchase'];

/**
 * A shopper with `past` interactions of earlier weeks and `now` of the last minutes, most of them in three clusters.
 */
export function syntheticShopper(
  items: number,
  { past, now, seed }: { readonly past: number; readonly now: number; readonly seed: number },
): ShopperState {
  const draw = seededDraw(seed);
  const clusters = Math.max(8, Math.min(400, items >>> 6));
  const liked = Array.from({ length: 3 }, () => below(draw, clusters));
  const interactions = Array.from({ length: past + now }, (_, at): Interaction => {
    const row =
      draw() < 0.8
        ? liked[below(draw, 3)]! + clusters * below(draw, Math.floor(items / clusters) - 1)
        : below(draw, items);
    const ago = at < past ? (past - at) * 3_600_000 + DAY : (past + now - at) * 40_000;
    const session = (at < past ? `s-${at >> 3}` : 's-now') as SessionId;
    return {
      item: syntheticId(row),
      kind: KINDS[below(draw, KINDS.length)]!,
      time: SYNTHETIC_NOW - ago,
      session,
    };
  });
  const profile = { ...EMPTY_PROFILE, interactions };
  const current = interactions.slice(past);
  if (current.length === 0) return { profile, session: null };
  return {
    profile,
    session: {
      id: 's-now' as SessionId,
      startedAt: current[0]!.time,
      lastAt: current[current.length - 1]!.time,
      depth: current.length,
      interactions: current.slice(-50),
      applied: [],
    },
  };
}
