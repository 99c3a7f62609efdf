import { createHash } from 'node:crypto';
import type { TokenMatrix } from '../../models/content/content.ts';
import type { Dataset } from '../../models/contract.ts';
import type { DenseRows } from '../../models/dense.ts';
import type { ItemEmbeddings } from '../../models/item-embeddings/train.ts';
import type { FoldedDeep } from '../../models/ranker/deep/fold.ts';
import type { Layer } from '../../models/ranker/network.ts';
import { encodeCards } from '../../shared/bundle/cards.ts';
import type { Card } from '../../shared/bundle/contract.ts';
import { MOST_CUT } from '../../shared/bundle/neighbour-lists.ts';
import { encodeNeighbours } from '../../shared/bundle/neighbours.ts';
import { type EmbeddingInput, encodeShard, type ShardInput } from '../../shared/bundle/shard.ts';
import { compareIds } from '../../shared/bundle/strings.ts';
import type { TokenInput } from '../../shared/bundle/tokens.ts';
import { encodeWeights, type TensorInput } from '../../shared/bundle/weights.ts';
import { derive, MANY } from '../../shared/engine/derived.ts';
import { FURTHER_LISTS } from '../../shared/engine/engine.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import { brands, catalogueColumns, categories, marketInput, offerOf } from './columns.ts';
import type { BundlePart } from './contract.ts';
import type { Bits, Packing } from './settings.ts';
import type { Sources } from './sources.ts';

/** A trained ranker as the bundle carries it. */
export interface RankerTensors {
  readonly layers: readonly Layer[];
  readonly means: Float32Array;
  readonly deviations: Float32Array;
  readonly schema: string;
  /** of the same features and their moments; it ranks where it is there and the engine is fast enough */
  readonly deep?: FoldedDeep;
}

export interface Release {
  readonly dataset: Dataset;
  readonly sources: Sources;
  readonly markets: readonly Market[];
  readonly bits: Bits;
}

/** The shard, which stays when lists, settings and ranker change, and the name of its embedding space. */
export function encodeItems(from: Release): { shard: BundlePart; space: string } {
  const space = spaceOf(from.sources);
  return { space, shard: needed('shard', encodeShard(shardInput({ ...from, space }))) };
}

/** Every entry that the format has room for, as finely as can be; so the few lists of new items are packed. */
export const WHOLE: Packing = { cut: MOST_CUT, bits: 8 };

export function encodeLists(
  sources: Pick<Sources, 'transitions' | 'boughtTogether' | 'further'>,
  packing: Packing,
): BundlePart[] {
  const { cut, bits, further = cut } = packing;
  const ease = { cut: Math.min(cut, further), bits };
  return [
    needed('transitions', encodeNeighbours(sources.transitions, packing)),
    needed('bought-together', encodeNeighbours(sources.boughtTogether, packing)),
    ...FURTHER_LISTS.flatMap((role) => {
      const rows = sources.further[role];
      return rows === undefined || rows.ids.length === 0
        ? []
        : [needed(role, encodeNeighbours(rows, role === 'fresh' ? WHOLE : ease))];
    }),
  ];
}

const needed = (role: string, bytes: Uint8Array): BundlePart => ({ role, needed: true, bytes });

/** An embedding space is its numbers: vectors of two fits must never meet, unless not one number is another. */
function spaceOf({ embeddings, warm }: Sources): string {
  if (warm?.space !== undefined) return warm.space;
  const hash = createHash('sha256');
  for (const { values } of [embeddings.query, embeddings.candidate])
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return `pooled-${embeddings.candidate.dims}-${hash.digest('hex').slice(0, 16)}`;
}

const asInput = (rows: DenseRows, bits: number): EmbeddingInput => ({
  dims: rows.dims,
  values: rows.values,
  unit: true,
  bits,
});

function shardInput(from: Release & { space: string }): ShardInput {
  const { dataset, sources, markets, space, bits } = from;
  const { catalogue, interactions } = dataset;
  const variants = variantsOf(dataset);
  const category = categories(catalogue);
  const brand = brands(catalogue);
  const { content, embeddings, popularity, tokens, order, kinTrend } = sources;
  return {
    space,
    ids: catalogue.groups.map(({ id }) => id),
    ...(catalogue.groups.length < MANY ? {} : { derive }),
    variants: { ids: variants.map(({ item }) => item.id), rows: variants.map(({ row }) => row) },
    embeddings: asInput(embeddings.candidate, bits.embeddings),
    ...(embeddings.query === embeddings.candidate
      ? {}
      : { queryEmbeddings: asInput(embeddings.query, bits.embeddings) }),
    ...(content === undefined ? {} : { content: asInput(content, bits.content) }),
    ...(tokens === undefined ? {} : { tokens: tokenTable(tokens) }),
    categories: category.names,
    brands: brand.names,
    columns: {
      ...catalogueColumns(catalogue, interactions),
      ...popularity,
      ...order,
      ...(kinTrend ? { kinTrend } : {}),
      category: category.index,
      brand: brand.index,
    },
    markets: markets.map((market) =>
      marketInput(
        catalogue,
        variants.map(({ item }) => item),
        market,
      ),
    ),
  };
}

/** Tokens that an item keeps: its most telling ones. */
const MOST_TOKENS = 24;

function tokenTable({ tokens, offsets, ids, weights }: TokenMatrix): TokenInput {
  const items = offsets.length - 1;
  const held = new Float64Array(tokens.length);
  for (const token of ids) held[token]!++;
  const kept: number[] = [];
  const ends = [0];
  for (let i = 0; i < items; i++) {
    const own = Array.from(ids.subarray(offsets[i]!, offsets[i + 1]!), (id, at) => ({
      id,
      weight: weights[offsets[i]! + at]!,
    }));
    own.sort((a, b) => b.weight - a.weight || a.id - b.id);
    for (const { id } of own.slice(0, MOST_TOKENS)) kept.push(id);
    ends.push(kept.length);
  }
  return { offsets: ends, ids: kept, idf: Array.from(held, (count) => Math.log(items / count)) };
}

function variantsOf({ catalogue }: Dataset): { item: Item; row: number }[] {
  const all = catalogue.groups.flatMap(({ variants }, row) => variants.map((item) => ({ item, row })));
  return all.sort((a, b) => compareIds(a.item.id, b.item.id));
}

/** Settings, encoder and ranker. Dense weights are int8 with a scale an output; the rest stays float. */
export function encodeFunnel(
  funnel: FunnelSettings,
  ranker: RankerTensors | undefined,
  embeddings?: ItemEmbeddings,
): BundlePart {
  const tensors: Record<string, TensorInput> = embeddings === undefined ? {} : encoderTensors(embeddings);
  if (ranker !== undefined) {
    Object.assign(tensors, networkTensors('ranker', ranker.layers, ranker));
    if (ranker.deep) Object.assign(tensors, deepTensors(ranker.deep, ranker));
  }
  const chosen = ranker?.deep === undefined ? {} : { ranker: 'deep' as const };
  const settings = ranker === undefined ? funnel : { ...funnel, ...chosen, featureSchema: ranker.schema };
  return needed('weights', encodeWeights({ settings, tensors }));
}

function networkTensors(
  name: string,
  layers: readonly Layer[],
  { means, deviations }: Pick<RankerTensors, 'means' | 'deviations'>,
): Record<string, TensorInput> {
  const tensors: Record<string, TensorInput> = {
    [`${name}.means`]: { shape: [means.length], values: means, type: 'f32' },
    [`${name}.deviations`]: { shape: [deviations.length], values: deviations, type: 'f32' },
  };
  layers.forEach(({ inputs, outputs, weights, bias, scale }, l) => {
    tensors[`${name}.${l}.weights`] = {
      shape: [inputs, outputs],
      values: weights,
      type: 'i8',
      ...(scale ? { scale } : {}),
    };
    tensors[`${name}.${l}.bias`] = { shape: [outputs], values: bias, type: 'f32' };
  });
  return tensors;
}

function deepTensors(deep: FoldedDeep, moments: RankerTensors): Record<string, TensorInput> {
  const tensors = networkTensors('deep', deep.layers, moments);
  deep.embeddings.forEach((values, k) => {
    const shape = [deep.vocabularies[k]!, deep.dims];
    tensors[`deep.embedding.${k}`] = { shape, values, type: 'i8', scale: 'row' };
  });
  return tensors;
}

export function encoderTensors({ encoder, scale }: ItemEmbeddings): Record<string, TensorInput> {
  if (encoder === undefined) return {};
  const { dims, hidden } = encoder;
  const vector = (values: Float32Array): TensorInput => ({ shape: [values.length], values, type: 'f32' });
  return {
    'encoder.query': { shape: [dims, hidden], values: encoder.query, type: 'i8' },
    'encoder.key': { shape: [dims, hidden], values: encoder.key, type: 'i8' },
    'encoder.bias': vector(encoder.bias),
    'encoder.values': vector(encoder.values),
    'encoder.positions': vector(encoder.positions),
    'encoder.scale': vector(Float32Array.of(scale)),
  };
}

/** What shelves draw, a file a market. */
export function encodeMarketCards({ catalogue }: Dataset, markets: readonly Market[]): BundlePart[] {
  const items = catalogue.groups.flatMap(({ variants }) => variants);
  const ids = items.map(({ id }) => id).sort(compareIds);
  return markets.map((market) => ({
    role: 'cards',
    market: market.id,
    needed: false,
    bytes: encodeCards(
      items.map((item) => cardOf(item, market)),
      ids,
    ),
  }));
}

function cardOf(item: Item, market: Market): Card {
  const offer = item.offers?.find((found) => found.market === market.id);
  const { price, salePrice } = offerOf(item, market);
  return {
    item: item.id,
    title: offer?.title ?? item.title,
    image: item.image_link,
    link: offer?.link ?? item.link,
    price,
    salePrice,
    currency: price === undefined ? undefined : market.currency,
    brand: item.brand,
    category: item.product_type,
  };
}
