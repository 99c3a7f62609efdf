import type { ItemId, MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import type { Market } from '../../../shared/protocol/manifest.ts';
import { type Good, salePrice, shopPrice, type Variant } from './goods.ts';

export const MARKETS: readonly Market[] = [
  { id: 'GB' as MarketId, currency: 'GBP', language: 'en' },
  { id: 'DE' as MarketId, currency: 'EUR', language: 'de' },
];
const EUROS_A_POUND = 1.17;

/** A good's rows in the catalogue: one a variant, under one group where there are several. */
export function itemsOf(good: Good, until: number): Item[] {
  const grouped = good.variants.length > 1;
  const out = good.stockOut !== undefined && good.stockOut[0] <= until && until < good.stockOut[1];
  return good.variants.map((variant, index) => ({
    id: variant.id as ItemId,
    ...(grouped ? { item_group_id: good.id as ItemId } : {}),
    title: titleOf(good, variant, 'en'),
    description: descriptionOf(good),
    brand: good.brand.name,
    product_type: good.category.path,
    ...pricesOf(good, 1),
    currency: 'GBP',
    // Of a group that is in stock, now and then one size is not.
    availability: out || (grouped && (index * 7 + good.id.length) % 11 === 0) ? 'out_of_stock' : 'in_stock',
    rating: good.rating,
    margin_tier: good.marginTier,
    ...(good.promotedUntil === undefined ? {} : { promoted_until: good.promotedUntil }),
    added_at: good.addedAt,
    attributes: attributesOf(good, variant),
    offers: [
      { market: 'DE' as MarketId, title: titleOf(good, variant, 'de'), ...pricesOf(good, EUROS_A_POUND) },
    ],
  }));
}

function pricesOf(good: Good, rate: number): { price: number; sale_price?: number } {
  const price = rate === 1 ? good.price : shopPrice(good.price * rate);
  const sale = salePrice(price, good.discount);
  return sale === undefined ? { price } : { price, sale_price: sale };
}

function titleOf(good: Good, variant: Variant, language: 'en' | 'de'): string {
  const more = [good.kind[language], variant.colour?.[language], variant.size];
  const name = `${good.brand.name} ${good.line} ${good.noun[language]}`;
  return [name, ...more.filter((word) => word !== undefined)].join(', ');
}

const LEVEL_WORDS = ['Good value for every day', 'Made to last', 'Made by hand in small batches'] as const;

function descriptionOf(good: Good): string {
  const { noun, kind, brand, line, category } = good;
  const use =
    category.every > 0
      ? `Lasts about ${category.every} days in most homes.`
      : `Goes with everything else of the ${line} line.`;
  return `${noun.en} from ${brand.name}, ${kind.en.toLowerCase()}. ${LEVEL_WORDS[brand.level]}. ${use}`;
}

function attributesOf(good: Good, variant: Variant): string[] {
  return [
    `line=${good.brand.name} ${good.line}`,
    `kind=${good.kind.en}`,
    `noun=${good.noun.en}`,
    ...(variant.colour ? [`colour=${variant.colour.en}`] : []),
    ...(variant.size ? [`size=${variant.size}`] : []),
  ];
}
