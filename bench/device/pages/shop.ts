import type { Recommendations, Tacit, TacitOptions } from '../../../client/contract.ts';
import type { TrackedEvent } from '../../../shared/protocol/event.ts';

/** A shelf's request: twenty shown. */
const REQUEST = { placement: 'for-you', limit: 20 } as const;

export interface Moment {
  /** ms since the navigation began */
  readonly at: number;
  readonly status: Recommendations['status'];
}

export interface Opening {
  /** when the SDK asked for its worker, ms since the navigation began */
  readonly workerAsked: number;
  /** what stood there last, if the page remembered anything */
  readonly last: Moment | undefined;
  /** first slate that a worker made, whatever its status */
  readonly first: Moment;
  /** first one made from what the shopper did */
  readonly personal: Moment | undefined;
}

export interface Lap {
  readonly ms: number;
  readonly changed: boolean;
  readonly status: Recommendations['status'];
  readonly shown: number;
  readonly stages: Readonly<Record<string, number>>;
}

interface Instructions {
  /** the script that makes Tacit */
  readonly sdk: string;
  readonly options: TacitOptions;
  /** views at the start; none: the page asks only */
  readonly views: readonly string[];
}

declare global {
  interface Window {
    instructions?: Instructions;
    shop: ShopPage;
  }
}

const made = ({ cause, status }: Recommendations): boolean =>
  status === 'personal' || (status === 'popular' && (cause === 'ok' || cause === 'no-history'));
const moment = (status: Recommendations['status']): Moment => ({ at: performance.now(), status });
const view = (item: string): TrackedEvent =>
  ({ name: 'view_item', items: [{ item_id: item }] }) as TrackedEvent;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** In the browser's trace: the shop's own code is about to call the SDK. */
const mark = (): void => void performance.mark('shop calls tacit');

let workerAsked = 0;
const watched = window.Worker;
window.Worker = class extends watched {
  constructor(...made: ConstructorParameters<typeof Worker>) {
    workerAsked ||= performance.now();
    super(...made);
  }
};

let tacit: Tacit;
const complaints: string[] = [];

/** As a shop does it: make Tacit, draw what stood there last, ask, tell what the shopper looks at, ask again. */
async function open({ sdk: script, options, views }: Instructions): Promise<Opening> {
  const sdk = (await import(/* @vite-ignore */ location.origin + script)) as {
    createTacit(options: TacitOptions): Tacit;
  };
  const onTrouble: TacitOptions['onTrouble'] = ({ code, message }) => complaints.push(`${code}: ${message}`);
  mark();
  tacit = sdk.createTacit({ ...options, onTrouble });
  const remembered = tacit.last(REQUEST);
  const last = remembered === null ? undefined : moment(remembered.status);
  const first = await until(made);
  if (first.status === 'personal' || views.length === 0)
    return { workerAsked, last, first, personal: first.status === 'personal' ? first : undefined };
  mark();
  for (const item of views) tacit.track(view(item));
  const personal = await until(({ status }) => status === 'personal');
  return { workerAsked, last, first, personal };
}

async function until(enough: (found: Recommendations) => boolean): Promise<Moment> {
  for (const began = performance.now(); performance.now() - began < 20_000; ) {
    mark();
    const found = await tacit.recommend(REQUEST);
    if (enough(found)) return moment(found.status);
    await pause(1);
  }
  throw new Error(`no such slate within 20 s: ${complaints.join('; ')}`);
}

const idsOf = ({ items }: Recommendations): string => items.map(({ item }) => item).join(' ');

/** What Node calls. */
const shop = {
  opening: undefined as Promise<Opening> | undefined,
  complaints,
  /** In a task of its own, since what calls from Node is no part of a shop. */
  async status() {
    await pause(0);
    mark();
    return tacit.status();
  },
  /** Views that the next slates are made from. */
  async look(items: readonly string[]): Promise<void> {
    for (const item of items) tacit.track(view(item));
    await tacit.recommend(REQUEST);
  },
  /**
   * A view, then the slate after it. `event`: the clock runs from the view on; otherwise the worker has taken the view up
   * before it is asked, and the clock runs while it is asked alone.
   * @param waits ms before each lap
   */
  async laps(
    items: readonly string[],
    kind: 'event' | 'recommend',
    waits: readonly number[],
  ): Promise<Lap[]> {
    const laps: Lap[] = [];
    await pause(0);
    mark();
    let before = idsOf(await tacit.recommend(REQUEST));
    for (const [at, item] of items.entries()) {
      await pause(waits[at % waits.length]!);
      mark();
      let began = performance.now();
      tacit.track(view(item));
      if (kind === 'recommend') {
        // Calls are answered in order, so this one comes back when the view was taken up.
        await tacit.status();
        began = performance.now();
      }
      const slate = await tacit.recommend(REQUEST);
      const ms = performance.now() - began;
      const { status, timings } = slate;
      const ids = idsOf(slate);
      laps.push({ ms, changed: ids !== before, status, shown: slate.items.length, stages: { ...timings } });
      before = ids;
    }
    return laps;
  },
  /** The page works half of every frame of 60 Hz from now on. */
  crowd(): void {
    const FRAME = 1000 / 60;
    const work = (): void => {
      const began = performance.now();
      while (performance.now() - began < FRAME / 2);
      setTimeout(work, FRAME / 2);
    };
    work();
  },
};
export type ShopPage = typeof shop;

window.shop = shop;
if (window.instructions !== undefined) shop.opening = open(window.instructions);
