import { picture } from '../picture/picture.ts';
import { type Product, productLink } from '../shop/catalogue.ts';
import { money } from '../shop/price.ts';
import { h } from './element.ts';

export interface Tile {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  /** the title that its picture is drawn from, where it is a variant's */
  readonly pictured?: string | undefined;
  readonly price?: number | undefined;
  readonly salePrice?: number | undefined;
}

export function tileOf({ id, title, path, variants }: Product): Tile {
  const offer = variants.find((variant) => variant.inStock) ?? variants[0];
  return { id, title, path, pictured: offer?.title, price: offer?.price, salePrice: offer?.salePrice };
}

function priceOf({ price, salePrice }: Tile): HTMLElement {
  const now = salePrice ?? price;
  const line = h('span', { class: 'price' }, now === undefined ? '' : money(now));
  if (salePrice !== undefined && price !== undefined && price > salePrice)
    line.append(' ', h('s', { 'aria-label': `was ${money(price)}` }, money(price)));
  return line;
}

/** A product in a plain grid: the same picture as on a shelf, no recommendation about it. */
export function tile(product: Tile): HTMLLIElement {
  const src = picture({ ...product, title: product.pictured ?? product.title });
  return h(
    'li',
    { class: 'card' },
    h(
      'a',
      { href: productLink(product.id), class: 'card-link' },
      h('span', { class: 'card-picture' }, h('img', { src, alt: '', width: 200, height: 200 })),
      h('span', { class: 'card-title' }, product.title),
      priceOf(product),
    ),
  );
}
