import { DEFAULT_BASKETS, fitBoughtTogether } from '../../../models/bought-together/bought-together.ts';
import { type Dataset, KINDS } from '../../../models/contract.ts';

const MONTH = 30 * 86_400_000;
const PURCHASE = KINDS.indexOf('purchase');

/** What a baseline is asked: rows known of the shopper, oldest first, and rows that must not be shown. */
export interface BaselineQuery {
  readonly history: readonly number[];
  readonly hidden: ReadonlySet<number>;
}

/** Ranks all items for a query, best first, `limit` of them. */
export type Baseline = (query: BaselineQuery, limit: number) => number[];

/** Each fitted on the same data as the funnel. `personal` repeats what the shopper bought most, then popularity. */
export function fitBaselines(
  fit: Dataset,
): Readonly<Record<'popularity' | 'itemKnn' | 'personal', Baseline>> {
  const recent = recentSales(fit);
  const popular = [...recent.keys()].sort((a, b) => recent[b]! - recent[a]! || a - b);
  const popularity: Baseline = ({ hidden }, limit) => take(popular, hidden, limit);
  return { popularity, itemKnn: itemKnn(fit, popular), personal: personal(recent, popular) };
}

/** Sales (touches, where nothing is sold) of the newest thirty days. */
function recentSales({ interactions, until }: Dataset): Float64Array {
  const { item, kind, time } = interactions;
  const sells = kind.includes(PURCHASE);
  const counts = new Float64Array(interactions.items);
  for (let r = 0; r < item.length; r++)
    if (time[r]! > until - MONTH && (!sells || kind[r] === PURCHASE)) counts[item[r]!]!++;
  return counts;
}

/** Cosine of items over baskets, shrunk, untruncated and unquantised; places that stay empty go to popularity. */
function itemKnn(fit: Dataset, popular: readonly number[]): Baseline {
  const settings = { ...DEFAULT_BASKETS, sizePower: 0.5, from: 0.5, to: 0.5, recency: 0, minSupport: 1 };
  const lists = fitBoughtTogether(fit.interactions, { ...settings, most: fit.interactions.items }, fit.until);
  return ({ history, hidden }, limit) => {
    const scores = new Map<number, number>();
    for (const row of new Set(history))
      for (let e = lists.offsets[row]!; e < lists.offsets[row + 1]!; e++) {
        const other = lists.ids[e]!;
        scores.set(other, (scores.get(other) ?? 0) + lists.weights[e]!);
      }
    const ranked = [...scores.keys()].sort((a, b) => scores.get(b)! - scores.get(a)! || a - b);
    return take([...ranked, ...popular], hidden, limit);
  };
}

function personal(recent: Float64Array, popular: readonly number[]): Baseline {
  return ({ history, hidden }, limit) => {
    const times = new Map<number, number>();
    for (const row of history) times.set(row, (times.get(row) ?? 0) + 1);
    const own = [...times.keys()].sort(
      (a, b) => times.get(b)! - times.get(a)! || recent[b]! - recent[a]! || a - b,
    );
    return take([...own, ...popular], hidden, limit);
  };
}

function take(order: Iterable<number>, hidden: ReadonlySet<number>, limit: number): number[] {
  const shown = new Set<number>();
  for (const row of order) {
    if (shown.size === limit) break;
    if (!hidden.has(row)) shown.add(row);
  }
  return [...shown];
}
