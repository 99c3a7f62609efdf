import type { Arithmetic } from '../../../models/arithmetic.ts';
import { DEFAULT_BASKETS, fitBoughtTogether } from '../../../models/bought-together/bought-together.ts';
import { DEFAULT_CONTENT, tokenMatrix } from '../../../models/content/content.ts';
import { likeness } from '../../../models/content/likeness.ts';
import { type Dataset, KINDS, type SparseRows } from '../../../models/contract.ts';
import { DEFAULT_EASE, type EaseSettings, fitEaseMatrix } from '../../../models/ease/ease.ts';
import { createRandom, shuffle } from '../../../models/random.ts';
import type { TestQuery, Window } from './tasks.ts';
import { tifuKnn } from './tifu-knn.ts';

const DAY = 86_400_000;
const PURCHASE = KINDS.indexOf('purchase');

/** Naive reference: a score for every item, whole matrices, nothing cut or quantised. Higher is better. */
export type Baseline = (query: TestQuery) => Float64Array;
export type Baselines = Readonly<Record<string, Baseline>>;

/** Of a query about items that were there before the cut. */
export interface FittedBaselines {
  /** by history, repeats allowed or not */
  readonly baskets: Baselines;
  /** by the items of the cart */
  readonly cart: Baselines;
  /** of new items, by history or cart */
  readonly cold: Baselines;
}

/** Each fitted on the same data as the funnel: nothing at or after `fit.until`. */
export function fitBaselines(fit: Dataset, window: Window, arithmetic: Arithmetic): FittedBaselines {
  const popularity30 = constant(sales(fit, 30 * DAY));
  const popular = {
    popularity: constant(sales(fit, Number.POSITIVE_INFINITY)),
    popularity30,
    popularity14: constant(sales(fit, 14 * DAY)),
  };
  const lists = {
    itemKnn: itemKnn(fit),
    easePeople: ease(fit, { ...DEFAULT_EASE.people, penalty: 100 }, arithmetic),
    easeBaskets: ease(fit, { ...DEFAULT_EASE.baskets, penalty: 200 }, arithmetic),
  };
  const frequency: Baseline = ({ history }) => tally(history, fit.interactions.items);
  return {
    baskets: {
      ...popular,
      personalTop: frequency,
      personal: personal(frequency, popularity30),
      tifuKnn: tifuKnn(fit),
      ...lists,
    },
    cart: { ...popular, ...lists },
    cold: cold(fit, window),
  };
}

const constant =
  (scores: Float64Array): Baseline =>
  () =>
    scores;

/** Sales (touches, where nothing is sold) of the newest `age` ms. */
function sales({ interactions, until }: Dataset, age: number): Float64Array {
  const { item, kind, time } = interactions;
  const sells = kind.includes(PURCHASE);
  const counts = new Float64Array(interactions.items);
  for (let r = 0; r < item.length; r++)
    if (time[r]! >= until - age && (!sells || kind[r] === PURCHASE)) counts[item[r]!]!++;
  return counts;
}

/** In how many of the known visits each item was bought. */
function tally(history: readonly number[], items: number): Float64Array {
  const times = new Float64Array(items);
  for (const row of history) times[row]!++;
  return times;
}

/** What the shopper bought most; equal ones, and then the rest, by the sales of thirty days. */
const personal =
  (frequency: Baseline, popularity: Baseline): Baseline =>
  (query) => {
    const recent = popularity(query);
    const most = recent.reduce((a, b) => Math.max(a, b), 1);
    return frequency(query).map((times, row) => times + recent[row]! / (most + 1));
  };

function summed(lists: SparseRows): Baseline {
  return ({ history }) => {
    const scores = new Float64Array(lists.items);
    for (const row of new Set(history))
      for (let e = lists.offsets[row]!; e < lists.offsets[row + 1]!; e++)
        scores[lists.ids[e]!]! += lists.weights[e]!;
    return scores;
  };
}

/** Cosine of items over baskets, shrunk (Sarwar et al. 2001). */
function itemKnn(fit: Dataset): Baseline {
  const settings = { ...DEFAULT_BASKETS, sizePower: 0.5, from: 0.5, to: 0.5, shrinkage: 10, recency: 0 };
  const whole = { ...settings, minSupport: 1, most: fit.interactions.items };
  return summed(fitBoughtTogether(fit.interactions, whole, fit.until));
}

/** EASE (Steck 2019), whole rows, negative weights too. */
function ease(fit: Dataset, settings: EaseSettings, arithmetic: Arithmetic): Baseline {
  const { items } = fit.interactions;
  const matrix = fitEaseMatrix(fit.interactions, settings, arithmetic);
  if (matrix === undefined) return constant(new Float64Array(items));
  const { rows, values } = matrix;
  const n = rows.length;
  const at = new Int32Array(items).fill(-1);
  rows.forEach((row, index) => {
    at[row] = index;
  });
  return ({ history }) => {
    const sums = new Float64Array(n);
    for (const row of new Set(history)) {
      const from = at[row]! * n;
      if (from < 0) continue;
      for (let j = 0; j < n; j++) sums[j]! += values[from + j]!;
    }
    // Items without a row are behind all that have one.
    const scores = new Float64Array(items).fill(Number.NEGATIVE_INFINITY);
    for (let j = 0; j < n; j++) scores[rows[j]!] = sums[j]!;
    return scores;
  };
}

/** New items by chance, and by what the catalogue says of them and of the known ones. */
function cold(fit: Dataset, { seen, fresh }: Window): Baselines {
  const { items } = fit.interactions;
  const chance = shuffle(
    Uint32Array.from({ length: items }, (_, row) => row),
    createRandom(1),
  );
  const alike = likeness(tokenMatrix(fit.catalogue, DEFAULT_CONTENT), {
    chosen: fresh,
    of: seen,
    most: items,
  });
  const content =
    (power: number): Baseline =>
    ({ history }) => {
      const known = new Set(history);
      const scores = new Float64Array(items);
      for (let row = 0; row < items; row++)
        for (let e = alike.offsets[row]!; e < alike.offsets[row + 1]!; e++)
          if (known.has(alike.ids[e]!)) scores[row]! += alike.weights[e]! ** power;
      return scores;
    };
  return { chance: constant(Float64Array.from(chance)), contentMean: content(1), contentCubed: content(3) };
}

/** The `limit` best of the rows that may be named; equal ones in an order that is drawn, so that no id is favoured. */
export function bestOf(
  scores: Float64Array,
  { allowed, hidden, lot }: { allowed: Uint8Array; hidden: ReadonlySet<number>; lot: Uint32Array },
  limit: number,
): number[] {
  const better = (a: number, b: number): number => scores[b]! - scores[a]! || lot[a]! - lot[b]!;
  const best: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (!allowed[row] || hidden.has(row)) continue;
    if (best.length === limit && better(row, best[limit - 1]!) > 0) continue;
    let at = best.length;
    while (at > 0 && better(row, best[at - 1]!) < 0) at--;
    best.splice(at, 0, row);
    if (best.length > limit) best.pop();
  }
  return best;
}
