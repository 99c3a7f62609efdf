import { type Dataset, type Interactions, KINDS } from '../../models/contract.ts';
import type { Random } from '../../models/random.ts';
import type { ItemId } from '../../shared/protocol/ids.ts';
import type { Query } from './plan.ts';

/** A basket's lines share a moment; what is asked of it is asked a second later. */
const A_SECOND = 1000;
const PURCHASE = KINDS.indexOf('purchase');

/** One visit: rows from .. to of a user whose history begins at `start`. */
export interface Visit {
  readonly user: number;
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/** Runs of rows of one visit that begin at or after `cut`. */
export function visitsSince({ users, offsets, time, visit }: Interactions, cut: number): Visit[] {
  const found: Visit[] = [];
  for (let user = 0; user < users; user++) {
    const start = offsets[user]!;
    const end = offsets[user + 1]!;
    for (let from = start; from < end; ) {
      let to = from + 1;
      while (to < end && visit[to] === visit[from]) to++;
      if (time[from]! >= cut) found.push({ user, start, from, to });
      from = to;
    }
  }
  return found;
}

/** What a shop asks in a visit: on arrival, after some steps, on a product's page, with a full cart. */
export function questionsOf(whole: Dataset, visit: Visit, random: Random): Query[] {
  const { item, time } = whole.interactions;
  const { start, from, to } = visit;
  const questions: Query[] = [];
  if (from > start) questions.push(arrivalQuestion(whole, visit, rotate(linesOf(whole, visit), random)));
  if (to - from < 2) return questions;
  const split = from + 1 + random.below(Math.min(to - from - 1, 20));
  const current = new Set(item.slice(from, split));
  const next = linesOf(whole, { ...visit, from: split }).filter((row) => !current.has(row));
  if (next.length === 0) return questions;
  const asked = { from: start, to: split, session: from, targets: next, now: time[split - 1]! + A_SECOND };
  const orders = whole.interactions.kind[split - 1] === PURCHASE;
  const last = whole.catalogue.groups[item[split - 1]!]!.id as ItemId;
  const shown = (as: 'view' | 'cart') => (orders ? { ...asked, shownAs: as } : asked);
  if (random.next() < 0.5)
    questions.push({ ...shown(random.next() < 0.5 ? 'view' : 'cart'), request: { placement: 'for-you' } });
  if (random.next() < 0.3)
    questions.push({ ...shown('view'), request: { placement: 'similar', items: [last] } });
  if (random.next() < 0.2) questions.push({ ...shown('view'), request: { placement: 'because-you-viewed' } });
  return [...questions, ...cartQuestions(whole, visit, random)];
}

const CARTS = 2;

/** One line of the whole visit is hidden: a cart page's question, a few times. */
function cartQuestions(whole: Dataset, visit: Visit, random: Random): Query[] {
  const lines = linesOf(whole, visit);
  if (lines.length < 3) return [];
  return Array.from({ length: CARTS }, () =>
    cartQuestion(whole, visit, [lines[random.below(lines.length)]!]),
  );
}

/** The different items of a visit, in the order of their first touch. */
export const linesOf = ({ interactions: { item } }: Dataset, { from, to }: Visit): number[] => [
  ...new Set(item.slice(from, to)),
];

/** A shopper comes back, with what was before the visit as history. */
export const arrivalQuestion = (
  { interactions: { time } }: Dataset,
  { start, from }: Visit,
  targets: readonly number[],
): Query => ({
  ...{ from: start, to: from, session: from },
  request: { placement: 'for-you' },
  targets,
  now: time[from]!,
});

/** Some items of the whole visit are hidden, the others are in the cart. */
export function cartQuestion(whole: Dataset, visit: Visit, hidden: readonly number[]): Query {
  const { time, kind } = whole.interactions;
  const { start, from, to } = visit;
  const others = linesOf(whole, visit).filter((row) => !hidden.includes(row));
  return {
    ...{ from: start, to, session: from },
    ...(kind[to - 1] === PURCHASE ? { shownAs: 'cart' } : {}),
    without: hidden,
    request: {
      placement: 'bought-together',
      items: others.map((row) => whole.catalogue.groups[row]!.id as ItemId),
    },
    targets: hidden,
    now: time[to - 1]! + A_SECOND,
  };
}

/** A random one first: targets of a basket are equal, and the first is learned. */
function rotate(rows: number[], random: Random): number[] {
  const at = random.below(rows.length);
  return [...rows.slice(at), ...rows.slice(0, at)];
}
