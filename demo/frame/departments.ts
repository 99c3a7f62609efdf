import { config } from '../shop/config.ts';
import { find, h } from './element.ts';

const SHOWN = 12;

export const categoryLink = (slug: string): string => `/category/${encodeURIComponent(slug)}`;

/** The line of departments below the header, and the page's own one marked in it. */
export function departments(): void {
  const links = config.categories.slice(0, SHOWN).map(({ slug, name }) => {
    const href = categoryLink(slug);
    return h('a', { href, 'aria-current': location.pathname === href ? 'page' : undefined }, name);
  });
  find('.departments').replaceChildren(...links);
}
