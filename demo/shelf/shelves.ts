import { find } from '../frame/element.ts';
import { tacit } from '../shop/tacit.ts';
import { Shelf, type ShelfOptions } from './shelf.ts';

type Request = ReturnType<ShelfOptions['request']>;

export interface ShelfWish {
  readonly placement: Request['placement'];
  readonly nothing: string;
  readonly request?: () => Omit<Request, 'placement'>;
}

/**
 * The shelves of one page, from top to bottom: a lower one avoids what those above it show. They are drawn anew
 * when the shopper's data or the release changed, and when the back button brings the page back.
 */
export class Shelves {
  readonly #shelves: readonly Shelf[];
  #running: Promise<void> = Promise.resolve();

  constructor(wishes: readonly ShelfWish[]) {
    this.#shelves = wishes.map(
      ({ placement, nothing, request }) =>
        new Shelf({
          section: find(`.shelf[data-placement="${placement}"]`),
          request: () => ({ placement, ...request?.() }),
          nothing,
        }),
    );
    this.#open();
    tacit.on('release', () => this.refresh());
    window.addEventListener('pageshow', ({ persisted }) => persisted && this.refresh());
    document.addEventListener('consent', () => this.refresh());
  }

  /** Rounds follow one another: a slow early answer never overwrites a late one. */
  refresh(): Promise<void> {
    this.#running = this.#running.then(() => this.#round());
    return this.#running;
  }

  /** What stood here last, before anything was computed: the shopper waits for no worker. */
  #open(): void {
    const shown: string[] = [];
    for (const shelf of this.#shelves) {
      shelf.open(shown);
      shown.push(...shelf.items);
    }
  }

  async #round(): Promise<void> {
    const shown: string[] = [];
    for (const shelf of this.#shelves) {
      await shelf.refresh(shown);
      shown.push(...shelf.items);
    }
  }
}
