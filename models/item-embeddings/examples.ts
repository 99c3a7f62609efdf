import type { Interactions } from '../contract.ts';

/** One position of a history to learn from: pool `anchors` (newest first, repeats kept), predict `target`. */
export interface Positions {
  readonly count: number;
  /** position p pools anchors[offsets[p] .. offsets[p+1]] */
  readonly offsets: Uint32Array;
  readonly anchors: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float32Array;
}

export interface Windows {
  readonly pooled: number;
  readonly recency: number;
  readonly repeats: boolean;
}

/** Users with something to learn from, in data order. */
export function learnable({ users, offsets }: Interactions): Uint32Array {
  const found: number[] = [];
  for (let u = 0; u < users; u++) if (offsets[u + 1]! - offsets[u]! > 1) found.push(u);
  return Uint32Array.from(found);
}

/**
 * Every position of the given users' histories: the touches before it, newest first, and the item that came. Without
 * `repeats` an item that the history holds already is no target.
 */
export function positionsOf(
  { users, offsets, item }: Interactions,
  chosen: Uint32Array,
  { pooled, recency, repeats }: Windows,
): Positions {
  const starts: number[] = [0];
  const anchors: number[] = [];
  const target: number[] = [];
  const weight: number[] = [];
  for (const user of chosen) {
    const age = 1 - user / Math.max(1, users - 1);
    const from = offsets[user]!;
    const known = new Set<number>();
    for (let r = from; r < offsets[user + 1]!; r++) {
      if (r > from && (repeats || !known.has(item[r]!))) {
        for (let a = r - 1; a >= Math.max(from, r - pooled); a--) anchors.push(item[a]!);
        starts.push(anchors.length);
        target.push(item[r]!);
        weight.push(recency === 0 ? 1 : Math.exp(-recency * age));
      }
      known.add(item[r]!);
    }
  }
  return {
    count: target.length,
    offsets: Uint32Array.from(starts),
    anchors: Uint32Array.from(anchors),
    target: Uint32Array.from(target),
    weight: Float32Array.from(weight),
  };
}
