import * as v from 'valibot';
import type { ShopperState } from '../shared/engine/contract.ts';
import { applyEvents } from '../shared/engine/session.ts';
import type { CapturedEvent } from '../shared/protocol/device.ts';
import type { EventName, TacitEvent } from '../shared/protocol/event.ts';
import { EMPTY_PROFILE, Profile, type ProfileAttributes, Session } from '../shared/protocol/profile.ts';
import { measurementStands } from './permission.ts';
import { StorageFailure } from './storage/failure.ts';
import { memoryStore } from './storage/memory.ts';
import type { PartStore } from './storage/parts.ts';
import { type DeviceStore, type OutboxRow, putState, type Rows, stateRow } from './storage/rows.ts';
import type { Standing } from './storage/standing.ts';
import { enqueue } from './sync/outbox.ts';
import { shedParts } from './sync/shelved.ts';

export const EMPTY_STATE: ShopperState = { profile: EMPTY_PROFILE, session: null };
const Kept = v.object({ profile: Profile, session: v.nullable(Session) });

/** What is known of the shopper here: in memory always, and in the store, which other tabs share. */
export interface Shopper {
  state(): ShopperState;
  /** Applies events in memory, where slates are made from. @returns whether a slate made now may differ */
  note(captured: readonly CapturedEvent[]): boolean;
  /**
   * Applies events to what the store holds and queues those that may go up, in one transaction.
   * @returns whether the store took them; else memory alone did
   */
  track(captured: readonly CapturedEvent[], mayQueue: boolean): Promise<boolean>;
  setAttributes(attributes: ProfileAttributes): Promise<void>;
  /** another tab wrote, or this worker has just started @param standing read already */
  reload(standing?: Promise<Standing>): Promise<void>;
  /** consent came: what happened on this page joins what the device kept from before */
  join(store: DeviceStore): Promise<void>;
  forget(): Promise<void>;
}

export function createShopper(
  { store, parts }: { store(): DeviceStore; parts(): PartStore },
  trouble: (code: string, message: string) => void,
): Shopper {
  let state = EMPTY_STATE;
  /** as the store had it last: where the store lost it, this is written again */
  let settled = EMPTY_STATE;
  /** what happened in this worker's life, to be joined to a profile kept earlier once consent opens it */
  let journal: CapturedEvent[] = [];
  /** noted and not in the store yet: what the store holds is without them */
  let ahead: CapturedEvent[] = [];

  /** @returns whether the store took it */
  const change = async (
    work: (rows: Rows, base: ShopperState) => Promise<ShopperState>,
  ): Promise<boolean> => {
    let kept = true;
    const lose = (): void => {
      kept = false;
    };
    const body = async (rows: Rows): Promise<ShopperState> => {
      const next = await work(rows, await stateIn(rows, settled));
      await putState(rows, 'shopper', next);
      return next;
    };
    become(
      await store()
        .transact(body)
        .catch((error: unknown) => whenFull(error, body, lose)),
    );
    return kept;
  };
  const become = (stored: ShopperState): void => {
    settled = stored;
    state = ahead.length === 0 ? stored : applyEvents(stored, ahead.map(eventOf));
  };

  /** The bundle goes first, since it can be had again; where that is not enough, this page goes on in memory. */
  const whenFull = async <T>(
    error: unknown,
    body: (rows: Rows) => Promise<T>,
    lose: () => void,
  ): Promise<T> => {
    if (!(error instanceof StorageFailure)) throw error;
    trouble(error.code, `the bundle is shed: ${error.message}`);
    await shedParts(parts());
    return store()
      .transact(body)
      .catch((again: unknown) => {
        if (!(again instanceof StorageFailure)) throw again;
        trouble(again.code, `this is not kept: ${again.message}`);
        lose();
        return memoryStore().transact(body);
      });
  };

  return {
    state: () => state,
    note(captured) {
      const fresh = captured.filter(unknownTo(state));
      journal = [...journal, ...fresh].slice(-MOST_IN_JOURNAL);
      ahead = [...ahead, ...fresh];
      state = applyEvents(state, fresh.map(eventOf));
      return fresh.some(({ event }) => !SAYS_NOTHING.includes(event.name));
    },
    async track(captured, mayQueue) {
      try {
        return await change(async (rows, base) => {
          const fresh = captured.filter(unknownTo(base));
          const up = mayQueue && (await measurementStands(rows)) ? fresh.filter(agreed) : [];
          await enqueue(rows, up.map(rowOf));
          return applyEvents(base, fresh.map(eventOf));
        });
      } finally {
        ahead = ahead.filter((one) => !captured.includes(one));
      }
    },
    async setAttributes(attributes) {
      await change(async (_, { profile, session }) => ({ profile: { ...profile, attributes }, session }));
    },
    async reload(standing) {
      const read = standing?.then(({ shopper }) => stateOf(shopper, settled));
      become(await (read ?? store().transact((rows) => stateIn(rows, settled))));
    },
    async join(next) {
      const mine = state;
      const joined = await next.transact(async (rows) => {
        const kept = await stateIn(rows, EMPTY_STATE);
        const attributes = { ...kept.profile.attributes, ...mine.profile.attributes };
        const both = { ...kept, profile: { ...kept.profile, attributes } };
        const known = applyEvents(both, journal.map(eventOf));
        await putState(rows, 'shopper', known);
        return known;
      });
      become(joined);
    },
    async forget() {
      journal = [];
      ahead = [];
      become(EMPTY_STATE);
      await store().transact((rows) => putState(rows, 'shopper', EMPTY_STATE));
    },
  };
}

const eventOf = ({ event }: CapturedEvent): TacitEvent => event;

/** Events come one by one: looking through five hundred ids is less work than a set of them. */
const unknownTo =
  ({ session }: ShopperState) =>
  ({ event }: CapturedEvent): boolean =>
    !session?.applied.includes(event.event_id);

const MOST_IN_JOURNAL = 500;
/** What the shop showed says nothing of the shopper. A shelf that draws anew at each change must not change by drawing. */
const SAYS_NOTHING: readonly EventName[] = ['rec_exposure', 'rec_impression', 'view_item_list'];

/** An event may go up only if measurement was allowed when it was captured: consent given later does not reach back. */
const agreed = ({ event }: CapturedEvent): boolean => event.consent.measurement;

function rowOf({ event, steady }: CapturedEvent): OutboxRow {
  const { search_term: _, ...wire } = event;
  return { event: wire, steady };
}

/** What an older or foreign hand wrote is not believed: the shopper starts afresh rather than breaking a slate. */
function stateOf(kept: unknown, otherwise: ShopperState): ShopperState {
  if (kept === undefined) return otherwise;
  const parsed = v.safeParse(Kept, kept);
  return parsed.success ? parsed.output : otherwise;
}

const stateIn = async (rows: Rows, otherwise: ShopperState): Promise<ShopperState> =>
  stateOf(await stateRow(rows, 'shopper'), otherwise);
