import type { SessionId } from '../shared/protocol/ids.ts';
import { kept, type PageStore } from './page-store.ts';

/** A visit ends after 30 minutes without an event, as the session on the device does. */
const IDLE = 30 * 60_000;
const KEY = 'visit';

interface Kept {
  readonly id: SessionId;
  /** wall clock, ms */
  readonly lastAt: number;
}

export interface Visit {
  /** the session of an event at `now`, wall clock in ms; a new one after a pause */
  at(now: number): SessionId;
  clear(): void;
}

/** @param mint makes a fresh session id */
export function createVisit(store: PageStore, mint: () => string): Visit {
  let own: Kept | undefined;
  const read = (): Kept | undefined =>
    kept(store.get(KEY), (value) => {
      const { id, lastAt } = value as Kept;
      return typeof id === 'string' && typeof lastAt === 'number' ? { id, lastAt } : undefined;
    });
  return {
    at(now) {
      // Another tab may have begun or prolonged the visit since.
      const known = read() ?? own;
      const id = known !== undefined && now - known.lastAt < IDLE ? known.id : (mint() as SessionId);
      own = { id, lastAt: now };
      store.set(KEY, JSON.stringify(own));
      return id;
    },
    clear() {
      own = undefined;
      store.remove(KEY);
    },
  };
}
