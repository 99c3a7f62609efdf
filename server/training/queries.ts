import { type Dataset, KINDS } from '../../models/contract.ts';
import type { ShopperState } from '../../shared/engine/contract.ts';
import { MOST_IN_SESSION, SESSION_REACH } from '../../shared/engine/session.ts';
import type { ItemId, SessionId } from '../../shared/protocol/ids.ts';
import { EMPTY_PROFILE, type Interaction, MOST_INTERACTIONS } from '../../shared/protocol/profile.ts';
import type { Query } from './plan.ts';

/** The shopper as the device would know them when the query is asked. */
export function stateOf({ catalogue, interactions }: Dataset, query: Query): ShopperState {
  const { item, kind, time, visit } = interactions;
  const interaction = (row: number): Interaction => {
    const own = KINDS[kind[row]!]!;
    const current = row >= query.session;
    return {
      item: catalogue.groups[item[row]!]!.id as ItemId,
      kind: current && own === 'purchase' ? (query.shownAs ?? own) : own,
      time: time[row]!,
      session: `v${visit[row]!}` as SessionId,
    };
  };
  const past: Interaction[] = [];
  const current: Interaction[] = [];
  const unknown = query.session - (query.known ?? query.session);
  for (let row = Math.max(query.from, query.to - unknown - MOST_INTERACTIONS); row < query.to; row++) {
    if (row < query.session - unknown) past.push(interaction(row));
    else if (row >= query.session && !query.without?.includes(item[row]!)) current.push(interaction(row));
  }
  const known = [...past, ...current];
  const cart = [...new Set(current.filter((one) => one.kind === 'cart').map((one) => one.item))];
  const profile = { ...EMPTY_PROFILE, interactions: known, cart };
  const last = current.at(-1);
  if (last === undefined) return { profile, session: null };
  return {
    profile,
    session: {
      id: last.session,
      startedAt: current[0]!.time,
      lastAt: last.time,
      depth: current.length,
      interactions: current.filter((one) => last.time - one.time <= SESSION_REACH).slice(-MOST_IN_SESSION),
      applied: [],
    },
  };
}

/** So many of them at most, from all over: who comes first in data is not like the rest. */
export function evenly<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, values.length / most);
  return values.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}
