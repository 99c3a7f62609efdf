import { FACT } from '../facts.ts';
import { fnv1a } from '../hash.ts';
import { ln1 } from '../logarithm.ts';
import type { NameTally } from '../scratch.ts';
import { factOf } from './column.ts';
import { type Family, type Scene, wholes } from './feature.ts';

const BUCKETS = 4;

/** Attributes are hashed into signed buckets (Weinberger et al., "Feature hashing", ICML 2009). */
function attributes({ seen }: Scene): number[] {
  const sums = [0, 0, 0, 0];
  for (const [name, value] of Object.entries(seen.state.profile.attributes)) {
    const hash = fnv1a(`${name}=${value}`);
    sums[hash % BUCKETS]! += (hash >>> 16) & 1 ? 1 : -1;
  }
  return sums;
}

/** Of the shopper, over the whole profile. */
export const USER: Family = {
  features: wholes('user', [
    ['attributes-0', 'profile attributes, hashed into signed buckets'],
    ['attributes-1', 'profile attributes, hashed into signed buckets'],
    ['attributes-2', 'profile attributes, hashed into signed buckets'],
    ['attributes-3', 'profile attributes, hashed into signed buckets'],
    ['user-items', 'profile: ln distinct items'],
    ['user-visits', 'profile: ln sessions'],
    ['user-purchases', 'profile: ln purchases'],
    ['user-purchase-frequency', 'profile: ln purchases in 30 days of acquaintance (at least 30)'],
    ['user-since-purchase', 'profile: ln days since the last purchase, -1 without one'],
    ['user-loyal', 'profile: share of bought items that were bought again'],
    ['user-usual-price', 'profile and price column: decayed mean ln price'],
    ['user-price-spread', 'profile and price column: mean distance from the usual ln price'],
    ['user-category-focus', 'profile and category column: largest decayed share of a category'],
    ['user-brand-focus', 'profile and brand column: largest decayed share of a brand'],
    ['user-last-count', 'views and purchases columns: ln interactions of the last item'],
  ]),
  make(scene) {
    const { own } = scene.seen;
    const { visits, purchases, days, daysSincePurchase, ...liked } = scene.portrait;
    return [
      ...attributes(scene),
      ln1(own.length),
      ln1(visits),
      ln1(purchases),
      ln1((purchases * 30) / Math.max(30, days)),
      daysSincePurchase < 0 ? -1 : ln1(daysSincePurchase),
      liked.loyal,
      liked.usualLnPrice,
      liked.priceSpread,
      largest(liked.categories),
      largest(liked.brands),
      factOf(scene, FACT.lnCount, own[0]?.row),
    ];
  },
};

const largest = ({ share, names }: NameTally): number =>
  names.reduce((most, name) => Math.max(most, share[name]!), 0);
