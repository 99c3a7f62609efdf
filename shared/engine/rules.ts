import type { Engine } from './contract.ts';
import { FACT } from './facts.ts';
import { rowOf } from './identity.ts';
import { remove } from './mask.ts';
import type { Observation } from './observe.ts';

/**
 * The hard rules, as one bit a row: set means that the row may be shown. Every source and the scan read this one
 * mask. `moment.rules === 'off'` leaves out stock, cart and bought; what the page or the shopper excludes, and the
 * seeds themselves, are never shown.
 * @returns the engine's scratch: valid until the next recommendation
 */
export function eligible(engine: Engine, seen: Observation): Uint32Array {
  const mask = engine.scratch.eligible;
  const business = seen.moment.rules === 'on';
  mask.set(business ? seen.market.inStock : engine.index.everyItem);
  hideIds(engine, seen.request.exclude ?? []);
  hideIds(engine, seen.state.profile.blocked);
  for (const row of seen.seeds) remove(mask, row);
  if (seen.request.placement === 'because-you-viewed') {
    for (const { row } of seen.anchors) remove(mask, row);
  }
  if (business) {
    for (const row of seen.cart) remove(mask, row);
    if (seen.shelf.hideBought) hideBought(engine, seen);
  }
  return mask;
}

function hideIds(engine: Engine, ids: readonly string[]): void {
  for (const id of ids) {
    const row = rowOf(engine, id);
    if (row >= 0) remove(engine.scratch.eligible, row);
  }
}

/** Bought items, unless buyers of the item come back for it. */
function hideBought(engine: Engine, seen: Observation): void {
  const { facts } = engine.index;
  for (const row of seen.bought) {
    if (facts.of(FACT.repeat, row) < engine.settings.repeatable) remove(engine.scratch.eligible, row);
  }
}
