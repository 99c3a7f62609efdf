import type { ItemId } from '../protocol/ids.ts';
import type { Slate, SlateEntry } from '../protocol/slate.ts';
import type { Engine } from './contract.ts';
import { rowOf } from './identity.ts';
import { isCold, type Observation } from './observe.ts';
import { reasons } from './reason.ts';
import { isPromoted } from './reranking/boosts.ts';
import type { Chosen } from './reranking/choose.ts';
import type { Retrieval } from './retrieval/retrieve.ts';

/** The slate as the shelf receives it: string ids, positions, and a reason for every entry. */
export function toSlate(
  engine: Engine,
  seen: Observation,
  { chosen, retrieval }: { readonly chosen: readonly Chosen[]; readonly retrieval: Retrieval },
): Slate {
  const reasonOf = reasons(engine, seen, retrieval);
  const entries = chosen.map(
    ({ at, row, score, propensity }, position): SlateEntry => ({
      item: engine.shard.ids.idAt(row),
      variant: variantOf(engine, seen, row),
      score,
      position,
      propensity,
      sponsored: isPromoted(engine, seen, row),
      reason: reasonOf(at, row),
    }),
  );
  return {
    recId: seen.moment.recId,
    placement: seen.request.placement,
    ...standing(seen, entries.length),
    release: engine.release,
    entries,
    madeAt: seen.moment.now,
  };
}

function standing(seen: Observation, entries: number): Pick<Slate, 'status' | 'cause'> {
  if (entries === 0) return { status: 'empty', cause: 'nothing-to-say' };
  if (isCold(seen)) return { status: 'popular', cause: 'no-history' };
  return { status: seen.request.placement === 'trending' ? 'popular' : 'personal', cause: 'ok' };
}

/** The variant that the shopper knows if it can be had, else the first that can, else the first. */
function variantOf(engine: Engine, seen: Observation, row: number): ItemId {
  const { ids } = engine.shard.variants;
  // The item is its own only variant.
  if (ids === engine.shard.ids) return ids.idAt(row);
  const { offsets, byRow } = engine.shard.variants;
  const { variantInStock } = seen.market;
  const known = seen.owned.get(row)?.item;
  if (known !== undefined && rowOf(engine, known) === row) {
    const variant = ids.indexOf(known);
    if (variant >= 0 && variantInStock(variant)) return ids.idAt(variant);
  }
  const from = offsets[row]!;
  for (let at = from; at < offsets[row + 1]!; at++) {
    if (variantInStock(byRow[at]!)) return ids.idAt(byRow[at]!);
  }
  return from < offsets[row + 1]! ? ids.idAt(byRow[from]!) : engine.shard.ids.idAt(row);
}
