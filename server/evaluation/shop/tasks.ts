import type { Dataset } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import type { ItemId } from '../../../shared/protocol/ids.ts';
import type { Query } from '../../training/plan.ts';
import { type Visit, visitsSince } from '../../training/shop-plan.ts';

const DAY = 86_400_000;
const A_SECOND = 1000;
const LEAST_IN_CART = 3;

/** A query of the test window with what baselines need to know and the shopper it belongs to. */
export interface TestQuery extends Query {
  readonly shopper: string;
  /** rows known when asked, oldest first */
  readonly history: readonly number[];
  /** rows that no answer may hold */
  readonly hidden: ReadonlySet<number>;
}

export interface Window {
  /** nothing from here on was fitted */
  readonly cut: number;
  /** rows sold or seen before the cut: a shopper is not asked for what was not there yet */
  readonly seen: ReadonlySet<number>;
}

export function windowOf({ interactions }: Dataset, cut: number): Window {
  const { item, time } = interactions;
  return { cut, seen: new Set(item.filter((_, row) => time[row]! < cut)) };
}

const dayOf = (time: number): number => Math.floor(time / DAY);

/**
 * Next basket: the first day in the window of everyone with a history before it; invoices of a day are one visit.
 * Earlier invoices are the profile; no session has begun.
 * @param onlyNew what the shopper has bought before is neither shown nor asked for
 */
export function nextBaskets(whole: Dataset, { cut, seen }: Window, onlyNew: boolean): TestQuery[] {
  const { item, time } = whole.interactions;
  const asked = new Set<number>();
  const queries: TestQuery[] = [];
  for (const visit of visitsSince(whole.interactions, cut)) {
    if (asked.has(visit.user) || visit.from === visit.start || time[visit.start]! >= cut) continue;
    asked.add(visit.user);
    const history = [...item.slice(visit.start, visit.from)];
    const owned = new Set(history);
    const hidden = onlyNew ? owned : new Set<number>();
    const targets = [...new Set(item.slice(visit.from, endOfDay(whole, visit)))].filter(
      (row) => seen.has(row) && !hidden.has(row),
    );
    if (targets.length === 0) continue;
    queries.push({
      from: visit.start,
      to: visit.from,
      session: visit.from,
      request: {
        placement: 'for-you',
        ...(onlyNew ? { exclude: idsOf(whole, [...owned]) } : {}),
      },
      targets,
      now: time[visit.from]!,
      shopper: String(visit.user),
      history,
      hidden,
    });
  }
  return queries;
}

/** One past the user's last row of the visit's day. */
function endOfDay({ interactions }: Dataset, { user, from }: Visit): number {
  const { offsets, time } = interactions;
  let to = from;
  while (to < offsets[user + 1]! && dayOf(time[to]!) === dayOf(time[from]!)) to++;
  return to;
}

/**
 * Hidden item: of every basket of the window with three items or more one is hidden; the others are the session and
 * the cart, earlier baskets the profile.
 */
export function hiddenItems(whole: Dataset, { cut, seen }: Window, seed: number): TestQuery[] {
  const { item, time } = whole.interactions;
  const random = createRandom(seed);
  const queries: TestQuery[] = [];
  for (const { user, start, from, to } of visitsSince(whole.interactions, cut)) {
    const basket = [...new Set(item.slice(from, to))].sort((a, b) => a - b);
    if (basket.length < LEAST_IN_CART) continue;
    const target = basket[random.below(basket.length)]!;
    const others = basket.filter((row) => row !== target && seen.has(row));
    if (!seen.has(target) || others.length === 0) continue;
    queries.push({
      from: start,
      to,
      session: from,
      shownAs: 'cart',
      without: target,
      request: { placement: 'bought-together', items: idsOf(whole, others) },
      targets: [target],
      now: time[from]! + A_SECOND,
      shopper: String(user),
      history: others,
      hidden: new Set(others),
    });
  }
  return queries;
}

const idsOf = ({ catalogue }: Dataset, rows: readonly number[]): ItemId[] =>
  rows.map((row) => catalogue.groups[row]!.id as ItemId);
