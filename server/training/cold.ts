import type { Dataset } from '../../models/contract.ts';
import type { ColdQuery } from './plan.ts';
import { evenly } from './queries.ts';
import type { Visit } from './shop-plan.ts';

/** Questions for choosing, at most. */
const MOST_COLD = 3000;

/** A question a visit of shoppers of whom the shop says something; from all over, where they are too many. */
export function coldQueries({ interactions, shoppers = [] }: Dataset, visits: readonly Visit[]): ColdQuery[] {
  const { item, time } = interactions;
  const told = visits.filter(({ user }) => shoppers[user] !== undefined);
  return evenly(told, MOST_COLD).map(({ user, from, to }) => ({
    ...{ user, from, to: from, session: from },
    request: { placement: 'for-you' },
    targets: [...new Set(item.slice(from, to))],
    now: time[from]!,
  }));
}
