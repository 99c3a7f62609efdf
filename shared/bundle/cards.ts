import * as v from 'valibot';
import type { ItemId } from '../protocol/ids.ts';
import { type Container, decodeContainer, encodeContainer, type SectionArray } from './container.ts';
import type { Card, Cards, IdTable } from './contract.ts';
import { demand } from './error.ts';
import { Count, MOST_ITEMS, parseMeta } from './meta.ts';
import { largest, narrow } from './narrow.ts';
import { unsignedSection } from './runs.ts';
import {
  checkIds,
  checkStrings,
  compareIds,
  decodeIds,
  decodeStrings,
  encodeIds,
  encodeStrings,
  stringSections,
} from './strings.ts';
import { fillTemplate, findTemplate } from './template.ts';

const CARDS_VERSION = 3;

/**
 * Said once a card, unless a template of id and title says it for all that it fits; a prefix that all others share (a
 * CDN's address) is said once a file.
 */
const OWN = ['title', 'image', 'link'] as const;
const TEMPLATED = ['image', 'link'] as const;
/** Said once a file, and pointed at. */
const POOLED = ['brand', 'category', 'currency'] as const;
const PRICES = ['price', 'salePrice'] as const;
type Field = (typeof OWN)[number] | (typeof POOLED)[number];

const CardsMeta = v.object({
  cards: Count,
  /** whose ids they are: a file's own, or those of the shard that it lies beside */
  ids: v.picklist(['own', 'shard']),
  prefixes: v.object({ title: v.string(), image: v.string(), link: v.string() }),
  templates: v.object({ image: v.optional(v.string()), link: v.optional(v.string()) }),
  pools: v.object({ brand: Count, category: Count, currency: Count }),
  prices: v.object({ price: v.picklist(['cents', 'f64']), salePrice: v.picklist(['cents', 'f64']) }),
});
type CardsMeta = v.InferOutput<typeof CardsMeta>;

/**
 * What a shelf draws of each variant, found by `item`. Any order; a missing field stays missing.
 * @param beside variant ids of the shard that is published with them: where every variant has its card and none is
 * without, the ids are not said again
 * @throws BundleError `input` for an item given twice or a price that is not a finite number from 0
 */
export function encodeCards(cards: readonly Card[], beside?: readonly string[]): Uint8Array<ArrayBuffer> {
  demand(
    cards.length <= MOST_ITEMS,
    'input',
    () => `Found ${cards.length} cards, expected at most ${MOST_ITEMS}.`,
  );
  const sorted = [...cards].sort((a, b) => compareIds(a.item, b.item));
  const ids = encodeIds(
    sorted.map((card) => card.item),
    'cards',
  );
  const shared =
    beside !== undefined &&
    beside.length === sorted.length &&
    sorted.every(({ item }, i) => item === beside[i]);
  const sections: Record<string, SectionArray> = shared ? {} : stringSections('ids', ids);
  const meta: CardsMeta = {
    cards: sorted.length,
    ids: shared ? 'shard' : 'own',
    prefixes: { title: '', image: '', link: '' },
    templates: {},
    pools: { brand: 0, category: 0, currency: 0 },
    prices: { price: 'cents', salePrice: 'cents' },
  };
  for (const field of TEMPLATED) {
    const template = encodeTemplate(sorted, field, sections);
    if (template !== undefined) meta.templates[field] = template;
  }
  for (const field of OWN) meta.prefixes[field] = encodeOwn(sorted, field, { meta, sections });
  for (const field of POOLED) meta.pools[field] = encodePooled(sorted, field, sections);
  for (const field of PRICES) meta.prices[field] = encodePrices(sorted, field, sections);
  return encodeContainer({ kind: 'cards', version: CARDS_VERSION, meta, sections });
}

/** Bit i set: it is so of card i. */
function flags(cards: readonly Card[], isSo: (card: Card) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(cards.length / 8));
  for (const [i, card] of cards.entries()) if (isSo(card)) bits[i >>> 3]! |= 1 << (i & 7);
  return bits;
}

const presence = (cards: readonly Card[], field: Field | (typeof PRICES)[number]): Uint8Array =>
  flags(cards, (card) => card[field] !== undefined);

/** @returns the template that most cards follow; the others are marked, and say theirs */
function encodeTemplate(
  cards: readonly Card[],
  field: (typeof TEMPLATED)[number],
  sections: Record<string, SectionArray>,
): string | undefined {
  const template = findTemplate(
    cards,
    cards.map((card) => card[field]),
  );
  if (template !== undefined)
    sections[`${field}.fits`] = flags(cards, (card) => fillTemplate(template, card) === card[field]);
  return template;
}

function encodeOwn(
  cards: readonly Card[],
  field: (typeof OWN)[number],
  { meta, sections }: { meta: CardsMeta; sections: Record<string, SectionArray> },
): string {
  const template = field === 'title' ? undefined : meta.templates[field];
  const given = cards.map((card) => {
    const text = card[field];
    return template !== undefined && fillTemplate(template, card) === text ? undefined : text;
  });
  const prefix = sharedPrefix(given.filter((text) => text !== undefined));
  const rest = given.map((text) => text?.slice(prefix.length) ?? '');
  Object.assign(sections, stringSections(field, encodeStrings(rest, field)));
  sections[`${field}.has`] = presence(cards, field);
  return prefix;
}

function sharedPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) {
    let same = 0;
    while (same < prefix.length && text[same] === prefix[same]) same++;
    prefix = prefix.slice(0, same);
  }
  // Half a surrogate pair is no text of its own.
  return /[\ud800-\udbff]$/.test(prefix) ? prefix.slice(0, -1) : prefix;
}

function encodePooled(
  cards: readonly Card[],
  field: (typeof POOLED)[number],
  sections: Record<string, SectionArray>,
): number {
  const pool = [...new Set(cards.map((card) => card[field]).filter((text) => text !== undefined))];
  const numbers = new Map(pool.map((text, i) => [text, i + 1]));
  Object.assign(sections, stringSections(field, encodeStrings(pool, field)));
  sections[`${field}.of`] = narrow(
    cards.map((card) => (card[field] === undefined ? 0 : numbers.get(card[field])!)),
  );
  return pool.length;
}

function encodePrices(
  cards: readonly Card[],
  field: (typeof PRICES)[number],
  sections: Record<string, SectionArray>,
): 'cents' | 'f64' {
  const prices = cards.map((card) => card[field]);
  for (const [i, price] of prices.entries())
    demand(
      price === undefined || (Number.isFinite(price) && price >= 0),
      'input',
      () => `Card ${cards[i]!.item}, ${field}: found ${price}, expected a finite number from 0.`,
    );
  sections[`${field}.has`] = presence(cards, field);
  const cents = prices.map((price) => Math.round((price ?? 0) * 100));
  const exact = prices.every((price, i) => (price ?? 0) === cents[i]! / 100 && cents[i]! < 2 ** 32);
  sections[field] = exact ? narrow(cents) : Float64Array.from(prices, (price) => price ?? 0);
  return exact ? 'cents' : 'f64';
}

/**
 * A card is made when it is asked for.
 * @param beside the variants of the shard that was published with them
 * @throws BundleError; never anything else, whatever `bytes` hold
 */
export function decodeCards(bytes: Uint8Array, beside?: IdTable): Cards {
  const container = decodeContainer(bytes, 'cards', CARDS_VERSION);
  const meta = parseMeta(CardsMeta, container.meta);
  const ids = meta.ids === 'own' ? decodeIds(container, 'ids', meta.cards) : beside;
  demand(
    ids?.size === meta.cards,
    'content',
    () => `Found ${meta.cards} cards beside a shard, expected ${ids?.size ?? 'the shard'}.`,
  );
  const title = ownReader(container, 'title', meta);
  const image = templatedReader(container, 'image', meta);
  const link = templatedReader(container, 'link', meta);
  const brand = pooledReader(container, 'brand', meta);
  const category = pooledReader(container, 'category', meta);
  const currency = pooledReader(container, 'currency', meta);
  const price = priceReader(container, 'price', meta);
  const salePrice = priceReader(container, 'salePrice', meta);
  const card = (id: string): Card | undefined => {
    const i = ids.indexOf(id);
    if (i < 0) return undefined;
    const said = { item: id as ItemId, title: title(i) ?? '' };
    return {
      ...said,
      image: image(i, said),
      link: link(i, said),
      price: price(i),
      salePrice: salePrice(i),
      currency: currency(i),
      brand: brand(i),
      category: category(i),
    };
  };
  return { size: meta.cards, card };
}

/**
 * Walks all cards, for those who make or publish a file.
 * @throws BundleError `content` where a card would be another's
 */
export function checkCards(bytes: Uint8Array): void {
  const container = decodeContainer(bytes, 'cards', CARDS_VERSION);
  const meta = parseMeta(CardsMeta, container.meta);
  if (meta.ids === 'own') checkIds(container, 'ids', meta.cards);
  for (const field of OWN) checkStrings(container, field);
  for (const field of POOLED) {
    checkStrings(container, field);
    const most = largest(unsignedSection(container, `${field}.of`, meta.cards));
    demand(
      most <= meta.pools[field],
      'content',
      () => `${field}: found number ${most}, expected at most ${meta.pools[field]}.`,
    );
  }
}

function flagReader(container: Container, name: string, size: number): (i: number) => boolean {
  const bits = container.section(name, 'u8', Math.ceil(size / 8));
  return (i) => ((bits[i >>> 3]! >>> (i & 7)) & 1) === 1;
}

function ownReader(
  container: Container,
  field: (typeof OWN)[number],
  meta: CardsMeta,
): (i: number) => string | undefined {
  const has = flagReader(container, `${field}.has`, meta.cards);
  const rest = decodeStrings(container, field, meta.cards);
  return (i) => (has(i) ? meta.prefixes[field] + rest.at(i) : undefined);
}

function templatedReader(
  container: Container,
  field: (typeof TEMPLATED)[number],
  meta: CardsMeta,
): (i: number, said: Pick<Card, 'item' | 'title'>) => string | undefined {
  const own = ownReader(container, field, meta);
  const template = meta.templates[field];
  if (template === undefined) return own;
  const fits = flagReader(container, `${field}.fits`, meta.cards);
  return (i, said) => (fits(i) ? fillTemplate(template, said) : own(i));
}

function pooledReader(
  container: Container,
  field: (typeof POOLED)[number],
  meta: CardsMeta,
): (i: number) => string | undefined {
  const pool = decodeStrings(container, field, meta.pools[field]);
  const of = unsignedSection(container, `${field}.of`, meta.cards);
  return (i) => {
    const number = of[i]!;
    return number === 0 || number > pool.size ? undefined : pool.at(number - 1);
  };
}

function priceReader(
  container: Container,
  field: (typeof PRICES)[number],
  meta: CardsMeta,
): (i: number) => number | undefined {
  const has = flagReader(container, `${field}.has`, meta.cards);
  if (meta.prices[field] === 'f64') {
    const values = container.section(field, 'f64', meta.cards);
    return (i) => (has(i) ? values[i] : undefined);
  }
  const cents = unsignedSection(container, field, meta.cards);
  return (i) => (has(i) ? cents[i]! / 100 : undefined);
}
