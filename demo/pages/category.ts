import { find, h } from '../frame/element.ts';
import { frame } from '../frame/frame.ts';
import { tile, tileOf } from '../frame/grid.ts';
import { Shelves } from '../shelf/shelves.ts';
import { categoryPage, pathId } from '../shop/catalogue.ts';
import { config } from '../shop/config.ts';
import { track } from '../shop/tacit.ts';

const slug = pathId();
const category = config.categories.find((one) => one.slug === slug);
const page = Math.max(1, Number.parseInt(new URLSearchParams(location.search).get('page') ?? '1', 10) || 1);

function pageLinks(pages: number): void {
  const link = (to: number, text: string, label: string) =>
    to < 1 || to > pages
      ? h('span', { class: 'off', 'aria-hidden': 'true' }, text)
      : h('a', { href: `?page=${to}`, 'aria-label': label }, text);
  find('.pages').replaceChildren(
    link(page - 1, '‹ Previous', 'Previous page'),
    h('span', {}, `Page ${page} of ${pages}`),
    link(page + 1, 'Next ›', 'Next page'),
  );
}

async function show(): Promise<void> {
  const name = category?.name ?? 'No such department';
  document.title = `${name} – ${config.name}`;
  find('h1').textContent = name;
  find('.crumbs .here').textContent = name;
  const grid = find('.grid');
  if (category === undefined) {
    grid.removeAttribute('aria-busy');
    return;
  }
  find('.count').textContent = `${category.count} items`;
  pageLinks(category.pages);
  const products = await categoryPage(slug, page);
  const nothing = h('li', { class: 'nothing' }, 'This page could not be loaded. Are you offline?');
  grid.replaceChildren(...(products?.map((product) => tile(tileOf(product))) ?? [nothing]));
  grid.removeAttribute('aria-busy');
}

frame();
void show();
track('page_view', []);
void new Shelves([
  { placement: 'for-you', nothing: 'Look at a few things, and this shelf will follow.' },
]).refresh();
