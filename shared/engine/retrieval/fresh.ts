import type { FreshItems } from '../catalogue.ts';
import type { Engine } from '../contract.ts';
import { has } from '../mask.ts';
import type { Anchor, Observation } from '../observe.ts';
import { largestOf, weigh } from './anchors.ts';
import { type Retriever, SILENT } from './retriever.ts';
import { order } from './top.ts';

/** A likeness of 1. */
const MOST_ALIKE = 255;

/**
 * Items that nobody has touched yet. A new one takes over its kin's signals: what the shopper's items say of the items most
 * alike by description, which training adds up from whole bought-together lists. To that comes its own likeness to the shopper's
 * items, and how near its price is to theirs; each as a z-score over all new items, by `settings.fresh`, moved so that the least
 * is 0.
 */
export const fresh: Retriever = {
  source: 'fresh',
  open({ engine, seen, eligible }) {
    const kin = engine.index.fresh;
    if (seen.anchors.length === 0 || kin.rows.length === 0) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay.fresh);
    const anchors = { list: seen.anchors, weights };
    const scores = scoreAll(engine, seen, { kin, weights });
    const { rows } = kin;
    const at = new Map(Array.from(rows, (row, index) => [row, index]));
    return {
      propose(limit) {
        order.begin(rows.length);
        for (let i = 0; i < rows.length; i++)
          if (scores[i]! > 0 && has(eligible, rows[i]!)) order.push(scores[i]!, rows[i]!);
        return order.best(limit).slice();
      },
      score(wanted, out) {
        for (let i = 0; i < wanted.length; i++) out[i] = scores[at.get(wanted[i]!) ?? -1] ?? 0;
      },
      carrier: (row) => {
        const index = at.get(row);
        return index === undefined ? undefined : carrierOf(index, { kin, anchors });
      },
    };
  },
};

interface Kin {
  readonly kin: FreshItems;
  readonly weights: Float64Array;
}

/** One score a new item. */
function scoreAll(engine: Engine, seen: Observation, { kin, weights }: Kin): Float32Array {
  const { rows, offsets, ids } = kin;
  const own = engine.scratch.kin;
  own.clear();
  for (let at = 0; at < weights.length; at++) own.add(seen.anchors[at]!.row, weights[at]!);
  const inherited = new Float64Array(rows.length);
  const alike = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++)
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const slot = own.slots.of[ids[e]!]!;
      if (own.count[slot] === 0) continue;
      const likeness = kin.alike[e]! / MOST_ALIKE;
      inherited[i] = inherited[i]! + own.sum[slot]! * kin.weights[e]!;
      alike[i] = alike[i]! + likeness * likeness * likeness;
    }
  const share = engine.settings.fresh;
  const sum = new Float64Array(rows.length);
  addScaled(sum, standardised(inherited), share.kin);
  addScaled(sum, standardised(alike), share.likeness);
  addScaled(sum, standardised(priceDistance(engine, seen, weights)), -share.price);
  const least = sum.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return Float32Array.from(sum, (value) => value - least);
}

/** From the mean ln price of the shopper's items; the mean distance where an item has no price. */
function priceDistance({ index }: Engine, seen: Observation, weights: Float64Array): Float64Array {
  const { price, lnPrice } = seen.market;
  let sum = 0;
  let total = 0;
  seen.anchors.forEach(({ row }, at) => {
    if (!(price.of(row) > 0)) return;
    sum += weights[at]! * lnPrice.of(row);
    total += weights[at]!;
  });
  const away = Float64Array.from(index.fresh.rows, (row) =>
    total > 0 && price.of(row) > 0 ? Math.abs(lnPrice.of(row) - sum / total) : -1,
  );
  const known = away.filter((value) => value >= 0);
  const mean = known.length === 0 ? 0 : known.reduce((a, b) => a + b, 0) / known.length;
  return away.map((value) => (value < 0 ? mean : value));
}

/** z-scores; zeros where all are equal. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) * (b - mean), 0) / values.length;
  if (!(variance > 0)) return new Float64Array(values.length);
  const scale = 1 / Math.sqrt(variance);
  return values.map((value) => (value - mean) * scale);
}

function addScaled(into: Float64Array, values: Float64Array, weight: number): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + weight * values[i]!;
}

interface Carried {
  readonly kin: FreshItems;
  readonly anchors: { readonly list: readonly Anchor[]; readonly weights: Float64Array };
}

/** The shopper's item that says most for `kin.rows[index]`, or is most alike. */
function carrierOf(index: number, { kin, anchors }: Carried): Anchor | undefined {
  const says = new Map<number, number>();
  for (let e = kin.offsets[index]!; e < kin.offsets[index + 1]!; e++)
    says.set(kin.ids[e]!, kin.weights[e]! + kin.alike[e]! / MOST_ALIKE);
  const shares = anchors.weights.map((weight, at) => weight * (says.get(anchors.list[at]!.row) ?? 0));
  return largestOf(anchors.list, shares);
}
