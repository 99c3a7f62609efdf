import type { Engine } from './contract.ts';

const MOST_REMEMBERED = 4096;

/**
 * The row of an item group's or a variant's id; -1 for an id that the release does not know. A shopper's ids come
 * again with every slate, so the last few thousand are remembered.
 */
export function rowOf(engine: Engine, id: string): number {
  const { rows } = engine.scratch;
  const known = rows.get(id);
  if (known !== undefined) return known;
  const { ids, variants } = engine.shard;
  // Where items are their own variants there is nothing to look through twice.
  const variant = variants.ids === ids ? -1 : variants.ids.indexOf(id);
  const row = variant >= 0 ? variants.rowOf[variant]! : ids.indexOf(id);
  if (rows.size >= MOST_REMEMBERED) rows.clear();
  rows.set(id, row);
  return row;
}

/** Distinct rows of the ids that the release knows, in the order given. */
export function rowsOf(engine: Engine, ids: readonly string[]): number[] {
  const rows = new Set<number>();
  for (const id of ids) {
    const row = rowOf(engine, id);
    if (row >= 0) rows.add(row);
  }
  return [...rows];
}
