import { button, find, h } from '../frame/element.ts';
import { frame } from '../frame/frame.ts';
import { picture } from '../picture/picture.ts';
import { Shelves } from '../shelf/shelves.ts';
import { ledHere } from '../shop/attribution.ts';
import type { CartLine } from '../shop/cart.ts';
import * as cart from '../shop/cart.ts';
import { productLink } from '../shop/catalogue.ts';
import { money } from '../shop/price.ts';
import { track } from '../shop/tacit.ts';

function quantity(line: CartLine): HTMLElement {
  const input = h('input', {
    type: 'number',
    min: 1,
    max: 99,
    value: line.quantity,
    'aria-label': `Quantity of ${line.title}`,
  });
  input.addEventListener('change', () => cart.setQuantity(line.id, Number.parseInt(input.value, 10) || 1));
  return input;
}

function removeLine(line: CartLine): void {
  cart.remove(line.id);
  track('remove_from_cart', [line]);
}

function row(line: CartLine): HTMLElement {
  const src = picture({ ...line, id: line.group });
  return h(
    'li',
    { class: 'cart-line', 'data-item': line.id },
    h('img', { src, alt: '', width: 96, height: 96 }),
    h(
      'div',
      { class: 'cart-words' },
      h('a', { href: productLink(line.group) }, line.title),
      money(line.price),
    ),
    quantity(line),
    h('strong', {}, money(line.price * line.quantity)),
    button('Remove', { class: 'link', 'aria-label': `Remove ${line.title}` }, () => removeLine(line)),
  );
}

/** A shop mints an order's number on its server; the demonstration has no till, so the browser does. */
const orderNumber = (): string => `HL-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;

function checkOut(): void {
  const lines = cart.lines();
  const number = orderNumber();
  const rec = lines.map((line) => ledHere(line.group)).find((led) => led !== undefined);
  track('begin_checkout', lines);
  track('purchase', lines, { transaction_id: number, ...(rec ? { rec } : {}) });
  cart.empty();
  thanks(number);
}

function thanks(number: string): void {
  find('h1').textContent = 'Thank you';
  find('.cart-sum').hidden = true;
  find('.cart-lines').replaceChildren(
    h(
      'p',
      {},
      `Your order ${number} is noted. This is a demonstration: nothing was charged, nothing will be sent.`,
    ),
    h('a', { class: 'primary', href: '/' }, 'Back to the shop'),
  );
  void shelves.refresh();
}

function summary(): void {
  find('.cart-sum').replaceChildren(
    h('p', { class: 'sum' }, h('span', {}, 'Total'), h('strong', {}, money(cart.total()))),
    button('Check out', { class: 'primary' }, checkOut),
    h('p', { class: 'quiet' }, 'A demonstration: nothing is charged or delivered.'),
  );
}

function show(): void {
  const lines = cart.lines();
  find('.cart-sum').hidden = lines.length === 0;
  if (lines.length === 0) {
    find('.cart-lines').replaceChildren(h('p', {}, 'There is nothing in it yet.'));
    return;
  }
  find('.cart-lines').replaceChildren(h('ul', {}, ...lines.map(row)));
  summary();
}

const shelves = new Shelves([
  {
    placement: 'bought-together',
    nothing: 'Put something into the cart, and what goes with it appears here.',
    request: () => ({
      items: cart.lines().map((line) => line.group),
      exclude: cart.lines().map((line) => line.group),
      fallbackParameters: { placement: 'trending' },
    }),
  },
]);

frame();
show();
find('.cart').removeAttribute('aria-busy');
document.addEventListener('cart', () => {
  if (cart.lines().length > 0 || find('h1').textContent !== 'Thank you') show();
  void shelves.refresh();
});
track('page_view', []);
void shelves.refresh();
