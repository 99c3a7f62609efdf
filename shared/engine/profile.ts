import type { TacitEvent } from '../protocol/event.ts';
import type { ItemId } from '../protocol/ids.ts';
import { type Interaction, MOST_BLOCKED, MOST_INTERACTIONS, type Profile } from '../protocol/profile.ts';
import { insertByTime } from './timeline.ts';

/** Items a cart remembers. */
const MOST_IN_CART = 200;

/**
 * The profile after one event.
 * @param interactions what the event says of items: none for most names
 */
export function learn(profile: Profile, event: TacitEvent, interactions: readonly Interaction[]): Profile {
  const items = event.items.map(({ item_id }) => item_id);
  switch (event.name) {
    case 'add_to_cart':
    case 'begin_checkout':
      return { ...remember(profile, interactions), cart: withItems(profile.cart, items, MOST_IN_CART) };
    case 'remove_from_cart':
      return { ...profile, cart: without(profile.cart, items) };
    case 'purchase':
      return { ...remember(profile, interactions), cart: [] };
    case 'refund':
      return { ...profile, interactions: withdraw(profile.interactions, event.items) };
    case 'rec_feedback':
      return takeFeedback(profile, event.feedback, items);
    default:
      return remember(profile, interactions);
  }
}

function remember(profile: Profile, added: readonly Interaction[]): Profile {
  if (added.length === 0) return profile;
  return { ...profile, interactions: cap(insertByTime(profile.interactions, added)) };
}

/**
 * At most MOST_INTERACTIONS: the oldest views, clicks and carts go first, since what was bought must stay known; but
 * purchases never take more than half, so that a good customer's newest views still count.
 */
function cap(interactions: Interaction[]): Interaction[] {
  const excess = interactions.length - MOST_INTERACTIONS;
  if (excess <= 0) return interactions;
  const purchases = interactions.filter(({ kind }) => kind === 'purchase').length;
  const purchasesToDrop = Math.min(excess, Math.max(0, purchases - MOST_INTERACTIONS / 2));
  return dropOldest(interactions, { purchases: purchasesToDrop, others: excess - purchasesToDrop });
}

function dropOldest(
  interactions: readonly Interaction[],
  drop: { purchases: number; others: number },
): Interaction[] {
  const left = { ...drop };
  return interactions.filter(({ kind }) => {
    const group = kind === 'purchase' ? 'purchases' : 'others';
    if (left[group] === 0) return true;
    left[group] -= 1;
    return false;
  });
}

/** Takes back each item's latest purchases, up to the quantity given back (all of one purchase where none is told). */
function withdraw(interactions: readonly Interaction[], refunded: TacitEvent['items']): Interaction[] {
  const list = [...interactions];
  for (const { item_id, quantity } of refunded) {
    let left = quantity ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const at = list.findLastIndex(({ item, kind }) => item === item_id && kind === 'purchase');
      if (at < 0) break;
      const bought = list[at]!;
      const held = bought.quantity ?? 1;
      if (held > left) list[at] = { ...bought, quantity: held - left };
      else list.splice(at, 1);
      left = quantity === undefined ? 0 : left - held;
    }
  }
  return list;
}

function takeFeedback(profile: Profile, feedback: TacitEvent['feedback'], items: readonly ItemId[]): Profile {
  switch (feedback) {
    case 'not-interested':
      return { ...profile, blocked: withItems(profile.blocked, items, MOST_BLOCKED) };
    case 'dont-use':
      return { ...profile, unused: withItems(profile.unused, items, MOST_BLOCKED) };
    case 'undo':
      return {
        ...profile,
        blocked: without(profile.blocked, items),
        unused: without(profile.unused, items),
      };
    default:
      return profile;
  }
}

/** Newest last, the oldest out. */
function withItems(held: readonly ItemId[], added: readonly ItemId[], most: number): ItemId[] {
  const list = new Set(held);
  for (const item of added) list.add(item);
  return [...list].slice(-most);
}

function without(held: readonly ItemId[], gone: readonly ItemId[]): ItemId[] {
  const names = new Set(gone);
  return held.filter((item) => !names.has(item));
}
