import type { ItemId, SessionId } from '../protocol/ids.ts';
import type { Interaction, InteractionKind, Session } from '../protocol/profile.ts';
import type { Engine, ShopperState } from './contract.ts';
import { rowOf, rowsOf } from './identity.ts';
import { isCurrent, SESSION_REACH } from './session.ts';

/** One interaction with an item that the release knows. */
export interface Touch {
  readonly row: number;
  readonly item: ItemId;
  readonly kind: InteractionKind;
  readonly time: number;
  readonly visit: SessionId;
  readonly current: boolean;
}

/** Interactions that were resolved last, and what each became; undefined for an item that the release does not know. */
export interface Resolved {
  readonly interactions: readonly Interaction[];
  readonly touches: readonly (Touch | undefined)[];
}
export const NOTHING_RESOLVED: Resolved = { interactions: [], touches: [] };

/** Interactions that may have left a profile at once before it is taken for another one. */
const MOST_GONE = 8;

/** What the shopper did with items that the release knows, oldest first, and the rows that were ever bought. */
export function touchesOf(engine: Engine, state: ShopperState, now: number) {
  const unused = new Set(rowsOf(engine, state.profile.unused));
  const bought = new Set<number>();
  const touches: Touch[] = [];
  for (const touch of resolve(engine, state, now)) {
    if (touch === undefined) continue;
    if (touch.kind === 'purchase') bought.add(touch.row);
    if (!unused.has(touch.row)) touches.push(touch);
  }
  return { touches, bought: [...bought] };
}

/** A shopper comes again with one interaction more than before: what the others became then is taken over. */
function resolve(engine: Engine, state: ShopperState, now: number): readonly (Touch | undefined)[] {
  const interactions = everyInteraction(state);
  const session = state.session !== null && isCurrent(state.session, now) ? state.session.id : null;
  const { scratch } = engine;
  const before = scratch.resolved;
  const touches: (Touch | undefined)[] = [];
  let at = 0;
  for (let i = 0; i < interactions.length; i++) {
    const interaction = interactions[i]!;
    const { item, kind, time, session: visit } = interaction;
    const current = Math.abs(now - time) <= SESSION_REACH && visit === session;
    let ahead = at;
    while (ahead <= at + MOST_GONE && !isSame(before.interactions[ahead], interaction)) ahead++;
    const isKnown = ahead <= at + MOST_GONE;
    const known = isKnown ? before.touches[ahead] : undefined;
    if (isKnown) at = ahead + 1;
    if (isKnown && (known === undefined || known.current === current)) touches.push(known);
    else {
      const row = known?.row ?? rowOf(engine, item);
      touches.push(row < 0 ? undefined : { row, item, kind, time, visit, current });
    }
  }
  scratch.resolved = { interactions, touches };
  return touches;
}

const isSame = (held: Interaction | undefined, { item, kind, time, session }: Interaction): boolean =>
  held !== undefined &&
  held.time === time &&
  held.item === item &&
  held.kind === kind &&
  held.session === session;

/** The profile's interactions, then those of the session that the profile does not hold. */
function everyInteraction({ profile, session }: ShopperState): readonly Interaction[] {
  if (session === null || holds(profile.interactions, session)) return profile.interactions;
  const kept = new Set<string>();
  for (const held of profile.interactions) if (held.session === session.id) kept.add(keyOf(held));
  const further = session.interactions.filter((interaction) => !kept.has(keyOf(interaction)));
  return further.length === 0 ? profile.interactions : [...profile.interactions, ...further];
}

/** Whether all of the session's are among the profile's, in the same order: as they are unless two tabs wrote at once. */
function holds(held: readonly Interaction[], { id, interactions }: Session): boolean {
  let at = held.length - 1;
  for (let i = interactions.length - 1; i >= 0; i--, at--) {
    while (at >= 0 && !(held[at]!.session === id && isSame(held[at], interactions[i]!))) at--;
    if (at < 0) return false;
  }
  return true;
}

const keyOf = ({ item, kind, time }: Interaction) => `${time} ${kind} ${item}`;
