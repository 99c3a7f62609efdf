import type { ItemId } from '../protocol/ids.ts';
import { INTERACTION_WEIGHT } from '../protocol/profile.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import { type MarketIndex, marketOf } from './catalogue.ts';
import type { Engine, Moment, ShopperState } from './contract.ts';
import { rowOf, rowsOf } from './identity.ts';
import type { PlacementSettings } from './settings.ts';
import { type Touch, touchesOf } from './touches.ts';

export type { Touch } from './touches.ts';

/** What the shopper did with one item, over all touches of it. */
export interface Owned {
  readonly row: number;
  readonly item: ItemId;
  touches: number;
  /** views and clicks */
  views: number;
  carts: number;
  purchases: number;
  /** touches of the current session */
  current: number;
  first: number;
  last: number;
  boughtAt: number;
  /** distinct items touched since */
  age: number;
  /** sum of .8 ^ age over its touches, the newest touch of all being 0 */
  decayed: number;
}

export type Standing = 'seed' | 'in-cart' | 'bought' | 'viewed';

/**
 * An item that retrieval starts from: `strength` is its weight as evidence, `age` counts the moments since, 0 being the
 * newest. Items of one moment (a basket's lines) have no order, so they share their age.
 */
export interface Anchor {
  readonly row: number;
  readonly item: ItemId;
  readonly age: number;
  readonly strength: number;
  readonly standing: Standing;
}

/** The shopper, the request and the moment in rows: strings are resolved here and nowhere after. */
export interface Observation {
  readonly request: SlateRequest;
  readonly moment: Moment;
  readonly shelf: PlacementSettings;
  readonly market: MarketIndex;
  /** oldest first */
  readonly touches: readonly Touch[];
  /** by row, in the order of first touch */
  readonly owned: ReadonlyMap<number, Owned>;
  readonly cart: readonly number[];
  /** rows ever bought, "don't use this" or not: it takes an item out of the evidence, not out of the wardrobe */
  readonly bought: readonly number[];
  readonly seeds: readonly number[];
  /** the distinct items of the touches, newest first */
  readonly own: readonly Anchor[];
  /** the first `settings.anchors` of them */
  readonly recent: readonly Anchor[];
  /** what this placement retrieves from */
  readonly anchors: readonly Anchor[];
  readonly state: ShopperState;
  /** days since 1970, UTC */
  readonly today: number;
}

export interface Asked {
  readonly request: SlateRequest;
  readonly moment: Moment;
}

const DAY = 86_400_000;

export function observe(engine: Engine, state: ShopperState, { request, moment }: Asked): Observation {
  const { touches, bought } = touchesOf(engine, state, moment.now);
  const owned = summarise(touches);
  const cart = rowsOf(engine, state.profile.cart);
  const own = ownAnchors(touches, owned, cart);
  const recent = own.slice(0, engine.settings.anchors);
  const seeds = rowsOf(engine, request.items ?? []);
  const known = { engine, state, request, touches, recent };
  return {
    request,
    moment,
    shelf: engine.settings.placements[request.placement],
    market: marketOf(engine.index, request.market ?? moment.market),
    touches,
    owned,
    cart,
    bought,
    seeds,
    own,
    recent,
    anchors: ANCHORS[request.placement](known),
    state,
    today: Math.floor(moment.now / DAY),
  };
}

/** Nothing is known of the shopper, or nothing but attributes. */
export const isCold = ({ request, anchors }: Pick<Observation, 'request' | 'anchors'>): boolean =>
  request.placement === 'for-you' && anchors.length === 0;

/** The shopper's distinct known items, newest first, at most `settings.anchors`, whatever the page and the moment. */
export function recentItems(engine: Engine, state: ShopperState): readonly Anchor[] {
  const { touches } = touchesOf(engine, state, 0);
  return ownAnchors(touches, summarise(touches), rowsOf(engine, state.profile.cart)).slice(
    0,
    engine.settings.anchors,
  );
}

function summarise(touches: readonly Touch[]): Map<number, Owned> {
  const owned = new Map<number, Owned>();
  touches.forEach((touch, at) => {
    const known = owned.get(touch.row);
    const entry: Owned = known ?? {
      row: touch.row,
      item: touch.item,
      touches: 0,
      views: 0,
      carts: 0,
      purchases: 0,
      current: 0,
      first: at,
      last: at,
      boughtAt: 0,
      age: 0,
      decayed: 0,
    };
    if (known === undefined) owned.set(touch.row, entry);
    entry.touches += 1;
    entry.current += touch.current ? 1 : 0;
    entry.last = at;
    if (touch.kind === 'view' || touch.kind === 'select') entry.views += 1;
    if (touch.kind === 'cart') entry.carts += 1;
    if (touch.kind === 'purchase') {
      entry.purchases += 1;
      entry.boughtAt = touch.time;
    }
  });
  return owned;
}

const TOUCH_DECAY = 0.8;
const LEAST_TOUCH = 1e-6;

/** The distinct items, newest first; notes in `owned` how long ago and how often each was touched. */
function ownAnchors(
  touches: readonly Touch[],
  owned: ReadonlyMap<number, Owned>,
  cart: readonly number[],
): Anchor[] {
  const anchors: Anchor[] = [];
  const inCart = new Set(cart);
  let weight = 1;
  let age = -1;
  let moment = Number.NaN;
  for (let at = touches.length - 1; at >= 0; at--) {
    const { row, item, time } = touches[at]!;
    const entry = owned.get(row)!;
    if (weight > LEAST_TOUCH) entry.decayed += weight;
    weight *= TOUCH_DECAY;
    if (entry.last !== at) continue;
    entry.age = anchors.length;
    const standing = inCart.has(row) ? 'in-cart' : entry.purchases > 0 ? 'bought' : 'viewed';
    if (time !== moment) age += 1;
    moment = time;
    anchors.push({ row, item, age, strength: strengthOf(entry), standing });
  }
  return anchors;
}

function strengthOf({ purchases, carts }: Owned): number {
  if (purchases > 0) return INTERACTION_WEIGHT.purchase;
  return carts > 0 ? INTERACTION_WEIGHT.cart : INTERACTION_WEIGHT.view;
}

interface Known {
  readonly engine: Engine;
  readonly state: ShopperState;
  readonly request: SlateRequest;
  readonly touches: readonly Touch[];
  readonly recent: readonly Anchor[];
}

const ANCHORS: Record<SlateRequest['placement'], (known: Known) => readonly Anchor[]> = {
  'for-you': ({ recent }) => recent,
  similar: ({ engine, request }) => seedAnchors(engine, request.items ?? [], 'seed'),
  'bought-together': ({ engine, state, request }) =>
    request.items === undefined
      ? seedAnchors(engine, state.profile.cart, 'in-cart')
      : seedAnchors(engine, request.items, 'seed'),
  'because-you-viewed': lastViewed,
  trending: () => [],
  'recently-viewed': ({ recent }) => recent,
};

/** Seeds count alike: a page's product, the lines of a cart. */
function seedAnchors(engine: Engine, ids: readonly ItemId[], standing: Standing): Anchor[] {
  const anchors: Anchor[] = [];
  const seen = new Set<number>();
  for (const item of ids) {
    const row = rowOf(engine, item);
    if (row < 0 || seen.has(row)) continue;
    seen.add(row);
    anchors.push({ row, item, age: 0, strength: 1, standing });
  }
  return anchors;
}

function lastViewed({ touches }: Known): readonly Anchor[] {
  const last = touches.findLast(({ kind }) => kind === 'view' || kind === 'select');
  if (last === undefined) return [];
  return [{ row: last.row, item: last.item, age: 0, strength: 1, standing: 'viewed' }];
}
