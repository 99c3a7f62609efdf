import type { Neighbours } from '../../bundle/contract.ts';
import { has } from '../mask.ts';
import type { Anchor } from '../observe.ts';
import { type Accumulator, clear } from '../scratch.ts';
import { largest } from './anchors.ts';
import type { Opened } from './retriever.ts';
import { keysFor, sortKey, unpack } from './top.ts';

/** Adds `weight * list` of each anchor's neighbours; anchors in order, entries in order, float32 sums. */
export function spread(
  lists: Neighbours,
  from: { readonly rows: ArrayLike<number>; readonly weights: ArrayLike<number> },
  into: Accumulator,
): void {
  clear(into);
  const { offsets, ids, weights } = lists;
  for (let i = 0; i < from.rows.length; i++) {
    const row = from.rows[i]!;
    const weight = from.weights[i]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const neighbour = ids[at]!;
      const value = weights[at]!;
      if (into.count[neighbour] === 0) into.touched[into.size++] = neighbour;
      into.count[neighbour] = into.count[neighbour]! + 1;
      into.sum[neighbour] = into.sum[neighbour]! + weight * value;
      if (value > into.most[neighbour]!) into.most[neighbour] = value;
    }
  }
}

/** The weight of `neighbour` in the list of `row`; 0 where it is not there. */
export function weightIn(lists: Neighbours, row: number, neighbour: number): number {
  for (let at = lists.offsets[row]!; at < lists.offsets[row + 1]!; at++) {
    if (lists.ids[at] === neighbour) return lists.weights[at]!;
  }
  return 0;
}

/** A source that sums its anchors' neighbour lists. */
export function openLists(
  lists: Neighbours,
  anchors: { readonly list: readonly Anchor[]; readonly weights: Float64Array },
  memory: { readonly sums: Accumulator; readonly eligible: Uint32Array },
): Opened {
  const { sums, eligible } = memory;
  const rows = anchors.list.map(({ row }) => row);
  spread(lists, { rows, weights: anchors.weights }, sums);
  return {
    propose: (limit) => bestTouched(sums, eligible, limit),
    score: (wanted, out) => {
      for (let i = 0; i < wanted.length; i++) out[i] = sums.sum[wanted[i]!]!;
    },
    carrier: (row) =>
      largest(anchors.list, (at, anchor) => anchors.weights[at]! * weightIn(lists, anchor.row, row)),
  };
}

export function bestTouched(sums: Accumulator, eligible: Uint32Array, limit: number): Uint32Array {
  const keys = keysFor(sums.size);
  let found = 0;
  for (let i = 0; i < sums.size; i++) {
    const row = sums.touched[i]!;
    const score = sums.sum[row]!;
    if (score > 0 && has(eligible, row)) keys[found++] = sortKey(score, row);
  }
  return unpack(keys.subarray(0, found), limit);
}

/** Walks a best-first order and takes the first `limit` eligible rows. */
export function firstEligible(order: Uint32Array, eligible: Uint32Array, limit: number): Uint32Array {
  const rows = new Uint32Array(Math.min(limit, order.length));
  let found = 0;
  for (let i = 0; i < order.length && found < rows.length; i++) {
    const row = order[i]!;
    if (has(eligible, row)) rows[found++] = row;
  }
  return rows.subarray(0, found);
}
