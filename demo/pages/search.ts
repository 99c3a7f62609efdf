import { find, h } from '../frame/element.ts';
import { frame } from '../frame/frame.ts';
import { tile } from '../frame/grid.ts';
import { Shelves } from '../shelf/shelves.ts';
import { type SearchLine, searchIndex } from '../shop/catalogue.ts';
import { track } from '../shop/tacit.ts';

const MOST = 48;
const wanted = (new URLSearchParams(location.search).get('q') ?? '').trim();

/** Every word of the query must begin a word of the title. */
function matches(title: string, words: readonly string[]): boolean {
  const parts = title.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => parts.some((part) => part.startsWith(word)));
}

function result([id, title, , price, path]: SearchLine): HTMLLIElement {
  return tile({ id, title, path, price: price ?? undefined });
}

async function show(): Promise<void> {
  const words = wanted
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  find<HTMLInputElement>('#search-box').value = wanted;
  find('h1').textContent = words.length === 0 ? 'Search' : `Results for “${wanted}”`;
  const index = words.length === 0 ? [] : ((await searchIndex()) ?? []);
  const found = index.filter(([, title]) => matches(title, words));
  const shown = found.slice(0, MOST);
  find('.count').textContent =
    found.length > MOST ? `${found.length} items, the first ${MOST} of them` : `${found.length} items`;
  const grid = find('.grid');
  grid.replaceChildren(...shown.map(result));
  if (shown.length === 0) grid.replaceChildren(h('li', { class: 'nothing' }, 'Nothing here by that name.'));
  grid.removeAttribute('aria-busy');
  if (words.length > 0) track('search', [], { search_term: wanted.slice(0, 256) });
}

frame();
void show();
void new Shelves([{ placement: 'trending', nothing: 'Nothing is trending just now.' }]).refresh();
