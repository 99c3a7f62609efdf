import { FEATURES } from '../../../shared/engine/features.ts';

/** Features by what they know: what an ablation takes away together. */
export const GROUPS: Readonly<Record<string, RegExp>> = {
  popularity:
    /^(item-(count|popularity|views7|purchases7|purchases|trend|kin-trend|repeat|again|category-.*|brand-.*|kind-.*)|count-usual|user-last-count|popular-.*|trending-.*|category-(score|rank))$/,
  position: /^(item-(place|stage|opens|closes)|place-.*|stage-.*|steps?-.*stage)$/,
  pairs: /^(after|before|follow)-(last|recent)$/,
  tokens: /^(tokens-.*|seeds-tokens|item-tokens|item-kind-.*|content-.*)$/,
  encoder: /^(embedding-.*|cosine-.*|feedback)$/,
  transitions: /^(transitions?-.*|two-hops)$/,
  together: /^(together-.*|bought-together-.*)$/,
  repeats: /^(seen-before|in-session|is-last|is-first|clicks-since|items-since|decayed-clicks|history-.*)$/,
  session: /^session-.*$/,
  sets: /^(taste|basket|fresh)-.*$/,
  purchases:
    /^(carted-before|bought-(before|share|lately|last-visit|month|season|repeat|often-repeat|again|due|interval)|habit(-.*)?)$/,
  shopper: /^(user-(items|visits|purchases|purchase-frequency|since-purchase|loyal|visit-size)|cart-size)$/,
  catalogue:
    /^(attributes-.*|item-(discount|rating|margin|price|stock|age|promoted)|price-.*|category-(affinity|count)|brand-.*|last-(category|brand)|seed-.*|anchors-(category|price)|user-(usual-price|price-spread|category-focus|brand-focus))$/,
  context: /^(hour-.*|weekday|weekend|device-.*|placement-.*|seeds)$/,
  blend: /^(blend|blend-rank|sources-agree)$/,
  steps: /^steps?-.*$/,
};

/** The features of some groups. @throws RangeError for an unknown group */
export function featuresOf(groups: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const group of groups) {
    const pattern = GROUPS[group];
    if (pattern === undefined)
      throw new RangeError(
        `benchmark: found no feature group "${group}", expected ${Object.keys(GROUPS).join(', ')}`,
      );
    for (const { name } of FEATURES) if (pattern.test(name)) found.add(name);
  }
  return found;
}
