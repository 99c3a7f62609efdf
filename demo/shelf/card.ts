import { attributionOf, type Recommendations, type RecommendedItem } from '../../client/index.ts';
import { button, h } from '../frame/element.ts';
import { picture } from '../picture/picture.ts';
import { clicked } from '../shop/attribution.ts';
import { productLink } from '../shop/catalogue.ts';
import { money } from '../shop/price.ts';
import { type EventRec, track } from '../shop/tacit.ts';
import { carrier, reasonText } from './reason.ts';

export interface CardActions {
  dismiss(item: RecommendedItem, card: HTMLLIElement): void;
  explain(item: RecommendedItem): void;
}

export interface CardPlace {
  readonly placement: EventRec['placement'];
  readonly answer: Recommendations;
}

/** What ties an event to the slate that caused it; undefined where no release made it. */
export const recOf = ({ placement, answer }: CardPlace, item: RecommendedItem): EventRec | undefined =>
  attributionOf(answer, placement, item);

function price(item: RecommendedItem): HTMLElement {
  const { price: full, salePrice, currency } = item.card ?? {};
  const now = salePrice ?? full;
  if (now === undefined) return h('p', { class: 'price' });
  const line = h(
    'p',
    { class: 'price' },
    h('span', { class: salePrice ? 'sale' : '' }, money(now, currency)),
  );
  if (salePrice !== undefined && full !== undefined && full > salePrice)
    line.append(' ', h('s', { 'aria-label': `was ${money(full, currency)}` }, money(full, currency)));
  return line;
}

function reasonLine(item: RecommendedItem, explain: () => void): HTMLElement {
  const line = button('', { class: 'reason', 'data-carrier': carrier(item.reason) }, explain);
  line.title = 'Why am I seeing this?';
  void reasonText(item).then((text) => {
    line.textContent = text;
  });
  return line;
}

/** One card of a rail. The whole picture and title are the link; the two buttons lie outside it. */
export function card(item: RecommendedItem, place: CardPlace, actions: CardActions): HTMLLIElement {
  const title = item.card?.title ?? item.item;
  const image = h('img', {
    src: picture({ id: item.item, title, path: item.card?.category ?? '' }),
    alt: '',
    width: 200,
    height: 200,
  });
  const link = h(
    'a',
    { href: productLink(item.variant), class: 'card-link' },
    h('span', { class: 'card-picture' }, image),
    h('span', { class: 'card-title' }, title),
  );
  const rec = recOf(place, item);
  link.addEventListener('click', () => {
    if (rec === undefined) return;
    clicked(item.item, rec);
    track('select_item', [{ id: item.variant, price: item.card?.price }], { rec });
  });
  const element = h('li', { class: 'card', 'data-item': item.item, 'data-position': item.position }, link);
  if (item.sponsored) element.append(h('span', { class: 'sponsored' }, 'Sponsored'));
  const label = `Not interested in ${title}`;
  element.append(
    price(item),
    reasonLine(item, () => actions.explain(item)),
    button('✕', { class: 'dismiss', 'aria-label': label, title: 'Not interested' }, () =>
      actions.dismiss(item, element),
    ),
  );
  return element;
}
