import * as v from 'valibot';
import { SessionId } from '../shared/protocol/ids.ts';
import { kept, type PageStore } from './page-store.ts';

/** A visit ends after 30 minutes without an event, as the session on the device does. */
const IDLE = 30 * 60_000;
const KEY = 'visit';
const Kept = v.object({ id: SessionId, lastAt: v.number() });

export interface Visit {
  /** the session of an event at `now`, wall clock in ms; a new one after a pause */
  at(now: number): SessionId;
  clear(): void;
}

/** @param mint makes a fresh session id */
export function createVisit(store: PageStore, mint: () => string): Visit {
  let own: v.InferOutput<typeof Kept> | undefined;
  const read = (): typeof own =>
    kept(store.get(KEY), (value) => {
      const parsed = v.safeParse(Kept, value);
      return parsed.success ? parsed.output : undefined;
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
