import type { TacitEvent } from '../protocol/event.ts';
import type { SessionId } from '../protocol/ids.ts';
import type { Interaction, InteractionKind, Session } from '../protocol/profile.ts';
import type { ShopperState } from './contract.ts';
import { learn } from './profile.ts';
import { insertByTime, SESSION_IDLE } from './timeline.ts';

export { SESSION_IDLE } from './timeline.ts';
/** What is older than this has left the session. */
export const SESSION_REACH = 60 * 60_000;
export const MOST_IN_SESSION = 50;
/** Event ids remembered, so that a tail replayed after a navigation changes nothing. */
export const MOST_APPLIED = 500;

/** Names the session that an event opens; the event's own id for it where the host has no better one. */
export type NameSession = (first: TacitEvent) => SessionId;

/**
 * Whether a session goes on at `time`. Either direction of the clock counts alike, so that a clock that was set back
 * or forward opens a new session instead of holding one open, or shut, for a year.
 */
export const isCurrent = ({ lastAt }: Session, time: number): boolean =>
  Math.abs(time - lastAt) <= SESSION_IDLE;

/**
 * What is known of the shopper after these events. Pure; applies each event once, by id, in the order given; the
 * state that came in is left as it was.
 */
export function applyEvents(
  state: ShopperState,
  events: readonly TacitEvent[],
  nameSession: NameSession = (first) => first.session_id,
): ShopperState {
  let { profile, session } = state;
  const applied = new Set(session?.applied);
  for (const event of events) {
    if (applied.has(event.event_id)) continue;
    applied.add(event.event_id);
    const current = session !== null && isCurrent(session, event.time) ? session : open(event, nameSession);
    const touched = interactionsOf(event, current.id);
    session = extend(current, event, touched);
    profile = learn(profile, event, touched);
  }
  if (session === null) return { profile, session };
  return { profile, session: { ...session, applied: [...applied].slice(-MOST_APPLIED) } };
}

function open(first: TacitEvent, nameSession: NameSession): Session {
  return {
    id: nameSession(first),
    startedAt: first.time,
    lastAt: first.time,
    depth: 0,
    interactions: [],
    applied: [],
  };
}

function extend(session: Session, event: TacitEvent, interactions: readonly Interaction[]): Session {
  const lastAt = Math.max(session.lastAt, event.time);
  const together = insertByTime(session.interactions, interactions);
  return {
    ...session,
    startedAt: Math.min(session.startedAt, event.time),
    lastAt,
    depth: session.depth + (event.name === 'page_view' ? 1 : 0),
    interactions: together.filter(({ time }) => lastAt - time <= SESSION_REACH).slice(-MOST_IN_SESSION),
  };
}

const KIND_OF: Partial<Record<TacitEvent['name'], InteractionKind>> = {
  view_item: 'view',
  select_item: 'select',
  add_to_cart: 'cart',
  purchase: 'purchase',
};

function interactionsOf(event: TacitEvent, session: SessionId): Interaction[] {
  const kind = KIND_OF[event.name];
  if (kind === undefined) return [];
  return event.items.map(({ item_id, quantity, price }) => ({
    item: item_id,
    kind,
    time: event.time,
    session,
    ...(quantity === undefined ? {} : { quantity }),
    ...(price === undefined ? {} : { price }),
  }));
}
