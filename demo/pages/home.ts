import { categoryLink } from '../frame/departments.ts';
import { find, h } from '../frame/element.ts';
import { frame } from '../frame/frame.ts';
import { picture } from '../picture/picture.ts';
import { Shelves } from '../shelf/shelves.ts';
import { config } from '../shop/config.ts';
import { track } from '../shop/tacit.ts';

const HERO_PICTURES = 5;

function coverImage({ cover }: (typeof config.categories)[number]): HTMLImageElement {
  return h('img', { src: picture(cover), alt: '', width: 200, height: 200 });
}

function departmentTiles(): void {
  const tiles = config.categories.map((category) =>
    h(
      'li',
      {},
      h(
        'a',
        { href: categoryLink(category.slug) },
        coverImage(category),
        h('span', { class: 'tile-name' }, category.name),
        h('span', { class: 'quiet' }, `${category.count} items`),
      ),
    ),
  );
  find('.tiles').replaceChildren(...tiles);
  find('.hero-pictures').replaceChildren(...config.categories.slice(0, HERO_PICTURES).map(coverImage));
}

frame();
departmentTiles();
track('page_view', []);
void new Shelves([
  { placement: 'for-you', nothing: 'Look at a few things, and this shelf will follow.' },
  { placement: 'trending', nothing: 'Nothing is trending just now.' },
  { placement: 'recently-viewed', nothing: 'What you look at will wait for you here.' },
]).refresh();
