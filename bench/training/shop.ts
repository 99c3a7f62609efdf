import { createRandom, type Random } from '../../models/random.ts';
import type { StoredInteraction } from '../../server/store/contract.ts';
import type { ItemId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';

const DAY = 86_400_000;
const DAYS = 90;
/** Items of one shelf: what is bought with and after one another. */
const SHELF = 100;
const SHELVES_OF_A_SHOPPER = 3;
const STEPS_OF_A_VISIT = 5;
const VISITS = 2;

/** The shop's today, ms. */
export const TODAY = 20_000 * DAY;

export interface Size {
  readonly items: number;
  readonly events: number;
}

/** As many shoppers as a tenth of the events. */
export const shoppersOf = ({ events }: Size): number =>
  Math.max(1, Math.round(events / (STEPS_OF_A_VISIT * VISITS)));

export function* itemsOf({ items }: Size): Generator<Item> {
  for (let at = 0; at < items; at++) {
    const shelf = Math.floor(at / SHELF);
    yield {
      id: `i${at}` as ItemId,
      title: `thing ${at % 997} of style${at % 53} on shelf${shelf}`,
      product_type: `All > Aisle ${shelf % 40} > Shelf ${shelf}`,
      brand: `brand${(at * 7) % 1200}`,
      price: 5 + (at % 90),
      currency: 'EUR',
      availability: 'in_stock',
    };
  }
}

/** Visits of shoppers who keep to a few shelves, of which some items are asked for much more than others. */
export function* eventsOf(size: Size): Generator<StoredInteraction> {
  const random = createRandom(11);
  const shelves = Math.max(1, Math.floor(size.items / SHELF));
  for (let shopper = 0; shopper < shoppersOf(size); shopper++) {
    const own = Array.from({ length: SHELVES_OF_A_SHOPPER }, () => skewed(shelves, random));
    for (let visit = 0; visit < VISITS; visit++) {
      const shelf = own[random.below(own.length)]!;
      const start = TODAY - (1 + random.next() * (DAYS - 1)) * DAY;
      for (let step = 0; step < STEPS_OF_A_VISIT; step++)
        yield {
          key: `${shopper}.${visit}.${step}`,
          subject: `s${shopper}`,
          visit: `s${shopper}v${visit}`,
          item: `i${Math.min(size.items - 1, shelf * SHELF + skewed(SHELF, random))}`,
          kind: step === STEPS_OF_A_VISIT - 1 ? 'purchase' : 'view',
          time: Math.floor(start) + step * 60_000,
          quantity: 1,
          price: 10,
          origin: 'import',
        };
    }
  }
}

/** Lower numbers more often: the square of a uniform draw. */
const skewed = (below: number, random: Random): number => Math.floor(random.next() ** 2 * below);
