import type { Dataset } from '../../models/contract.ts';
import type { ShopperQuery } from './plan.ts';
import { evenly } from './queries.ts';
import { touchedIn } from './sources.ts';
import { arrivalQuestion, cartQuestion, linesOf, type Visit } from './visits.ts';

/** Questions for choosing, at most. */
const MOST_ASKED = 1500;

/**
 * Which of the items that nobody had touched before the window a shopper chose: asked on arrival of whoever was known, and of
 * what was chosen beside other items, with those in the cart.
 */
export function newItemQueries(whole: Dataset, fit: Dataset, visits: readonly Visit[]): ShopperQuery[] {
  const known = touchedIn(fit.interactions);
  const asked = visits.flatMap((visit): ShopperQuery[] => {
    const { user, start, from } = visit;
    const lines = linesOf(whole, visit);
    const fresh = lines.filter((row) => !known[row]);
    if (fresh.length === 0) return [];
    return [
      ...(from > start ? [{ user, ...arrivalQuestion(whole, visit, fresh) }] : []),
      ...(fresh.length < lines.length ? [{ user, ...cartQuestion(whole, visit, fresh) }] : []),
    ];
  });
  return evenly(asked, MOST_ASKED);
}
