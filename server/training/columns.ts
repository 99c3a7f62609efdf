import type { Catalogue, CatalogueGroup, Interactions } from '../../models/contract.ts';
import type { ColumnName } from '../../shared/bundle/contract.ts';
import type { MarketInput } from '../../shared/bundle/shard.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Market } from '../../shared/protocol/manifest.ts';

const DAY = 86_400_000;
const MARGIN = { low: 0, normal: 1, high: 2 } as const;

/** Names with the missing one first, and each group's index into them. */
export interface Named {
  readonly names: readonly string[];
  readonly index: Float32Array;
}

function name(groups: readonly CatalogueGroup[], of: (item: Item) => string | undefined): Named {
  const found = groups.map((group) => of(group.item) ?? '');
  const names = ['', ...[...new Set(found)].filter((text) => text !== '').sort()];
  const at = new Map(names.map((text, index) => [text, index]));
  return { names, index: Float32Array.from(found, (text) => at.get(text)!) };
}

/** The first two levels of the product type. */
export const categories = ({ groups }: Catalogue): Named =>
  name(groups, (item) => {
    const levels = (item.product_type ?? '').split('>').map((level) => level.trim());
    return levels
      .filter((level) => level !== '')
      .slice(0, 2)
      .join(' > ');
  });

export const brands = ({ groups }: Catalogue): Named => name(groups, (item) => item.brand?.trim());

const share = (item: Item): number =>
  item.price && item.sale_price !== undefined && item.sale_price < item.price
    ? 1 - item.sale_price / item.price
    : 0;

/** What the catalogue says of each group. An item of unknown age is as old as its first interaction. */
export function catalogueColumns(
  { groups }: Catalogue,
  interactions: Interactions,
): Partial<Record<ColumnName, Float32Array>> {
  const column = (of: (item: Item, row: number) => number): Float32Array =>
    Float32Array.from(groups, (group, row) => of(group.item, row));
  const first = new Float64Array(groups.length).fill(Number.POSITIVE_INFINITY);
  interactions.item.forEach((row, r) => {
    first[row] = Math.min(first[row]!, interactions.time[r]!);
  });
  const day = (time: number): number => (Number.isFinite(time) ? Math.floor(time / DAY) : 0);
  return {
    discount: column(share),
    rating: column((item) => item.rating ?? 0),
    addedDay: column((item, row) => day(item.added_at ?? first[row]!)),
    promotedUntilDay: column((item) => day(item.promoted_until ?? 0)),
    margin: column((item) => MARGIN[item.margin_tier ?? 'normal']),
  };
}

/** What a variant costs in a market and whether it can be had there. A price in another currency is no price. */
export function offerOf(
  item: Item,
  market: Market,
): { price: number | undefined; salePrice: number | undefined; available: boolean } {
  const offer = item.offers?.find((found) => found.market === market.id);
  const own = item.currency === undefined || item.currency === market.currency;
  return {
    price: offer?.price ?? (own ? item.price : undefined),
    salePrice: offer?.sale_price ?? (own && offer?.price === undefined ? item.sale_price : undefined),
    available: (offer?.availability ?? item.availability) !== 'out_of_stock',
  };
}

/** @param variants all variants in shard order */
export function marketInput({ groups }: Catalogue, variants: readonly Item[], market: Market): MarketInput {
  const price = Float32Array.from(groups, (group) => {
    const offers = group.variants.map((variant) => offerOf(variant, market));
    const stocked = offers.filter(({ available }) => available);
    const priced = (stocked.length > 0 ? stocked : offers).map((offer) => offer.salePrice ?? offer.price);
    const known = priced.filter((value) => value !== undefined);
    return known.length === 0 ? 0 : Math.min(...known);
  });
  const variantInStock = Uint8Array.from(variants, (variant) => (offerOf(variant, market).available ? 1 : 0));
  return { market: market.id, currency: market.currency, price, variantInStock };
}
