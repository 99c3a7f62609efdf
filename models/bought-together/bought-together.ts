import type { Interactions, ModelCard, SparseRows } from '../contract.ts';
import { KINDS } from '../contract.ts';
import { collectRows, occurrences, RowAccumulator, userOfRow } from '../sparse.ts';

/**
 * What shares a basket. With the defaults a cosine between items over baskets of which large ones weigh less, shrunk
 * where few baskets speak: lift with exponents, of which exponents of one are plain lift.
 */
export interface BasketSettings {
  /** a basket of b lines weighs b^-sizePower */
  readonly sizePower: number;
  /** c_ij / (n_i^from * n_j^to); 1 and 1 are lift, .5 and .5 cosine */
  readonly from: number;
  readonly to: number;
  /** times N / (N + shrinkage), N baskets with both */
  readonly shrinkage: number;
  /** weight falls by e every so many ms before the fit's clock; 0: no recency */
  readonly recency: number;
  readonly minSupport: number;
  readonly most: number;
}

export const DEFAULT_BASKETS: BasketSettings = {
  sizePower: 1,
  from: 0.8,
  to: 0.5,
  shrinkage: 3,
  recency: 365 * 86_400_000,
  minSupport: 2,
  most: 30,
};

const PURCHASE = KINDS.indexOf('purchase');

/** Rows in baskets: purchases where the data has any, else whole visits. Repeats of an item in a visit count once. */
function basketRows(interactions: Interactions): Uint32Array {
  const { item, kind, visit } = interactions;
  const bought = kind.includes(PURCHASE);
  const rows: number[] = [];
  let seen = new Set<number>();
  for (let r = 0; r < item.length; r++) {
    if (r === 0 || visit[r] !== visit[r - 1]) seen = new Set();
    if (bought && kind[r] !== PURCHASE) continue;
    if (seen.has(item[r]!)) continue;
    seen.add(item[r]!);
    rows.push(r);
  }
  return Uint32Array.from(rows);
}

interface Baskets {
  readonly item: Uint32Array;
  readonly user: Uint32Array;
  /** basket b owns lines offsets[b] .. offsets[b+1] */
  readonly offsets: Uint32Array;
  /** basket of each line */
  readonly basket: Uint32Array;
  readonly weight: Float64Array;
}

function basketsOf(interactions: Interactions, settings: BasketSettings, until: number): Baskets {
  const rows = basketRows(interactions);
  const users = userOfRow(interactions);
  const item = rows.map((r) => interactions.item[r]!);
  const basket = new Uint32Array(rows.length);
  const starts: number[] = [];
  for (let l = 0; l < rows.length; l++) {
    if (l === 0 || interactions.visit[rows[l]!] !== interactions.visit[rows[l - 1]!]) starts.push(l);
    basket[l] = starts.length - 1;
  }
  const offsets = Uint32Array.from([...starts, rows.length]);
  const weight = Float64Array.from(starts, (start, b) => {
    const size = offsets[b + 1]! - start;
    const age = until - interactions.time[rows[start]!]!;
    return size ** -settings.sizePower * (settings.recency === 0 ? 1 : Math.exp(-age / settings.recency));
  });
  return { item, user: rows.map((r) => users[r]!), offsets, basket, weight };
}

/** @returns lists by item, best first, truncated to `settings.most` */
export const fitBoughtTogether = (
  interactions: Interactions,
  settings: BasketSettings,
  until: number,
): SparseRows => rowsOf(interactions, settings, { until });

/** Entries that are kept of lists read from their entries, all together: they lie in memory at once. */
const MOST_ENTRIES = 10_000_000;

/**
 * The same lists uncut and read from their entries: of each chosen item the items whose lists hold it, with the weights that
 * they give it. Where very many are chosen, the largest of those weights.
 * @param chosen by row, 1 where it is asked for
 */
export function listedBy(
  interactions: Interactions,
  settings: BasketSettings,
  asked: { readonly until: number; readonly chosen: Uint8Array },
): SparseRows {
  const rows = asked.chosen.reduce((sum, one) => sum + one, 0);
  // Sharing baskets is mutual; only the exponents know which of two is the list's.
  const turned = { from: settings.to, to: settings.from, most: Math.ceil(MOST_ENTRIES / Math.max(1, rows)) };
  return rowsOf(interactions, { ...settings, ...turned }, asked);
}

function rowsOf(
  interactions: Interactions,
  settings: BasketSettings,
  { until, chosen }: { readonly until: number; readonly chosen?: Uint8Array },
): SparseRows {
  const { items } = interactions;
  const { item, user, offsets, basket, weight } = basketsOf(interactions, settings, until);
  const where = occurrences(items, item);
  const mass = new Float64Array(items);
  for (let l = 0; l < item.length; l++) mass[item[l]!]! += weight[basket[l]!]!;
  const together = new Float64Array(items);
  const accumulator = new RowAccumulator(items);
  return collectRows(items, (i) => {
    if (chosen?.[i] === 0) return { ids: [], weights: [] };
    const touched: number[] = [];
    for (let o = where.offsets[i]!; o < where.offsets[i + 1]!; o++) {
      const line = where.row[o]!;
      const b = basket[line]!;
      for (let l = offsets[b]!; l < offsets[b + 1]!; l++) {
        const j = item[l]!;
        if (j === i) continue;
        accumulator.add(j, weight[b]!, user[line]!);
        if (together[j] === 0) touched.push(j);
        together[j]!++;
      }
    }
    const own = mass[i]! ** settings.from;
    const row = accumulator.take({
      minSupport: settings.minSupport,
      most: settings.most,
      weigh: (j, sum) =>
        ((sum / (own * mass[j]! ** settings.to)) * together[j]!) / (together[j]! + settings.shrinkage),
    });
    for (const j of touched) together[j] = 0;
    return row;
  });
}

export function boughtTogetherCard(rows: SparseRows, settings: BasketSettings, seed: number): ModelCard {
  return {
    model: 'bought-together',
    purpose: 'what shares a basket with an item: a retrieval source, the cart page, features of the ranker',
    data: 'baskets (purchases of one visit; whole visits where nothing was bought); enough different people each',
    method: 'lift with exponents on both sides, large baskets weighted down, shrunk by N/(N+shrinkage)',
    source: 'Sarwar et al. 2001 (item-based neighbours); Bell and Koren 2007 (shrinkage)',
    parameters: { ...settings },
    metrics: { entries: rows.ids.length, items: rows.items },
    limits: 'few baskets say little; counts people who made a pair, which is not a privacy guarantee',
    seed,
  };
}
