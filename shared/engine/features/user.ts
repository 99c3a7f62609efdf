import { FACT } from '../facts.ts';
import { fnv1a } from '../hash.ts';
import { ln1 } from '../logarithm.ts';
import type { NameTally } from '../scratch.ts';
import type { Feature, Scene } from './feature.ts';

const BUCKETS = 4;

/** Attributes are hashed into signed buckets (Weinberger et al., "Feature hashing", ICML 2009). */
function attributeBucket({ seen }: Scene, bucket: number): number {
  let sum = 0;
  for (const [name, value] of Object.entries(seen.state.profile.attributes)) {
    const hash = fnv1a(`${name}=${value}`);
    if (hash % BUCKETS === bucket) sum += (hash >>> 16) & 1 ? 1 : -1;
  }
  return sum;
}

const attributes: Feature[] = Array.from({ length: BUCKETS }, (_, bucket) => ({
  name: `attributes-${bucket}`,
  origin: 'user',
  source: 'profile attributes, hashed into signed buckets',
  whole: (scene) => attributeBucket(scene, bucket),
}));

/** Of the shopper, over the whole profile. */
export const USER: readonly Feature[] = [
  ...attributes,
  {
    name: 'user-items',
    origin: 'user',
    source: 'profile: ln distinct items',
    whole: ({ seen }) => ln1(seen.own.length),
  },
  {
    name: 'user-visits',
    origin: 'user',
    source: 'profile: ln sessions',
    whole: ({ portrait }) => ln1(portrait.visits),
  },
  {
    name: 'user-purchases',
    origin: 'user',
    source: 'profile: ln purchases',
    whole: ({ portrait }) => ln1(portrait.purchases),
  },
  {
    name: 'user-purchase-frequency',
    origin: 'user',
    source: 'profile: ln purchases in 30 days of acquaintance (at least 30)',
    whole: ({ portrait }) => ln1((portrait.purchases * 30) / Math.max(30, portrait.days)),
  },
  {
    name: 'user-since-purchase',
    origin: 'user',
    source: 'profile: ln days since the last purchase, -1 without one',
    whole: ({ portrait }) => (portrait.daysSincePurchase < 0 ? -1 : ln1(portrait.daysSincePurchase)),
  },
  {
    name: 'user-loyal',
    origin: 'user',
    source: 'profile: share of bought items that were bought again',
    whole: ({ portrait }) => portrait.loyal,
  },
  {
    name: 'user-usual-price',
    origin: 'user',
    source: 'profile and price column: decayed mean ln price',
    whole: ({ portrait }) => portrait.usualLnPrice,
  },
  {
    name: 'user-price-spread',
    origin: 'user',
    source: 'profile and price column: mean distance from the usual ln price',
    whole: ({ portrait }) => portrait.priceSpread,
  },
  {
    name: 'user-category-focus',
    origin: 'user',
    source: 'profile and category column: largest decayed share of a category',
    whole: ({ portrait }) => largest(portrait.categories),
  },
  {
    name: 'user-brand-focus',
    origin: 'user',
    source: 'profile and brand column: largest decayed share of a brand',
    whole: ({ portrait }) => largest(portrait.brands),
  },
  {
    name: 'user-last-count',
    origin: 'user',
    source: 'views and purchases columns: ln interactions of the last item',
    whole: ({ engine, seen }) =>
      seen.own[0] === undefined ? 0 : engine.index.facts.of(FACT.lnCount, seen.own[0].row),
  },
];

function largest({ share, names }: NameTally): number {
  let most = 0;
  for (const name of names) if (share[name]! > most) most = share[name]!;
  return most;
}
