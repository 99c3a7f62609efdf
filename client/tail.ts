import type { CapturedEvent } from '../shared/protocol/device.ts';
import { kept, type PageStore } from './page-store.ts';

const MOST_EVENTS = 100;
const MOST_CHARACTERS = 65_536;
const KEY = 'tail:';

/**
 * Events that no worker has taken over yet. A navigation kills the worker, and the click that matters comes just
 * before it: so an event is written here, synchronously, before it is handed over, and leaves when the worker has
 * it. With consent the tail lies in localStorage under a key of this page's own (one writer a key: no tab overwrites
 * another's), and the next page adopts it; the worker knows event ids and takes each once. Nothing is sent from here:
 * events have one way up, the worker's outbox, so that consent, mode and acknowledgement are decided in one place and
 * an unload races with nothing. Without consent the tail lives and dies with the page.
 */
export interface Tail {
  add(captured: CapturedEvent): void;
  /** oldest first */
  waiting(): readonly CapturedEvent[];
  /** the worker took these over */
  settle(ids: readonly string[]): void;
  /** consent came: takes over what earlier pages left, and writes down what waits here */
  adopt(): void;
  clear(): void;
}

/** @param page an id of this page's life */
export function createTail(store: PageStore, page: string): Tail {
  const own = KEY + page;
  let events: CapturedEvent[] = [];
  const write = (): void => {
    if (events.length === 0) {
      store.remove(own);
      return;
    }
    let text = JSON.stringify(events);
    while (text.length > MOST_CHARACTERS && events.length > 1) {
      events = events.slice(Math.ceil(events.length / 4));
      text = JSON.stringify(events);
    }
    store.set(own, text);
  };
  const merge = (more: readonly CapturedEvent[]): void => {
    events = distinct([...more, ...events])
      .sort((a, b) => a.steady - b.steady)
      .slice(-MOST_EVENTS);
  };
  return {
    add(captured) {
      events = [...events, captured].slice(-MOST_EVENTS);
      write();
    },
    waiting: () => events,
    settle(ids) {
      const taken = new Set<string>(ids);
      events = events.filter((one) => !taken.has(one.event.event_id));
      write();
    },
    adopt() {
      const others = store.keys(KEY).filter((key) => key !== own);
      for (const key of others) merge(kept(store.get(key), readTail) ?? []);
      // Our own first: between the two writes an event is in both places, never in neither.
      if (events.length > 0) write();
      for (const key of others) store.remove(key);
    },
    clear() {
      events = [];
      store.remove(own);
    },
  };
}

/** What has no id is nothing that a worker could acknowledge; everything else is for the worker to check. */
const readTail = (value: unknown): CapturedEvent[] =>
  (value as CapturedEvent[]).filter(({ event }) => typeof event.event_id === 'string');

/** Each event once, by id. */
export const distinct = (events: readonly CapturedEvent[]): CapturedEvent[] => [
  ...new Map(events.map((one) => [one.event.event_id, one])).values(),
];
