import type { Chance } from './chance.ts';
import { CATEGORIES, type Category, COLOURS, type Word } from './range.ts';

/** 0 budget, 1 middle, 2 premium */
export type Level = 0 | 1 | 2;
export const LEVELS: readonly Level[] = [0, 1, 2];
const LEVEL_PRICE = [0.62, 1, 1.75] as const;

export interface Brand {
  readonly name: string;
  readonly level: Level;
  /** paths of the categories it makes things for */
  readonly categories: readonly string[];
  /** collections: goods of one line belong together across categories */
  readonly lines: readonly string[];
  /** the shop's own brand */
  readonly own: boolean;
}

/** What the shop sells as one thing: a group of variants, or a single item. */
export interface Good {
  readonly id: string;
  readonly category: Category;
  readonly brand: Brand;
  readonly line: string;
  readonly noun: Word;
  readonly kind: Word;
  readonly price: number;
  /** share taken off; 0 without a sale */
  readonly discount: number;
  readonly rating: number;
  /** how much people look at it, all else equal: few hits, a long tail */
  readonly appeal: number;
  readonly addedAt: number;
  readonly promotedUntil: number | undefined;
  readonly marginTier: 'low' | 'normal' | 'high';
  /** nothing to buy from the first to the second of these times */
  readonly stockOut: readonly [number, number] | undefined;
  /** in fashion since this time */
  readonly trendingFrom: number | undefined;
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly id: string;
  readonly size: string | undefined;
  readonly colour: Word | undefined;
}

const BRAND_NAMES =
  'Norrland, Tideway, Hearth & Rye, Pinewick, Calder, Osterby, Fennimore, Lumen Lane, Brightwater, Kestrel, Alder & Sons, Mosswell, Quillfeather, Sundby, Harrow, Velden, Marlowe, Tarn, Finch & Co, Birkdale, Skagen Works, Rowan, Thistle, Copperfield, Elmhurst, Lindqvist, Wren, Dovetail, Saltmarsh, Greyfriar, Kindling, Northfold, Aster, Pebble, Windrush, Hollis, Juniper Row, Ostrava, Bramble, Larkspur, Stonehaven, Ember, Falken, Maple Yard, Orchard, Peregrine, Tumbler, Vale, Zephyr, Basics'.split(
    ', ',
  );
const LINE_NAMES =
  'Fjell, Arden, Coast, Dune, Fern, Halo, Isle, Loom, Moor, Nova, Onda, Prairie, Reed, Solstice, Terra, Umber, Vista, Weald'.split(
    ', ',
  );
const OWN_BRAND = 'Basics';

export const DAY = 24 * 3600 * 1000;

/** Brands of all three levels, each at home in a handful of neighbouring categories; the shop's own is everywhere. */
export function makeBrands(chance: Chance): Brand[] {
  return BRAND_NAMES.map((name, index) => {
    const own = name === OWN_BRAND;
    const start = chance.whole(0, CATEGORIES.length - 1);
    const home = own ? CATEGORIES : Array.from({ length: chance.whole(4, 9) }, (_, i) => wrap(start + i));
    return {
      name,
      own,
      level: own ? 0 : (LEVELS[index % LEVELS.length] ?? 1),
      categories: home.map((category) => category.path),
      lines: chance.some(LINE_NAMES, chance.whole(2, 4)),
    };
  });
}

const wrap = (index: number): Category => CATEGORIES[index % CATEGORIES.length] as Category;

/** @param shape `count` goods in all, spread over the categories; `until`: the shop's today, ms */
export function makeGoods(
  chance: Chance,
  brands: readonly Brand[],
  shape: { count: number; until: number },
): Good[] {
  return Array.from({ length: shape.count }, (_, index) => {
    const category = wrap(index);
    const makers = brands.filter((brand) => brand.categories.includes(category.path));
    return makeGood(chance, {
      category,
      brand: chance.pick(makers),
      number: Math.floor(index / CATEGORIES.length),
      until: shape.until,
    });
  });
}

function makeGood(
  chance: Chance,
  about: { category: Category; brand: Brand; number: number; until: number },
): Good {
  const { category, brand, number, until } = about;
  const id = `${initials(category)}-${String(number + 1).padStart(3, '0')}`;
  const nounIndex = chance.whole(0, category.nouns.length - 1);
  // One noun of a category is dearer than another: a tent is not a sleeping mat.
  const nounFactor = 0.7 + 0.25 * nounIndex;
  const raw = category.price * LEVEL_PRICE[brand.level] * nounFactor * chance.between(0.85, 1.15);
  const fresh = chance.happens(0.08);
  const colours = category.coloured ? chance.some(COLOURS, chance.whole(1, 3)) : [undefined];
  const sizes = category.sizes.length > 0 && chance.happens(0.6) ? category.sizes : [undefined];
  return {
    id,
    category,
    brand,
    line: chance.pick(brand.lines),
    noun: category.nouns[nounIndex] as Word,
    kind: chance.pick(category.kinds),
    price: shopPrice(raw),
    discount: chance.happens(0.12) ? chance.pick([0.1, 0.2, 0.3]) : 0,
    rating: Math.round(chance.between(3.1, 4.3 + 0.3 * brand.level) * 10) / 10,
    appeal: 1 / (0.02 + chance.between(0, 1)),
    addedAt: until - Math.floor((fresh ? chance.between(0.5, 60) : chance.between(95, 900)) * DAY),
    promotedUntil: chance.happens(0.025) ? until + chance.whole(5, 30) * DAY : undefined,
    marginTier: brand.own || chance.happens(0.1) ? 'high' : chance.happens(0.25) ? 'low' : 'normal',
    stockOut: chance.happens(0.07) ? stockOut(chance, until) : undefined,
    trendingFrom: chance.happens(0.012) ? until - chance.whole(5, 12) * DAY : undefined,
    variants: variantsOf(id, sizes, colours),
  };
}

/** Half of those that ran out are back by now. */
function stockOut(chance: Chance, until: number): readonly [number, number] {
  const from = until - chance.whole(2, 60) * DAY;
  return [from, chance.happens(0.5) ? until + 7 * DAY : from + chance.whole(3, 20) * DAY];
}

function variantsOf(
  id: string,
  sizes: readonly (string | undefined)[],
  colours: readonly (Word | undefined)[],
): Variant[] {
  const pairs = colours.flatMap((colour) => sizes.map((size) => ({ colour, size })));
  if (pairs.length === 1) return [{ id, size: sizes[0], colour: colours[0] }];
  return pairs.map(({ colour, size }) => ({
    id: [id, colour?.en.toUpperCase(), size?.toUpperCase()].filter(Boolean).join('-'),
    size,
    colour,
  }));
}

/** Three letters of the category's first word and two of its last: `Cat Food` is CATFO, different for every category. */
export function initials(category: Category): string {
  const names = category.name.split(' ');
  const [first = '', last = ''] = [names[0], names.length > 1 ? names.at(-1) : names[0]?.slice(3)];
  return `${first.slice(0, 3)}${last.slice(0, 2)}`.toUpperCase();
}

/** Prices as shops write them: .99 below 20, .50 steps below 60, whole pounds less one penny above. */
export function shopPrice(value: number): number {
  if (value < 20) return Math.max(0.99, Math.round(value) - 0.01);
  if (value < 60) return Math.round(value * 2) / 2;
  return Math.round(value) - 0.01;
}

/** What a price comes down to; undefined where it comes down to nothing less. */
export function salePrice(price: number, discount: number): number | undefined {
  const reduced = shopPrice(price * (1 - discount));
  return discount > 0 && reduced < price ? reduced : undefined;
}
