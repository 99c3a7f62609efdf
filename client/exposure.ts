import type { EventItem, TrackedEvent } from '../shared/protocol/event.ts';
import type { Slate, SlateEntry } from '../shared/protocol/slate.ts';

/**
 * What the policy chose, as events: one a propensity, so that each item stands beside the probability with which it
 * was put there. Without exploration that is one event.
 */
export function exposuresOf(slate: Slate): TrackedEvent[] {
  const { release, level } = slate;
  if (release === null) return [];
  const byPropensity = new Map<number, SlateEntry[]>();
  for (const entry of slate.entries) {
    const group = byPropensity.get(entry.propensity) ?? [];
    byPropensity.set(entry.propensity, [...group, entry]);
  }
  return [...byPropensity].map(([propensity, entries]) => ({
    name: 'rec_exposure',
    items: entries.map(itemOf),
    rec: { rec_id: slate.recId, placement: slate.placement, propensity, release, ...(level && { level }) },
  }));
}

const itemOf = ({ item, position }: SlateEntry): EventItem => ({ item_id: item, index: position });
