import type { Item } from '../../shared/protocol/item.ts';

/** Too common to describe anything, in the languages of our own tests: idf does the rest elsewhere. */
const STOP_WORDS = new Set('a an and as at by for from in is it of on or set the to with'.split(' '));

/** Lower-case words and numbers of a text; a plural's final s is cut. */
export function words(text: string): string[] {
  const found = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return found
    .map((word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word))
    .filter((word) => !STOP_WORDS.has(word));
}

/** `Home > Kitchen > Bowls` as its three prefixes, so that siblings share all but the last. */
export function categoryPath(productType: string | undefined): string[] {
  const levels = (productType ?? '').split('>').map((level) => level.trim().toLowerCase());
  const named = levels.filter((level) => level !== '');
  return named.map((_, depth) => named.slice(0, depth + 1).join('>'));
}

/** Bands of a third of an octave round apart what costs alike. */
const priceBand = (price: number): number => Math.round(Math.log2(price) * 1.5);

/**
 * Everything the catalogue says of an item, as tokens with weights. Prefixes keep a brand apart from the same word
 * in a title.
 */
export function tokensOf(item: Item): Map<string, number> {
  const tokens = new Map<string, number>();
  const add = (token: string, weight: number): void => {
    tokens.set(token, Math.max(tokens.get(token) ?? 0, weight));
  };
  for (const word of words(item.description ?? '').slice(0, 200)) add(`w:${word}`, 0.4);
  for (const word of words(item.title)) add(`w:${word}`, 1);
  for (const path of categoryPath(item.product_type)) add(`c:${path}`, 1);
  if (item.brand) add(`b:${item.brand.toLowerCase()}`, 1);
  if (item.price !== undefined && item.price > 0) add(`p:${priceBand(item.price)}`, 0.5);
  for (const attribute of item.attributes ?? []) add(`a:${attribute.toLowerCase()}`, 1);
  return tokens;
}
