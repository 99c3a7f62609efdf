import type { Dataset } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import type { ItemId } from '../../../shared/protocol/ids.ts';
import type { Query } from '../../training/plan.ts';
import { type Visit, visitsSince } from '../../training/visits.ts';

const DAY = 86_400_000;
const A_SECOND = 1000;
/** Different items of a basket of which one is hidden; where days hold fewer, a basket is too thin to be asked for. */
const LEAST_IN_CART = 3;

/** A query of the test window with what baselines need to know and the shopper it belongs to. */
export interface TestQuery extends Query {
  readonly shopper: string;
  /** rows known when asked, oldest first, once a day each */
  readonly history: readonly number[];
  /** rows that no answer may hold beside those that the window leaves out */
  readonly hidden: ReadonlySet<number>;
}

/** Newest part of the data, of which nothing was fitted. */
export interface Window {
  readonly cut: number;
  /** by row, 1 where it was sold or seen before the cut: a shopper is not asked for what was not there yet */
  readonly seen: Uint8Array;
  /** by row, 1 where it was first sold or seen in the window: the new items */
  readonly fresh: Uint8Array;
  /** a day's purchases are too few to be a basket: then what is asked for is all of the window */
  readonly thin: boolean;
}

export function windowOf(whole: Dataset, cut: number): Window {
  const { items, item, time } = whole.interactions;
  const seen = new Uint8Array(items);
  const fresh = new Uint8Array(items);
  for (let r = 0; r < item.length; r++) if (time[r]! < cut) seen[item[r]!] = 1;
  for (let r = 0; r < item.length; r++) if (!seen[item[r]!]) fresh[item[r]!] = 1;
  return { cut, seen, fresh, thin: itemsADay(whole, cut) < LEAST_IN_CART };
}

/** Mean of different items a shopper's day before the cut. */
function itemsADay({ interactions }: Dataset, cut: number): number {
  const { users, offsets, item, time } = interactions;
  let items = 0;
  let days = 0;
  for (let user = 0; user < users; user++) {
    const known = new Map<number, Set<number>>();
    for (let r = offsets[user]!; r < offsets[user + 1]! && time[r]! < cut; r++) {
      const day = known.get(dayOf(time[r]!));
      if (day) day.add(item[r]!);
      else known.set(dayOf(time[r]!), new Set([item[r]!]));
    }
    days += known.size;
    for (const day of known.values()) items += day.size;
  }
  return days === 0 ? 0 : items / days;
}

const dayOf = (time: number): number => Math.floor(time / DAY);

/** Everyone with a history before the cut who comes in the window: the first visit, or all of the window. */
function comers(
  whole: Dataset,
  { cut, thin }: Window,
): { visit: Visit; history: number[]; bought: number[] }[] {
  const { item, time, offsets } = whole.interactions;
  const asked = new Set<number>();
  return visitsSince(whole.interactions, cut).flatMap((visit) => {
    if (asked.has(visit.user) || visit.from === visit.start || time[visit.start]! >= cut) return [];
    asked.add(visit.user);
    const to = thin ? offsets[visit.user + 1]! : endOfDay(whole, visit);
    const bought = [...new Set(item.slice(visit.from, to))];
    return [{ visit, history: onceADay(whole, visit.start, visit.from), bought }];
  });
}

/**
 * Next basket: the first day in the window of everyone with a history before it; invoices of a day are one visit.
 * What was bought before the window is the profile; no session has begun.
 * @param onlyNew what the shopper has bought before is neither shown nor asked for
 */
export function nextBaskets(whole: Dataset, window: Window, onlyNew: boolean): TestQuery[] {
  const unseen = idsWhere(whole, window.seen, 0);
  return comers(whole, window).flatMap(({ visit, history, bought }) => {
    const hidden = new Set(onlyNew ? history : []);
    const targets = bought.filter((row) => window.seen[row] && !hidden.has(row));
    const exclude = [...idsOf(whole, [...hidden]), ...unseen];
    return arrival(whole, visit, { history, targets, hidden, exclude });
  });
}

/** New items by history: which of the items that were not there before the window a shopper buys on coming. */
export function newByHistory(whole: Dataset, window: Window): TestQuery[] {
  const exclude = idsWhere(whole, window.fresh, 0);
  return comers(whole, window).flatMap(({ visit, history, bought }) => {
    const targets = bought.filter((row) => window.fresh[row]);
    return arrival(whole, visit, { history, targets, hidden: new Set(), exclude });
  });
}

interface Asked extends Pick<TestQuery, 'history' | 'targets' | 'hidden'> {
  readonly exclude: ItemId[];
}

function arrival(whole: Dataset, visit: Visit, { exclude, ...asked }: Asked): TestQuery[] {
  if (asked.targets.length === 0) return [];
  return [
    {
      ...asked,
      from: visit.start,
      to: visit.from,
      session: visit.from,
      request: { placement: 'for-you', exclude },
      now: whole.interactions.time[visit.from]!,
      shopper: String(visit.user),
    },
  ];
}

/** One past the user's last row of the visit's day. */
function endOfDay({ interactions }: Dataset, { user, from }: Visit): number {
  const { offsets, time } = interactions;
  let to = from;
  while (to < offsets[user + 1]! && dayOf(time[to]!) === dayOf(time[from]!)) to++;
  return to;
}

function onceADay({ interactions }: Dataset, from: number, to: number): number[] {
  const { item, time } = interactions;
  const known = new Set<string>();
  const rows: number[] = [];
  for (let r = from; r < to; r++) {
    const key = `${dayOf(time[r]!)} ${item[r]!}`;
    if (!known.has(key)) rows.push(item[r]!);
    known.add(key);
  }
  return rows;
}

/**
 * Hidden item: of every basket of the window with three different items or more one is hidden; the others that were
 * there before the window are the session and the cart, what was bought before the window is the profile.
 */
export function hiddenItems(whole: Dataset, window: Window, seed: number): TestQuery[] {
  const random = createRandom(seed);
  const unseen = idsWhere(whole, window.seen, 0);
  return carts(whole, window).flatMap((visit) => {
    const basket = basketOf(whole, visit);
    const target = basket[random.below(basket.length)]!;
    if (!window.seen[target]) return [];
    return cart(whole, window, { visit, basket, targets: [target], exclude: unseen });
  });
}

/** New items by cart: which of the items that were not there before the window complete a basket. */
export function newByCart(whole: Dataset, window: Window): TestQuery[] {
  const exclude = idsWhere(whole, window.fresh, 0);
  return carts(whole, window).flatMap((visit) => {
    const basket = basketOf(whole, visit);
    const targets = basket.filter((row) => window.fresh[row]);
    return cart(whole, window, { visit, basket, targets, exclude });
  });
}

const basketOf = ({ interactions: { item } }: Dataset, { from, to }: Visit): number[] =>
  [...new Set(item.slice(from, to))].sort((a, b) => a - b);

/** Baskets of the window with items enough. */
const carts = (whole: Dataset, { cut }: Window): Visit[] =>
  visitsSince(whole.interactions, cut).filter((visit) => basketOf(whole, visit).length >= LEAST_IN_CART);

interface CartAsked {
  readonly visit: Visit;
  readonly basket: readonly number[];
  readonly targets: readonly number[];
  readonly exclude: ItemId[];
}

function cart(whole: Dataset, window: Window, { visit, basket, targets, exclude }: CartAsked): TestQuery[] {
  const { time } = whole.interactions;
  const right = new Set(targets);
  const others = basket.filter((row) => window.seen[row] && !right.has(row));
  if (targets.length === 0 || others.length === 0) return [];
  let known = visit.start;
  while (known < visit.from && time[known]! < window.cut) known++;
  return [
    {
      from: visit.start,
      to: visit.to,
      session: visit.from,
      known,
      shownAs: 'cart',
      without: basket.filter((row) => !others.includes(row)),
      request: {
        placement: 'bought-together',
        items: idsOf(whole, others),
        exclude,
      },
      targets,
      now: time[visit.from]! + A_SECOND,
      shopper: String(visit.user),
      history: others,
      hidden: new Set(others),
    },
  ];
}

const idsWhere = (whole: Dataset, flags: Uint8Array, value: 0 | 1): ItemId[] =>
  idsOf(
    whole,
    [...flags.keys()].filter((row) => flags[row] === value),
  );

const idsOf = ({ catalogue }: Dataset, rows: readonly number[]): ItemId[] =>
  rows.map((row) => catalogue.groups[row]!.id as ItemId);
