import { categoryLink } from '../frame/departments.ts';
import { button, find, h } from '../frame/element.ts';
import { frame } from '../frame/frame.ts';
import { toast } from '../frame/toast.ts';
import { picture } from '../picture/picture.ts';
import { Shelves } from '../shelf/shelves.ts';
import { ledHere } from '../shop/attribution.ts';
import * as cart from '../shop/cart.ts';
import { categoryName, type Product, pathId, product, type Variant } from '../shop/catalogue.ts';
import { config } from '../shop/config.ts';
import { money } from '../shop/price.ts';
import { track } from '../shop/tacit.ts';

const id = pathId();

const costs = (variant: Variant): number => variant.salePrice ?? variant.price ?? 0;

function priceLine(variant: Variant): readonly Node[] {
  const { price, salePrice } = variant;
  if (price === undefined) return [];
  if (salePrice === undefined || salePrice >= price) return [h('span', {}, money(price))];
  return [
    h('span', { class: 'sale' }, money(salePrice)),
    h('s', { 'aria-label': `was ${money(price)}` }, money(price)),
  ];
}

function variantChoice(
  found: Product,
  first: Variant,
  chosen: (variant: Variant) => void,
): HTMLElement | null {
  if (found.variants.length < 2) return null;
  const options = found.variants.map(({ id: value, label, inStock }) =>
    h('option', { value, disabled: !inStock }, inStock ? label : `${label} (sold out)`),
  );
  const select = h('select', { id: 'variant' }, ...options);
  select.value = first.id;
  select.addEventListener('change', () => {
    const variant = found.variants.find((one) => one.id === select.value);
    if (variant !== undefined) chosen(variant);
  });
  return h('p', { class: 'choice' }, h('label', { for: 'variant' }, 'Choose'), select);
}

const stockLine = ({ inStock }: Variant): string => (inStock ? 'In stock' : 'Sold out for now');

function addToCart(found: Product, variant: Variant): void {
  const rec = ledHere(found.id);
  cart.add({
    id: variant.id,
    group: found.id,
    title: variant.title,
    path: found.path,
    price: costs(variant),
  });
  track('add_to_cart', [{ id: variant.id, price: costs(variant), quantity: 1 }], rec ? { rec } : {});
  toast(`${variant.title} is in your cart.`, 'Go to cart', () => location.assign('/cart'));
}

function words(found: Product, first: Variant): void {
  let variant = first;
  const price = h('p', { class: 'product-price' }, ...priceLine(variant));
  const buy = button('Add to cart', { class: 'primary', disabled: !variant.inStock }, () =>
    addToCart(found, variant),
  );
  const stock = h('p', { class: 'quiet stock' }, stockLine(variant));
  const choice = variantChoice(found, variant, (chosen) => {
    variant = chosen;
    price.replaceChildren(...priceLine(variant));
    buy.disabled = !variant.inStock;
    stock.textContent = stockLine(variant);
    pictureOf(found, variant);
    viewed(found, variant);
  });
  find('.product-words').replaceChildren(
    ...[
      found.brand ? h('p', { class: 'maker' }, found.brand) : null,
      h('h1', {}, found.title),
      price,
      choice,
      buy,
      stock,
      found.description ? h('p', { class: 'description' }, found.description) : null,
    ].filter((part) => part !== null),
  );
}

function pictureOf(found: Product, variant: Variant): void {
  const src = picture({ ...found, title: variant.title });
  find('.product-picture').replaceChildren(
    h('img', { src, alt: `Picture of ${variant.title}`, width: 480, height: 480 }),
  );
}

function viewed(found: Product, variant: Variant): void {
  const rec = ledHere(found.id);
  track('view_item', [{ id: variant.id, price: variant.price }], rec ? { rec } : {});
}

/** The structured data that search engines read. */
function jsonLd(found: Product, variant: Variant): void {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    sku: variant.id,
    name: found.title,
    ...(found.brand ? { brand: { '@type': 'Brand', name: found.brand } } : {}),
    offers: {
      '@type': 'Offer',
      price: costs(variant),
      priceCurrency: config.currency,
      availability: `https://schema.org/${variant.inStock ? 'InStock' : 'OutOfStock'}`,
    },
  };
  document.head.append(h('script', { type: 'application/ld+json' }, JSON.stringify(data)));
}

function show(found: Product, variant: Variant): void {
  const category = categoryName(found.category);
  document.title = `${found.title} – ${config.name}`;
  const crumb = find<HTMLAnchorElement>('.crumbs .here');
  crumb.textContent = category;
  crumb.href = categoryLink(found.category);
  pictureOf(found, variant);
  words(found, variant);
  jsonLd(found, variant);
}

async function open(): Promise<void> {
  const found = await product(id);
  const variant =
    found?.variants.find((one) => one.id === id) ??
    found?.variants.find((one) => one.inStock) ??
    found?.variants[0];
  find('.product').removeAttribute('aria-busy');
  if (found === undefined || variant === undefined) {
    find('.product-words').replaceChildren(h('h1', {}, 'We could not find this item'));
    return;
  }
  show(found, variant);
  viewed(found, variant);
  await new Shelves([
    {
      placement: 'similar',
      nothing: 'There is nothing quite like it.',
      request: () => ({ items: [found.id], exclude: [found.id] }),
    },
    {
      placement: 'because-you-viewed',
      nothing: 'Look at a few things, and this shelf will follow.',
      request: () => ({ exclude: [found.id] }),
    },
  ]).refresh();
}

frame();
void open();
