import type { Card } from './contract.ts';

/** Stand in a template for a card's id and for its title as an address spells it. */
const ID = '\u0001';
const SLUG = '\u0002';
/** Cards that are looked at to find a template. */
const LOOKED_AT = 64;
/** Share of the cards that a template must make, to be worth its while. */
const LEAST_SHARE = 0.5;

type Said = Pick<Card, 'item' | 'title'>;

/** Lower-case ASCII words joined by hyphens: what most shops make of a title in an address. */
export const slugOf = (title: string): string =>
  title
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** The text that a template makes of a card. */
export const fillTemplate = (template: string, { item, title }: Said): string =>
  template.replaceAll(SLUG, () => slugOf(title)).replaceAll(ID, () => item);

/** What a text would be a template of, for one card. */
function asTemplate(text: string, { item, title }: Said): string {
  const slug = slugOf(title);
  const named = slug.length >= 3 ? text.replaceAll(slug, SLUG) : text;
  return named.replaceAll(item, ID);
}

/**
 * The one form that most texts of a field have, where they have one: an address made of an id or a title need not be said
 * for every card. Undefined where there is none.
 */
export function findTemplate(
  cards: readonly Said[],
  texts: readonly (string | undefined)[],
): string | undefined {
  const given = [...texts.keys()].filter((at) => texts[at] !== undefined);
  const step = Math.max(1, Math.floor(given.length / LOOKED_AT));
  const votes = new Map<string, number>();
  for (let i = 0; i < given.length; i += step) {
    const at = given[i]!;
    const template = asTemplate(texts[at]!, cards[at]!);
    if (template.includes(ID) || template.includes(SLUG)) votes.set(template, (votes.get(template) ?? 0) + 1);
  }
  const [best] = [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (best === undefined) return undefined;
  const made = given.filter((at) => fillTemplate(best[0], cards[at]!) === texts[at]).length;
  return made >= given.length * LEAST_SHARE ? best[0] : undefined;
}
