import {
  type Recommendations,
  type RecommendedItem,
  type RecommendOptions,
  whenSeen,
} from '../../client/index.ts';
import { button, find, h } from '../frame/element.ts';
import { toast } from '../frame/toast.ts';
import { tacit, track, troubles } from '../shop/tacit.ts';
import { type CardPlace, card, recOf } from './card.ts';
import { explainDialog } from './why.ts';

export interface ShelfOptions {
  /** the `<section class="shelf">` in the page's HTML: it holds the shelf's height from the first paint */
  readonly section: HTMLElement;
  /** asked again at every refresh, since a cart or a seed may have changed */
  readonly request: () => RecommendOptions;
  /** what stands in place of the cards where there is nothing to say */
  readonly nothing: string;
}

/** The answers that this page's shelves show, newest last: the panel reads their timings. */
export const answers = new Map<string, Recommendations>();

const smooth = (): ScrollBehavior =>
  matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';

/** Where there is nothing to show because something went wrong, a shop in the making wants to read it at once. */
function whyEmpty(answer: Recommendations | undefined): string | undefined {
  const trouble = troubles.at(-1);
  const cause = answer?.cause;
  if (trouble === undefined || cause === undefined || !BROKEN.includes(cause)) return undefined;
  return `No recommendations (${cause}). ${trouble.code}: ${trouble.message}`;
}
const BROKEN: readonly Recommendations['cause'][] = [
  'no-release',
  'worker-starting',
  'worker-failed',
  'worker-timeout',
];

/** One rail of recommendations. Its box never changes size: cards, skeleton and empty text all fill it. */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #rail: HTMLUListElement;
  #watches: (() => void)[] = [];
  #place: CardPlace | undefined;
  #shown: RecommendedItem[] = [];

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#rail = find<HTMLUListElement>('.rail', options.section);
    this.#addArrows();
    // A trouble may be told after the answer that it emptied.
    document.addEventListener('trouble', () => {
      if (this.#place !== undefined && this.#shown.length === 0) this.#draw();
    });
  }

  get items(): readonly string[] {
    return this.#shown.map(({ item }) => item);
  }

  /** While the page opens: what stood here last, until `refresh` has the answer of now. */
  open(avoid: readonly string[]): void {
    const request = this.#options.request();
    const last = tacit.last({ ...request, avoid });
    if (last === null || last.items.length === 0) return;
    this.#show(request.placement, last);
  }

  async refresh(avoid: readonly string[] = []): Promise<void> {
    const request = this.#options.request();
    const answer = await tacit.recommend({ ...request, avoid });
    answers.set(request.placement, answer);
    this.#show(request.placement, answer);
    this.#options.section.removeAttribute('aria-busy');
    document.dispatchEvent(new CustomEvent('shelf'));
  }

  #show(placement: CardPlace['placement'], answer: Recommendations): void {
    this.#place = { placement, answer };
    this.#shown = [...answer.items];
    this.#draw();
  }

  #draw(): void {
    for (const stop of this.#watches.splice(0)) stop();
    const { section, nothing } = this.#options;
    section.dataset['status'] = this.#place?.answer.status ?? 'empty';
    section.dataset['release'] = this.#place?.answer.release ?? '';
    if (this.#shown.length === 0) {
      const why = whyEmpty(this.#place?.answer);
      this.#rail.replaceChildren(h('li', { class: 'nothing' }, why ?? nothing));
      return;
    }
    const cards = this.#shown.map((item) => this.#card(item));
    this.#rail.replaceChildren(...cards);
    this.#rail.scrollLeft = 0;
    this.#arrowsFit();
  }

  #card(item: RecommendedItem): HTMLLIElement {
    const place = this.#place as CardPlace;
    const element = card(item, place, {
      dismiss: (dismissed, from) => void this.#dismiss(dismissed, from),
      explain: (asked) => void explainDialog(place.answer.recId, asked),
    });
    const rec = recOf(place, item);
    const seen = () => rec && track('rec_impression', [{ id: item.variant }], { rec });
    this.#watches.push(whenSeen(element, () => void seen()));
    return element;
  }

  /** Takes a card away and puts the next best in its place at once; the toast takes it back. */
  async #dismiss(item: RecommendedItem, element: HTMLLIElement): Promise<void> {
    const rec = this.#place && recOf(this.#place, item);
    const feedback = (said: 'not-interested' | 'undo') =>
      track('rec_feedback', [{ id: item.item }], { feedback: said, ...(rec ? { rec } : {}) });
    feedback('not-interested');
    const next = await this.#replacement();
    const position = this.#shown.findIndex((other) => other.item === item.item);
    if (next === undefined) {
      this.#shown.splice(position, 1);
      element.remove();
    } else {
      this.#shown[position] = next;
      const instead = this.#card(next);
      element.replaceWith(instead);
      find<HTMLElement>('.card-link', instead).focus({ preventScroll: true });
    }
    toast(`We will not recommend ${item.card?.title ?? 'this'} again.`, 'Undo', () => {
      feedback('undo');
      void this.refresh();
    });
  }

  async #replacement(): Promise<RecommendedItem | undefined> {
    const request = this.#options.request();
    const exclude = [...(request.exclude ?? []), ...this.items];
    const answer = await tacit.recommend({ ...request, exclude, limit: 1 });
    return answer.items[0];
  }

  #addArrows(): void {
    const scroll = (direction: number) => () =>
      this.#rail.scrollBy({ left: direction * this.#rail.clientWidth * 0.9, behavior: smooth() });
    const title = find('h2', this.#options.section).textContent ?? '';
    const arrows = h(
      'div',
      { class: 'arrows' },
      button('‹', { 'aria-label': `${title}: earlier items` }, scroll(-1)),
      button('›', { 'aria-label': `${title}: further items` }, scroll(1)),
    );
    find('.shelf-head', this.#options.section).append(arrows);
    this.#rail.addEventListener('scroll', () => this.#arrowsFit(), { passive: true });
    this.#arrowsFit();
  }

  #arrowsFit(): void {
    const [back, forth] = this.#options.section.querySelectorAll<HTMLButtonElement>('.arrows button');
    const { scrollLeft, clientWidth, scrollWidth } = this.#rail;
    if (back) back.disabled = scrollLeft <= 2;
    if (forth) forth.disabled = scrollLeft + clientWidth >= scrollWidth - 2;
  }
}
