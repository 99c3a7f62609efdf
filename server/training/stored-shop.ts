import type { SiteId } from '../../shared/protocol/ids.ts';
import type { Store } from '../store/contract.ts';
import type { ShopData } from './train.ts';

/** A site's shop as its store holds it. Rows are read when training asks for them, so that a refusal leaves no query open. */
export const storedShop = (store: Store, site: SiteId, now: number): ShopData => ({
  items: store.catalogue.all(site),
  interactions: { [Symbol.iterator]: () => store.interactions.all(site)[Symbol.iterator]() },
  shoppers: store.shoppers.all(site),
  slates: (before) => store.slates.seen(site, before),
  markets: store.sites.markets(site),
  now,
});
