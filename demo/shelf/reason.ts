import type { RecommendedItem } from '../../client/index.ts';
import { product } from '../shop/catalogue.ts';

type Reason = RecommendedItem['reason'];

/** On "Recently viewed" an item stands for what was done with it. */
const OF_ITSELF: Partial<Record<Reason['kind'], string>> = {
  viewed: 'You viewed this',
  'in-cart': 'In your cart',
  bought: 'You bought this',
};

/** The item, often a variant, that carried the recommendation, where there is one. */
export const carrier = (reason: Reason): string | undefined => ('item' in reason ? reason.item : undefined);

function sentence(reason: Reason, title: string | undefined): string {
  switch (reason.kind) {
    case 'viewed':
      return title === undefined ? 'Because of what you viewed' : `Because you viewed ${title}`;
    case 'in-cart':
      return title === undefined ? 'Goes with your cart' : `Goes with ${title} in your cart`;
    case 'bought':
      return title === undefined ? 'Because of what you bought' : `Because you bought ${title}`;
    case 'seed':
      return seedSentence(reason.source, title ?? 'this');
    case 'category':
      return `Popular in ${reason.category}`;
    case 'trending':
      return 'Trending now';
    case 'popular':
      return 'Popular in this shop';
    case 'popular-alike':
      return 'Popular with people like you';
    case 'sponsored':
      return 'Promoted by the shop';
  }
}

function seedSentence(source: Reason['source'], title: string): string {
  if (source === 'bought-together' || source === 'basket') return `Often bought with ${title}`;
  if (source === 'taste') return `People with ${title} have this too`;
  if (source === 'fresh') return `New, and like ${title}`;
  if (source === 'transitions') return `Often chosen next after ${title}`;
  if (source === 'content') return `Similar to ${title}`;
  return `Related to ${title}`;
}

/** The one true reason of a card, in the shop's words. */
export async function reasonText({ item: shown, reason }: RecommendedItem): Promise<string> {
  const item = carrier(reason);
  const found = item === undefined ? undefined : await product(item);
  if (item !== undefined && (found?.id ?? item) === shown)
    return OF_ITSELF[reason.kind] ?? 'You know this one';
  return sentence(reason, found?.title);
}
