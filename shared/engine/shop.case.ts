import { decodeNeighbours, encodeNeighbours } from '../bundle/neighbours.ts';
import { decodeShard, encodeShard, type ShardInput } from '../bundle/shard.ts';
import { compareIds } from '../bundle/strings.ts';
import type { Kernel } from '../kernel/contract.ts';
import type { EventName, TacitEvent } from '../protocol/event.ts';
import type { EventId, ItemId, MarketId, ReleaseId, SessionId } from '../protocol/ids.ts';
import { mintEventId, mintRecId } from '../protocol/ids.ts';
import { EMPTY_PROFILE, type InteractionKind } from '../protocol/profile.ts';
import type { Engine, Moment, ShopperState } from './contract.ts';
import { createEngine, type EngineParts } from './engine.ts';
import { type Draw, seededDraw } from './reranking/draw.ts';
import { DEFAULT_SETTINGS, type FunnelSettings } from './settings.ts';

/** A seeded shop for tests: categories with brands and prices, variants, stock, promotions, lists and vectors. */
export interface ShopOptions {
  readonly items: number;
  readonly seed: number;
  readonly settings?: Partial<FunnelSettings>;
  /** every value from a coarse grid, and rows that are copies of others: ties everywhere */
  readonly ties?: boolean;
}

export const DAY = 86_400_000;
/** A Tuesday, 10:00 UTC. */
export const NOW = Date.UTC(2026, 2, 17, 10);
export const TODAY = Math.floor(NOW / DAY);
const DIMS = 64;
const CATEGORIES = 12;
const BRANDS = 30;

export const itemId = (row: number): ItemId => `item-${String(row).padStart(6, '0')}` as ItemId;
export const variantId = (row: number, size: string): ItemId => `${itemId(row)}-${size}` as ItemId;

export function shopParts(kernel: Kernel, options: ShopOptions): EngineParts {
  const draw = seededDraw(options.seed);
  const shard = decodeShard(encodeShard(shardInput(options, draw)));
  const lists = (entries: number) =>
    decodeNeighbours(encodeNeighbours(sparse(options, entries, draw), { cut: 30, bits: 8 }));
  return {
    release: 'test-1' as ReleaseId,
    kernel,
    shard,
    transitions: lists(20),
    boughtTogether: lists(12),
    lists: { taste: lists(10), basket: lists(8), fresh: kinOf(options, draw) },
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
  };
}

export const openShop = (kernel: Kernel, options: ShopOptions): Engine =>
  createEngine(shopParts(kernel, options));

const categoryOf = (row: number) => row % (CATEGORIES + 1);
const below = (draw: Draw, most: number) => Math.floor(draw() * most);

export function shardInput({ items, ties, seed }: ShopOptions, draw: Draw): ShardInput {
  const further = seededDraw(seed + 1000);
  const ids = Array.from({ length: items }, (_, row) => itemId(row));
  const variants = variantsOf(items);
  const grid = (value: number, step: number) => (ties ? Math.floor(value / step) * step : value);
  const column = (make: (row: number) => number) =>
    Float32Array.from({ length: items }, (_, row) => make(row));
  const views = column((row) => {
    const root = below(draw, 400);
    return isFresh(row) ? 0 : grid((root * root) / 400, 10);
  });
  const prices = column((row) => (row % 17 === 3 ? 0 : grid(2 + below(draw, 9000) / 100, 5)));
  return {
    space: 'test-space',
    ids,
    variants,
    embeddings: { dims: DIMS, values: vectors({ items, dims: DIMS, ties }, draw), unit: true },
    queryEmbeddings: { dims: DIMS, values: vectors({ items, dims: DIMS, ties }, draw), unit: false },
    tokens: tokens(items, further),
    content: { dims: 32, values: vectors({ items, dims: 32, ties }, draw), unit: true },
    categories: ['', ...Array.from({ length: CATEGORIES }, (_, at) => `Category ${at + 1}`)],
    brands: ['', ...Array.from({ length: BRANDS }, (_, at) => `Brand ${at + 1}`)],
    columns: {
      category: column(categoryOf),
      brand: column(() => below(draw, BRANDS + 1)),
      discount: column(() => (draw() < 0.2 ? 0.25 : 0)),
      rating: column(() => below(draw, 11) / 2),
      views,
      purchases: views.map((value) => Math.floor(value / 5)),
      views7: views.map((value) => Math.floor(value / 8)),
      purchases7: views.map((value) => Math.floor(value / 40)),
      popularity: views.map((value) => (value > 5 ? value / 2 : 0)),
      trend: column(() => below(draw, 9) / 4 - 1),
      repeat: column(() => (draw() < 0.3 ? 0.5 : 0.05)),
      addedDay: column(() => TODAY - below(draw, 400)),
      promotedUntilDay: column(() => (draw() < 0.05 ? TODAY + 3 : 0)),
      margin: column(() => below(draw, 3)),
      place: column(() => further() - 0.5),
      stage: column(() => 4 * further() - 2),
      opens: column(() => -3 * further()),
      closes: column(() => -3 * further()),
      again: column(() => further() / 4),
      kinTrend: column(() => 2 * further() - 1),
    },
    markets: [
      { market: 'uk', currency: 'GBP', price: prices, variantInStock: stock(variants.ids.length, draw) },
      {
        market: 'de',
        currency: 'EUR',
        price: prices.map((price) => price * 1.2),
        variantInStock: stock(variants.ids.length, draw),
      },
    ],
  };
}

const TOKENS = 60;

/** A token a category, a few others by chance; every eleventh item has none. */
function tokens(items: number, draw: Draw) {
  const offsets = [0];
  const ids: number[] = [];
  for (let row = 0; row < items; row++) {
    if (row % 11 !== 7) {
      const own = new Set([categoryOf(row)]);
      while (own.size < 1 + (row % 4)) own.add(below(draw, TOKENS));
      ids.push(...own);
    }
    offsets.push(ids.length);
  }
  return { offsets, ids, idf: Array.from({ length: TOKENS }, (_, token) => 0.5 + (token % 7) / 2) };
}

/** Every third item comes in two sizes. */
function variantsOf(items: number) {
  const all: { id: string; row: number }[] = [];
  for (let row = 0; row < items; row++) {
    if (row % 3 !== 0) all.push({ id: itemId(row), row });
    else all.push({ id: variantId(row, 'l'), row }, { id: variantId(row, 's'), row });
  }
  all.sort((a, b) => compareIds(a.id, b.id));
  return { ids: all.map(({ id }) => id), rows: all.map(({ row }) => row) };
}

const stock = (variants: number, draw: Draw) =>
  Uint8Array.from({ length: variants }, () => (draw() < 0.85 ? 1 : 0));

/** A centre for each category, and noise; with ties every fourth row is a copy of the one before. */
function vectors(
  { items, dims, ties }: { items: number; dims: number; ties: boolean | undefined },
  draw: Draw,
): Float32Array {
  const centres = Float32Array.from({ length: (CATEGORIES + 1) * dims }, () => draw() - 0.5);
  const values = new Float32Array(items * dims);
  for (let row = 0; row < items; row++) {
    const copied = ties && row % 4 === 3;
    let squares = 0;
    for (let d = 0; d < dims; d++) {
      const own = centres[categoryOf(row) * dims + d]! + (draw() - 0.5);
      const value = copied ? values[(row - 1) * dims + d]! : own;
      values[row * dims + d] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let d = 0; d < dims; d++) values[row * dims + d]! /= length;
  }
  return values;
}

/** Nobody has touched these yet. */
export const isFresh = (row: number): boolean => row % 50 === 49;

/** What the new items are like: mostly their category. */
function kinOf({ items }: ShopOptions, draw: Draw) {
  const offsets = new Uint32Array(items + 1);
  const ids: number[] = [];
  for (let row = 0; row < items; row++) {
    if (isFresh(row))
      for (const kin of neighboursOf(row, { items, entries: 20, draw })) if (!isFresh(kin)) ids.push(kin);
    offsets[row + 1] = ids.length;
  }
  const weights = Float32Array.from(ids, () => 0.1 + 0.9 * draw());
  const pairs = Uint8Array.from(weights, (weight, at) => (at % 3 === 0 ? 0 : Math.round(200 * weight)));
  return decodeNeighbours(
    encodeNeighbours({ items, offsets, ids: Uint32Array.from(ids), weights, pairs }, { cut: 20, bits: 8 }),
  );
}

/** Lists that mostly stay in the category; every tenth item has none. */
export function sparse({ items, ties }: ShopOptions, entries: number, draw: Draw) {
  const offsets = new Uint32Array(items + 1);
  const ids: number[] = [];
  const weights: number[] = [];
  const pairs: number[] = [];
  for (let row = 0; row < items; row++) {
    const list = row % 10 === 9 ? new Set<number>() : neighboursOf(row, { items, entries, draw });
    for (const neighbour of list) {
      ids.push(neighbour);
      weights.push(ties ? (1 + below(draw, 4)) / 4 : 0.01 + draw());
      pairs.push((row * 31 + neighbour * 17) & 255);
    }
    offsets[row + 1] = ids.length;
  }
  return { items, offsets, ids: Uint32Array.from(ids), weights: Float32Array.from(weights), pairs };
}

function neighboursOf(
  row: number,
  { items, entries, draw }: { items: number; entries: number; draw: Draw },
): Set<number> {
  const list = new Set<number>();
  for (let i = 0; i < entries; i++) {
    const hop = draw() < 0.7 ? (1 + below(draw, 40)) * (CATEGORIES + 1) : 1 + below(draw, items - 1);
    const neighbour = (row + hop) % items;
    if (neighbour !== row) list.add(neighbour);
  }
  return list;
}

export const moment = (own: Partial<Moment> = {}): Moment => ({
  now: NOW,
  seed: 1,
  recId: mintRecId(NOW, new Uint8Array(10)),
  utcOffsetMinutes: 0,
  rules: 'on',
  market: 'uk' as MarketId,
  ...own,
});

/** Something a test shopper did: kind, item, minutes ago. */
export type Deed = readonly [kind: InteractionKind, item: ItemId, minutesAgo: number];

const NAME_OF: Record<InteractionKind, EventName> = {
  view: 'view_item',
  select: 'select_item',
  cart: 'add_to_cart',
  purchase: 'purchase',
};

let minted = 0;
export const eventId = (time: number): EventId => {
  minted += 1;
  return mintEventId(
    time,
    Uint8Array.from({ length: 10 }, (_, at) => (minted >>> (8 * (at % 4))) & 255),
  );
};

export function event(name: EventName, items: readonly ItemId[], own: Partial<TacitEvent> = {}): TacitEvent {
  const time = own.time ?? NOW;
  return {
    event_id: eventId(time),
    name,
    time,
    session_id: 's-1' as SessionId,
    consent: { storage: true, measurement: false },
    items: items.map((item_id) => ({ item_id })),
    ...own,
  };
}

export const eventOf = ([kind, item, minutesAgo]: Deed): TacitEvent =>
  event(NAME_OF[kind], [item], { time: NOW - minutesAgo * 60_000 });

export const NOBODY: ShopperState = { profile: EMPTY_PROFILE, session: null };
