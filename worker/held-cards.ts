import type { Card, Cards } from '../shared/bundle/contract.ts';
import type { SlateEntry } from '../shared/protocol/slate.ts';

/** Cards held made: slates in a row show much the same. */
const MOST_CARDS = 256;

/** The card of an entry's variant, or of its item where the variant has none; those of one file are held until another comes. */
export function holdCards(): (
  of: Cards | undefined,
  entry: Pick<SlateEntry, 'variant' | 'item'>,
) => Card | undefined {
  const held = new Map<string, Card | undefined>();
  let from: Cards | undefined;
  return (of, { variant, item }) => {
    if (of !== from) held.clear();
    from = of;
    if (!held.has(variant)) {
      if (held.size >= MOST_CARDS) held.clear();
      held.set(variant, of?.card(variant) ?? of?.card(item));
    }
    return held.get(variant);
  };
}
