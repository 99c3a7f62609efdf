import type { Interactions } from '../contract.ts';

/** One position of a history to learn from: pool `anchors` (newest first), predict `target`. */
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
 * Every position of the given users' histories: the distinct items before it, newest first, as the funnel's anchors
 * are, and the item that came.
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
    const recent: number[] = [];
    const age = 1 - user / Math.max(1, users - 1);
    for (let r = offsets[user]!; r < offsets[user + 1]!; r++) {
      const next = item[r]!;
      const known = recent.indexOf(next);
      if (recent.length > 0 && (repeats || known < 0)) {
        for (let a = 0; a < Math.min(pooled, recent.length); a++) anchors.push(recent[a]!);
        starts.push(anchors.length);
        target.push(next);
        weight.push(recency === 0 ? 1 : Math.exp(-recency * age));
      }
      if (known >= 0) recent.splice(known, 1);
      recent.unshift(next);
      if (recent.length > 2 * pooled) recent.length = 2 * pooled;
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
