import type { Dataset } from '../../models/contract.ts';
import { KINDS } from '../../models/contract.ts';
import type { ItemId } from '../../shared/protocol/ids.ts';
import type { ShopperQuery } from './plan.ts';
import { evenly } from './queries.ts';
import type { Visit } from './shop-plan.ts';

/** Questions for choosing, at most. */
const MOST_ASKED = 1500;

const PURCHASE = KINDS.indexOf('purchase');

/**
 * Which of the items that nobody had touched before the window a shopper chose: asked on arrival of whoever was known, and of
 * what was chosen beside other items, with those in the cart.
 */
export function newItemQueries(whole: Dataset, fit: Dataset, visits: readonly Visit[]): ShopperQuery[] {
  const known = new Uint8Array(whole.interactions.items);
  for (const row of fit.interactions.item) known[row] = 1;
  const { item, kind, time } = whole.interactions;
  const asked = visits.flatMap(({ user, start, from, to }): ShopperQuery[] => {
    const chosen = [...new Set(item.slice(from, to))];
    const targets = chosen.filter((row) => !known[row]);
    const others = chosen.filter((row) => known[row]);
    if (targets.length === 0) return [];
    const visit = { user, from: start, session: from, targets, now: time[from]! };
    const arrival = { ...visit, to: from, request: { placement: 'for-you' as const } };
    const cart = {
      ...{ ...visit, to, without: targets },
      ...(kind[to - 1] === PURCHASE ? { shownAs: 'cart' as const } : {}),
      request: {
        placement: 'bought-together' as const,
        items: others.map((row) => whole.catalogue.groups[row]!.id as ItemId),
      },
    };
    return [...(from > start ? [arrival] : []), ...(others.length > 0 ? [cart] : [])];
  });
  return evenly(asked, MOST_ASKED);
}
