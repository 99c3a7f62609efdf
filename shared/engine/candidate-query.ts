import type { Engine, ShopperState } from './contract.ts';
import { recentItems } from './observe.ts';
import { poolAnchors } from './retrieval/embedding.ts';

/**
 * What a device asks the server for candidates with: the shopper's pooled vector, coarse (seven bits) and without any
 * id. Null where nothing of the shopper has a vector.
 */
export function candidateQuery(
  engine: Engine,
  state: ShopperState,
): { readonly space: string; readonly query: Int8Array } | null {
  const pooled = poolAnchors(engine, recentItems(engine, state));
  return pooled === undefined ? null : { space: engine.shard.space, query: pooled.query.vector };
}
