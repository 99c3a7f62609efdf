import { createTacit, type Tacit } from '../../client/index.ts';
import { config } from './config.ts';
import { choice, consentOf } from './consent.ts';

export interface ShopTrouble {
  readonly code: string;
  readonly message: string;
}

/** Everything that Tacit said went wrong on this page, for the panel and for a shelf that stays empty. */
export const troubles: ShopTrouble[] = [];

const { mode, url, ...server } = config.tacit;

export const tacit: Tacit = createTacit({
  ...server,
  url: new URL(url, location.origin).href,
  privacy: { mode },
  consent: consentOf(choice()),
  onTrouble(trouble) {
    troubles.push(trouble);
    document.dispatchEvent(new CustomEvent('trouble'));
  },
});

type TrackedEvent = Parameters<Tacit['track']>[0];
export type EventRec = NonNullable<TrackedEvent['rec']>;

interface Line {
  readonly id: string;
  readonly price?: number | undefined;
  readonly quantity?: number;
}

const eventItem = ({ id, price, quantity }: Line) => ({
  item_id: id,
  ...(price === undefined ? {} : { price }),
  ...(quantity === undefined ? {} : { quantity }),
});

/** The shop's GA4 events, in its own currency. */
export function track(
  name: TrackedEvent['name'],
  items: readonly Line[],
  more: Omit<TrackedEvent, 'name' | 'items'> = {},
): void {
  const value = items.reduce((sum, { price = 0, quantity = 1 }) => sum + price * quantity, 0);
  const worth = name === 'add_to_cart' || name === 'purchase' || name === 'begin_checkout';
  tacit.track({
    name,
    items: items.map(eventItem),
    currency: config.currency,
    ...(worth ? { value } : {}),
    ...more,
  });
}
