import { encodeCards } from '../../shared/bundle/cards.ts';
import type { Card } from '../../shared/bundle/contract.ts';
import { encodeNeighbours } from '../../shared/bundle/neighbours.ts';
import { encodeShard } from '../../shared/bundle/shard.ts';
import { encodeWeights } from '../../shared/bundle/weights.ts';
import { openRelease } from '../../shared/engine/engine.ts';
import { FEATURE_SCHEMA } from '../../shared/engine/features.ts';
import { goldenSlate } from '../../shared/engine/golden.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ItemId, MarketId, ReleaseId } from '../../shared/protocol/ids.ts';
import type { BundlePart, TrainedRelease } from '../training/contract.ts';

export const ITEMS = 60;
export const DIMS = 8;
const NOW = 1_790_000_000_000;
const itemId = (row: number): ItemId => `item-${String(row).padStart(3, '0')}` as ItemId;

/** Numbers in -0.5..0.5 that differ by seed, without a clock or chance. */
const noise = (seed: number) => (at: number) => (((at * 7919 + seed * 104_729) % 1009) - 504) / 1009;

/** A small but whole training product: files that every decoder takes and a golden slate that the funnel makes. */
export function trainedRelease(own: Partial<TrainedRelease> & { seed?: number } = {}): TrainedRelease {
  const { seed = 1, ...rest } = own;
  const space = `space-${seed}`;
  const parts = rest.parts ?? wholeParts(seed, space);
  const golden = { views: [itemId(3), itemId(14)], now: NOW, seed: 7 };
  return {
    parts,
    space,
    featureSchema: FEATURE_SCHEMA,
    items: ITEMS,
    markets: [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }],
    golden: { ...golden, expected: rest.parts ? [] : slateOf(parts, golden) },
    cards: [],
    metrics: { 'recall@10': 0.1 },
    lineage: { dataHash: 'd', code: 'c', seed, interactions: 9, trainedAt: NOW, seconds: 1 },
    ...rest,
  };
}

function slateOf(parts: readonly BundlePart[], golden: Omit<TrainedRelease['golden'], 'expected'>): ItemId[] {
  const files = new Map(parts.map((part) => [part.role, part.bytes]));
  return goldenSlate(openRelease(files, 'made' as ReleaseId, loadKernel()), golden);
}

function wholeParts(seed: number, space: string): BundlePart[] {
  const lists = (step: number) => encodeNeighbours(neighbours(step), { cut: 5, bits: 8 });
  return [
    { role: 'shard', needed: true, bytes: shard(seed, space) },
    { role: 'transitions', needed: true, bytes: lists(seed + 1) },
    { role: 'bought-together', needed: true, bytes: lists(seed + 2) },
    { role: 'weights', needed: true, bytes: encodeWeights({ settings: DEFAULT_SETTINGS, tensors: {} }) },
    { role: 'cards', needed: true, market: 'gb' as MarketId, bytes: encodeCards(cards()) },
  ];
}

function shard(seed: number, space: string): Uint8Array {
  const at = noise(seed);
  const column = (make: (row: number) => number) =>
    Float32Array.from({ length: ITEMS }, (_, row) => make(row));
  return encodeShard({
    space,
    ids: Array.from({ length: ITEMS }, (_, row) => itemId(row)),
    embeddings: {
      dims: DIMS,
      values: Float32Array.from({ length: ITEMS * DIMS }, (_, i) => at(i)),
      unit: false,
    },
    categories: ['', 'bowls', 'plates', 'cups', 'jugs'],
    brands: ['', 'Ash', 'Birch', 'Cedar', 'Doum', 'Elm'],
    columns: {
      category: column((row) => 1 + (row % 4)),
      brand: column((row) => 1 + (row % 5)),
      views: column((row) => 100 - row),
      popularity: column((row) => 100 - row),
    },
    markets: [
      {
        market: 'gb',
        currency: 'GBP',
        price: column((row) => 5 + row),
        variantInStock: new Uint8Array(ITEMS).fill(1),
      },
    ],
  });
}

function neighbours(step: number) {
  const offsets = Uint32Array.from({ length: ITEMS + 1 }, (_, row) => row * 3);
  const ids = Uint32Array.from({ length: ITEMS * 3 }, (_, i) => (Math.floor(i / 3) + step + (i % 3)) % ITEMS);
  const weights = Float32Array.from({ length: ITEMS * 3 }, (_, i) => 1 / (1 + (i % 3)));
  return { items: ITEMS, offsets, ids, weights };
}

const cards = (): Card[] =>
  Array.from({ length: ITEMS }, (_, row) => ({
    item: itemId(row),
    title: `Item ${row}`,
    image: undefined,
    link: undefined,
    price: 5 + row,
    salePrice: undefined,
    currency: 'GBP',
    brand: undefined,
    category: undefined,
  }));
