import * as v from 'valibot';
import type { Card } from '../shared/bundle/contract.ts';
import type { DrawnSlate } from '../shared/protocol/device.ts';
import { ItemId } from '../shared/protocol/ids.ts';
import { Slate, type SlateCause, type SlateRequest } from '../shared/protocol/slate.ts';
import { kept, type PageStore } from './page-store.ts';

const KEY = 'slate:';
const MOST_KEPT = 12;
const POPULAR = 'popular';

const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.union([schema, v.undefined()]));
const KeptCard = v.object({
  item: ItemId,
  title: v.string(),
  image: maybe(v.string()),
  link: maybe(v.string()),
  price: maybe(v.number()),
  salePrice: maybe(v.number()),
  currency: maybe(v.string()),
  brand: maybe(v.string()),
  category: maybe(v.string()),
});
const KeptSlate = v.object({
  slate: Slate,
  cards: v.array(v.nullable(KeptCard)),
  at: v.number(),
});

/**
 * What a shelf shows while no worker answers: its own last slate, else what is popular. In the page's memory always,
 * in localStorage with consent.
 */
export interface LastSlates {
  remember(request: SlateRequest, drawn: DrawnSlate): void;
  rememberPopular(drawn: DrawnSlate): void;
  /** with the cause of its being an old one; null where nothing is remembered */
  recall(request: SlateRequest, cause: SlateCause): DrawnSlate | null;
  clear(): void;
}

export function createLastSlates(store: PageStore): LastSlates {
  const memory = new Map<string, DrawnSlate>();
  const keep = (key: string, drawn: DrawnSlate): void => {
    memory.delete(key);
    memory.set(key, drawn);
    const cards = drawn.cards.map((card) => card ?? null);
    store.set(KEY + key, JSON.stringify({ slate: drawn.slate, cards, at: drawn.slate.madeAt }));
    forgetOldest(memory, store);
  };
  const find = (key: string): DrawnSlate | undefined =>
    memory.get(key) ?? kept(store.get(KEY + key), readSlate)?.drawn;
  return {
    remember(request, drawn) {
      if (drawn.slate.entries.length > 0) keep(keyOf(request), drawn);
    },
    rememberPopular: (drawn) => keep(POPULAR, drawn),
    recall(request, cause) {
      const last = find(keyOf(request));
      if (last !== undefined) return trimmed(last, request, { status: 'last', cause });
      // A cart's companions or a product's likes are not what is popular: better nothing than noise.
      if (request.placement !== 'for-you' && request.placement !== 'trending') return null;
      const popular = find(POPULAR);
      return popular === undefined ? null : trimmed(popular, request, { status: 'popular', cause });
    },
    clear() {
      memory.clear();
      for (const key of store.keys(KEY)) store.remove(key);
    },
  };
}

/** A slate answers one placement for one set of seeds. */
const keyOf = ({ placement, items, market }: SlateRequest): string =>
  [placement, market ?? '', ...(items ?? [])].join('\u001f');

function trimmed(
  { slate, cards, timings }: DrawnSlate,
  request: SlateRequest,
  how: Pick<Slate, 'status' | 'cause'>,
): DrawnSlate {
  const hidden = new Set<string>([...(request.exclude ?? []), ...(request.avoid ?? [])]);
  const shown = slate.entries
    .map((entry, i) => ({ entry, card: cards[i] }))
    .filter(({ entry }) => !hidden.has(entry.item) && !hidden.has(entry.variant))
    .slice(0, request.limit ?? slate.entries.length);
  return {
    slate: { ...slate, ...how, placement: request.placement, entries: shown.map(({ entry }) => entry) },
    cards: shown.map(({ card }) => card),
    timings,
  };
}

function forgetOldest(memory: Map<string, DrawnSlate>, store: PageStore): void {
  const oldest = memory.keys();
  while (memory.size > MOST_KEPT) {
    const key = oldest.next().value;
    if (key === undefined) break;
    memory.delete(key);
  }
  const stored = store.keys(KEY);
  if (stored.length <= MOST_KEPT) return;
  const byAge = stored
    .map((key) => ({ key, at: kept(store.get(key), readSlate)?.at ?? 0 }))
    .sort((a, b) => a.at - b.at);
  for (const { key } of byAge.slice(0, stored.length - MOST_KEPT)) store.remove(key);
}

function readSlate(value: unknown): { drawn: DrawnSlate; at: number } | undefined {
  const parsed = v.safeParse(KeptSlate, value);
  if (!parsed.success) return undefined;
  const { slate, cards, at } = parsed.output;
  return { at, drawn: { slate, cards: cards.map((card) => cardOf(card)), timings: {} } };
}

const cardOf = (card: v.InferOutput<typeof KeptCard> | null): Card | undefined =>
  card === null
    ? undefined
    : {
        item: card.item,
        title: card.title,
        image: card.image,
        link: card.link,
        price: card.price,
        salePrice: card.salePrice,
        currency: card.currency,
        brand: card.brand,
        category: card.category,
      };
