import type { Engine } from '../contract.ts';
import { FACT, type Fact, type Reader } from '../facts.ts';
import type { Observation, Touch } from '../observe.ts';
import { fade } from '../retrieval/anchors.ts';
import type { NameTally } from '../scratch.ts';

/** The shopper in numbers, derived when a slate is made and never stored. */
export interface Portrait {
  readonly visits: number;
  readonly purchases: number;
  /** days from the first touch to now, and since the last purchase; -1 where there is none */
  readonly days: number;
  readonly daysSincePurchase: number;
  /** decayed mean of ln price over the shopper's items, and the mean distance from it; 0 without prices */
  readonly usualLnPrice: number;
  readonly priceSpread: number;
  readonly meanLnCount: number;
  /** share of the purchased items that were purchased more than once */
  readonly loyal: number;
  /** category or brand -> decayed share and plain count over the shopper's items; brands are marked if bought */
  readonly categories: NameTally;
  readonly brands: NameTally;
  readonly session: SessionPortrait;
}

export interface SessionPortrait {
  readonly touches: readonly Touch[];
  readonly distinct: number;
  readonly carts: number;
  /** ms from its first touch to now */
  readonly lasts: number;
  readonly sinceLast: number;
}

const DAY = 86_400_000;

export function portray(engine: Engine, seen: Observation): Portrait {
  const { touches, own, owned, moment } = seen;
  const bought = [...owned.values()].filter(({ purchases }) => purchases > 0);
  const boughtAt = bought.reduce((latest, item) => Math.max(latest, item.boughtAt), 0);
  const { facts } = engine.index;
  const weights = fade(own, engine.settings.decay.history);
  const { categories, brands } = engine.scratch;
  const rows = Uint32Array.from(own, ({ row }) => row);
  const ofOwn = (reader: Pick<Reader, 'pick'>) => reader.pick(rows, new Float32Array(rows.length));
  const factOfOwn = (fact: Fact) => facts.pick(fact, rows, new Float32Array(rows.length));
  tally(factOfOwn(FACT.category), weights, categories);
  tally(factOfOwn(FACT.brand), weights, brands);
  for (const { row } of bought) brands.mark(facts.of(FACT.brand, row));
  return {
    visits: new Set(touches.map(({ visit }) => visit)).size,
    purchases: bought.reduce((sum, { purchases }) => sum + purchases, 0),
    days: touches.length === 0 ? -1 : daysSince(touches[0]!.time, moment.now),
    daysSincePurchase: bought.length === 0 ? -1 : daysSince(boughtAt, moment.now),
    ...prices([ofOwn(seen.market.price), ofOwn(seen.market.lnPrice)], weights),
    meanLnCount: mean(factOfOwn(FACT.lnCount)),
    loyal: bought.length === 0 ? 0 : bought.filter(({ purchases }) => purchases > 1).length / bought.length,
    categories,
    brands,
    session: portraySession(seen),
  };
}

const daysSince = (then: number, now: number): number => Math.max(0, now - then) / DAY;

function mean(values: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Of an item's price, 0 where it is missing, and its logarithm. */
function prices([price, lnPrice]: readonly [Float32Array, Float32Array], weights: Float64Array) {
  let sum = 0;
  let total = 0;
  for (let at = 0; at < price.length; at++) {
    if (price[at]! <= 0) continue;
    sum += weights[at]! * lnPrice[at]!;
    total += weights[at]!;
  }
  if (total === 0) return { usualLnPrice: 0, priceSpread: 0 };
  const usualLnPrice = sum / total;
  let away = 0;
  for (let at = 0; at < price.length; at++)
    if (price[at]! > 0) away += weights[at]! * Math.abs(lnPrice[at]! - usualLnPrice);
  return { usualLnPrice, priceSpread: away / total };
}

/** @param names a category or a brand an item */
function tally(names: Float32Array, weights: Float64Array, into: NameTally): void {
  into.clear();
  let total = 0;
  for (let at = 0; at < weights.length; at++) total += weights[at]!;
  for (let at = 0; at < names.length; at++) into.add(names[at]!, weights[at]! / total);
}

function portraySession({ touches, moment }: Observation): SessionPortrait {
  const current = touches.filter((touch) => touch.current);
  const first = current[0];
  const last = touches.at(-1);
  return {
    touches: current,
    distinct: new Set(current.map(({ row }) => row)).size,
    carts: current.filter(({ kind }) => kind === 'cart').length,
    lasts: first === undefined ? 0 : Math.max(0, moment.now - first.time),
    sinceLast: last === undefined ? 0 : Math.max(0, moment.now - last.time),
  };
}
