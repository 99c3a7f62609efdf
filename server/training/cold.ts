import type { Dataset } from '../../models/contract.ts';
import type { ShopperQuery } from './plan.ts';
import { evenly } from './queries.ts';
import { arrivalQuestion, linesOf, type Visit } from './visits.ts';

/** Questions for choosing, at most. */
const MOST_COLD = 3000;

/** A question a visit of shoppers of whom the shop says something; from all over, where they are too many. */
export function coldQueries(whole: Dataset, visits: readonly Visit[]): ShopperQuery[] {
  const told = visits.filter(({ user }) => whole.shoppers?.[user] !== undefined);
  return evenly(told, MOST_COLD).map((visit) => ({
    user: visit.user,
    // As if the visit were all that there is of the shopper.
    ...arrivalQuestion(whole, { ...visit, start: visit.from }, linesOf(whole, visit)),
  }));
}
