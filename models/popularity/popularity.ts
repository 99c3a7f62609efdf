import { INTERACTION_WEIGHT } from '../../shared/protocol/profile.ts';
import type { Interactions, ModelCard } from '../contract.ts';
import { KINDS } from '../contract.ts';

const DAY = 86_400_000;
const PURCHASE = KINDS.indexOf('purchase');

/** Decays are times in ms after which an interaction weighs 1/e. */
export interface PopularitySettings {
  readonly decay: number;
  /** the short and the long run whose rates are compared */
  readonly recent: number;
  readonly longRun: number;
  /** buyers (their visits) that the average repeat rate counts for */
  readonly repeatPrior: number;
}

export const DEFAULT_POPULARITY: PopularitySettings = {
  decay: 30 * DAY,
  recent: 7 * DAY,
  longRun: 60 * DAY,
  repeatPrior: 10,
};

/** One value per item. Names are the shard's columns. */
export interface Popularity {
  readonly views7: Float32Array;
  readonly purchases7: Float32Array;
  readonly views: Float32Array;
  readonly purchases: Float32Array;
  readonly popularity: Float32Array;
  readonly trend: Float32Array;
  readonly repeat: Float32Array;
  readonly again: Float32Array;
}

/** @param until the fit's clock, ms; ages are counted back from it */
export function fitPopularity(
  interactions: Interactions,
  settings: PopularitySettings,
  until: number,
): Popularity {
  const column = (): Float32Array => new Float32Array(interactions.items);
  const views7 = column();
  const purchases7 = column();
  const views = column();
  const purchases = column();
  const popularity = new Float64Array(interactions.items);
  const recent = new Float64Array(interactions.items);
  const longRun = new Float64Array(interactions.items);
  const { item, kind, time } = interactions;
  for (let r = 0; r < item.length; r++) {
    const i = item[r]!;
    const age = Math.max(0, until - time[r]!);
    const weight = INTERACTION_WEIGHT[KINDS[kind[r]!]!];
    const bought = kind[r] === PURCHASE;
    (bought ? purchases : views)[i]!++;
    if (age < 7 * DAY) (bought ? purchases7 : views7)[i]!++;
    popularity[i]! += weight * Math.exp(-age / settings.decay);
    recent[i]! += Math.exp(-age / settings.recent);
    longRun[i]! += Math.exp(-age / settings.longRun);
  }
  const prior = settings.longRun / settings.recent;
  const trend = Float32Array.from(recent, (count, i) =>
    Math.log(((count + 1) * prior) / (longRun[i]! + prior)),
  );
  return {
    views7,
    purchases7,
    views,
    purchases,
    popularity: Float32Array.from(popularity),
    trend,
    repeat: repeatRates(interactions, settings.repeatPrior),
    again: againRates(interactions, settings.repeatPrior),
  };
}

/**
 * Share of an item's buyers who bought it on another visit as well, shrunk towards the average of all items. Where
 * nothing was bought, the share of viewers who came back to it.
 */
function repeatRates(interactions: Interactions, prior: number): Float32Array {
  const { users, items, offsets, item, kind, visit } = interactions;
  const bought = kind.includes(PURCHASE);
  const buyers = new Float64Array(items);
  const again = new Float64Array(items);
  for (let u = 0; u < users; u++) {
    const occasions = new Map<number, Set<number>>();
    for (let r = offsets[u]!; r < offsets[u + 1]!; r++) {
      if (bought && kind[r] !== PURCHASE) continue;
      const known = occasions.get(item[r]!);
      const occasion = bought ? visit[r]! : r;
      if (known) known.add(occasion);
      else occasions.set(item[r]!, new Set([occasion]));
    }
    for (const [i, times] of occasions) {
      buyers[i]!++;
      if (times.size > 1) again[i]!++;
    }
  }
  const total = buyers.reduce((sum, count) => sum + count, 0);
  const mean = total === 0 ? 0 : again.reduce((sum, count) => sum + count, 0) / total;
  return Float32Array.from(buyers, (count, i) => (again[i]! + prior * mean) / (count + prior));
}

/**
 * Share of the visits that bought an item whose shopper's next buying visit bought it again, shrunk likewise: how soon it
 * comes back, where the repeat rate says whether. 0 where nobody bought anything twice.
 */
function againRates(interactions: Interactions, prior: number): Float32Array {
  const { users, items, offsets, item, kind, visit } = interactions;
  const chances = new Float64Array(items);
  const again = new Float64Array(items);
  for (let u = 0; u < users; u++) {
    let before = new Set<number>();
    let basket = new Set<number>();
    let at: number | undefined;
    const close = (): void => {
      for (const i of before) {
        chances[i]!++;
        if (basket.has(i)) again[i]!++;
      }
      before = basket;
      basket = new Set();
    };
    for (let r = offsets[u]!; r < offsets[u + 1]!; r++) {
      if (kind[r] !== PURCHASE) continue;
      if (at !== undefined && visit[r] !== at) close();
      at = visit[r];
      basket.add(item[r]!);
    }
    if (before.size > 0) close();
  }
  const total = chances.reduce((sum, count) => sum + count, 0);
  const mean = total === 0 ? 0 : again.reduce((sum, count) => sum + count, 0) / total;
  return Float32Array.from(chances, (count, i) => (again[i]! + prior * mean) / (count + prior));
}

export function popularityCard(fitted: Popularity, settings: PopularitySettings, seed: number): ModelCard {
  const sum = (column: Float32Array): number => column.reduce((total, value) => total + value, 0);
  return {
    model: 'popularity',
    purpose: 'fallback for a shopper nobody knows, trending shelf, features of the ranker',
    data: 'all interactions; views and selects 1, carts 3, purchases 5',
    method: 'exponential decay; trend is ln of short-run over long-run rate with one event of prior',
    source: 'exponentially weighted counts',
    parameters: { ...settings },
    metrics: { views: sum(fitted.views), purchases: sum(fitted.purchases) },
    limits: 'popular is not personal; a season that turns faster than the decay is seen late',
    seed,
  };
}
