import type { NeighbourList, Neighbours } from '../../bundle/contract.ts';
import type { Best } from '../catalogue.ts';
import { has } from '../mask.ts';
import type { Anchor } from '../observe.ts';
import type { Accumulator } from '../scratch.ts';
import { largestOf } from './anchors.ts';
import type { Opened, Shares } from './retriever.ts';
import { order } from './top.ts';

/** Adds `weight * list` of each anchor's neighbours; anchors in order, entries in order, float32 sums. */
export function spread(
  lists: Neighbours,
  from: { readonly rows: ArrayLike<number>; readonly weights: ArrayLike<number> },
  into: Accumulator,
): void {
  into.clear();
  for (let i = 0; i < from.rows.length; i++) addList(lists, from.rows[i]!, from.weights[i]!, into);
}

interface Unpacked extends NeighbourList {
  readonly count: number;
}

/** Entries of lists that are kept unpacked. */
const ENTRIES_KEPT = 16384;

/** The lists that were read last, unpacked: those of a shopper's items are read by every slate, several times. */
class Kept {
  readonly #lists: Neighbours;
  readonly #ids: Uint32Array;
  readonly #weights: Float32Array;
  readonly #of = new Map<number, Unpacked>();
  #size = 0;

  constructor(lists: Neighbours) {
    this.#lists = lists;
    this.#ids = new Uint32Array(Math.max(ENTRIES_KEPT, lists.longest));
    this.#weights = new Float32Array(this.#ids.length);
  }

  read(row: number): Unpacked {
    const known = this.#of.get(row);
    if (known !== undefined) return known;
    const count = this.#lists.count(row);
    if (this.#size + count > this.#ids.length || this.#of.size >= ENTRIES_KEPT) {
      this.#of.clear();
      this.#size = 0;
    }
    const end = this.#size + count;
    const list = {
      ids: this.#ids.subarray(this.#size, end),
      weights: this.#weights.subarray(this.#size, end),
      count,
    };
    this.#lists.read(row, list);
    this.#size = end;
    this.#of.set(row, list);
    return list;
  }
}

const kept = new WeakMap<Neighbours, Kept>();

/** One row's list, unpacked: valid until the next one is. @returns its ids and weights, `count` of them */
export function listOf(lists: Neighbours, row: number): Unpacked {
  let own = kept.get(lists);
  if (own === undefined) {
    own = new Kept(lists);
    kept.set(lists, own);
  }
  return own.read(row);
}

/** What a row's list says of one neighbour; 0 where it is not there. */
function weightIn({ ids, weights, count }: Unpacked, neighbour: number): number {
  for (let at = 0; at < count; at++) if (ids[at] === neighbour) return weights[at]!;
  return 0;
}

function addList(lists: Neighbours, row: number, weight: number, into: Accumulator): void {
  const { ids, weights, count: entries } = listOf(lists, row);
  into.slots.reserve(entries);
  const { slots, sum, most, count, touched } = into;
  const slotOf = slots.of;
  for (let at = 0; at < entries; at++) {
    const neighbour = ids[at]!;
    const value = weights[at]!;
    const slot = slotOf[neighbour]! || slots.take(neighbour);
    if (count[slot] === 0) touched[into.size++] = slot;
    count[slot] = count[slot]! + 1;
    sum[slot] = sum[slot]! + weight * value;
    if (value > most[slot]!) most[slot] = value;
  }
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
  const shares: Shares = (row, out) => {
    for (let at = 0; at < rows.length; at++)
      out[at] = anchors.weights[at]! * weightIn(listOf(lists, rows[at]!), row);
    return out;
  };
  return {
    shares,
    propose: (limit) => bestTouched(sums, eligible, limit),
    score: (wanted, out) => {
      for (let i = 0; i < wanted.length; i++) out[i] = sums.sumOf(wanted[i]!);
    },
    carrier: (row) => largestOf(anchors.list, shares(row, new Float64Array(rows.length))),
  };
}

export function bestTouched(sums: Accumulator, eligible: Uint32Array, limit: number): Uint32Array {
  order.begin(sums.size);
  for (let i = 0; i < sums.size; i++) {
    const slot = sums.touched[i]!;
    const score = sums.sum[slot]!;
    const row = sums.slots.rowOf(slot);
    if (score > 0 && has(eligible, row)) order.push(score, row);
  }
  return order.best(limit).slice();
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

/** The first `limit` eligible rows of an order: of its head, where that has so many. */
export function firstOf(best: Best, eligible: Uint32Array, limit: number): Uint32Array {
  const rows = firstEligible(best.head(), eligible, limit);
  return rows.length < limit ? firstEligible(best.all(), eligible, limit) : rows;
}
