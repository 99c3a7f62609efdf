import type { EmbeddingTable, Neighbours } from '../../bundle/contract.ts';
import type { Table } from '../../kernel/contract.ts';
import type { Engine } from '../contract.ts';
import type { Anchor, Observation } from '../observe.ts';
import { listOf, spread } from '../retrieval/lists.ts';
import { queryOf } from '../retrieval/pool.ts';
import { order } from '../retrieval/top.ts';
import type { Accumulator, Columns } from '../scratch.ts';

/** What several features of a pair read, a value a candidate: the shopper's last items, whatever the shelf. */
export interface Evidence {
  readonly cosine: Similarities;
  readonly content: Similarities;
  /** weights in the lists of the last three items */
  readonly transitions: readonly Float32Array[];
  /** the same of the last item's bought-together list */
  readonly lastTogether: Float32Array;
  /** over the lists of all recent items */
  readonly near: Sums;
  readonly nearTogether: Sums;
  /** transitions of transitions, and their maximum over the candidates */
  readonly twoHops: Float32Array;
  readonly mostTwoHops: number;
}

/** Flat sums, maxima and counts of list weights. */
export interface Sums {
  readonly sum: Float32Array;
  readonly most: Float32Array;
  readonly count: Float32Array;
}

/** Cosines of every candidate to the shopper's last items. */
export interface Similarities {
  readonly last: Float32Array;
  readonly previous: Float32Array;
  readonly most: Float32Array;
  readonly decayed: Float32Array;
}

/** Items whose similarities are computed one by one. */
const MOST_COSINES = 10;
const COSINE_DECAY = 0.6;
const FIRST_HOPS = 50;

export function gather(engine: Engine, seen: Observation, rows: Uint32Array): Evidence {
  const { scratch, shard } = engine;
  const from = {
    rows: seen.recent.map(({ row }) => row),
    weights: seen.recent.map(({ age }) => 1 / Math.sqrt(age + 1)),
  };
  spread(engine.transitions, from, scratch.nearTransitions);
  const work = { rows, columns: scratch.columns, places: scratch.places };
  const twoHops = hopAgain(engine, work);
  return {
    cosine: similarities({ scanned: engine.embeddings, from: shard.queryEmbeddings }, seen.recent, work),
    content: similarities({ scanned: engine.content, from: shard.content }, seen.recent, work),
    transitions: [0, 1, 2].map((age) => weightsOf(engine.transitions, from.rows[age], work)),
    lastTogether: weightsOf(engine.boughtTogether, from.rows[0], work),
    near: sumsOf(scratch.nearTransitions, work),
    nearTogether: sumsAmong(engine.boughtTogether, from, work),
    twoHops,
    mostTwoHops: largest(twoHops),
  };
}

interface Work {
  readonly rows: Uint32Array;
  readonly columns: Columns;
  readonly places: Uint32Array;
}

/** From the best followers of the recent items to theirs. */
function hopAgain({ transitions, scratch }: Engine, { rows: among, columns, places }: Work): Float32Array {
  const { nearTransitions } = scratch;
  order.begin(nearTransitions.size);
  for (let i = 0; i < nearTransitions.size; i++) {
    const slot = nearTransitions.touched[i]!;
    order.push(nearTransitions.sum[slot]!, nearTransitions.slots.rowOf(slot));
  }
  const rows = order.best(FIRST_HOPS);
  const sum = columns.zeros(among.length);
  for (let i = 0; i < rows.length; i++) {
    const weight = nearTransitions.sumOf(rows[i]!);
    const { ids, weights, count } = listOf(transitions, rows[i]!);
    for (let at = 0; at < count; at++) {
      const place = places[ids[at]!]! - 1;
      if (place >= 0) sum[place] = sum[place]! + weight * weights[at]!;
    }
  }
  return sum;
}

/** `spread` over the candidates alone. */
function sumsAmong(
  lists: Neighbours,
  from: { readonly rows: readonly number[]; readonly weights: readonly number[] },
  { rows, columns, places }: Work,
): Sums {
  const zeros = () => columns.zeros(rows.length);
  const { sum, most, count } = { sum: zeros(), most: zeros(), count: zeros() };
  for (let i = 0; i < from.rows.length; i++) {
    const list = listOf(lists, from.rows[i]!);
    for (let at = 0; at < list.count; at++) {
      const place = places[list.ids[at]!]! - 1;
      if (place < 0) continue;
      const value = list.weights[at]!;
      sum[place] = sum[place]! + from.weights[i]! * value;
      count[place] = count[place]! + 1;
      if (value > most[place]!) most[place] = value;
    }
  }
  return { sum, most, count };
}

/** An accumulator's values of the candidates. */
function sumsOf(from: Accumulator, { rows, columns }: Work): Sums {
  const sum = columns.lend(rows.length);
  const most = columns.lend(rows.length);
  const count = columns.lend(rows.length);
  const slotOf = from.slots.of;
  for (let i = 0; i < rows.length; i++) {
    const slot = slotOf[rows[i]!]!;
    sum[i] = from.sum[slot]!;
    most[i] = from.most[slot]!;
    count[i] = from.count[slot]!;
  }
  return { sum, most, count };
}

function largest(values: Float32Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

interface Space {
  readonly scanned: Table | undefined;
  readonly from: EmbeddingTable | undefined;
}

function similarities({ scanned, from }: Space, recent: readonly Anchor[], work: Work): Similarities {
  const { columns, rows } = work;
  const zeros = () => columns.zeros(rows.length);
  const found = { last: zeros(), previous: zeros(), most: zeros(), decayed: zeros() };
  if (scanned === undefined || from === undefined) return found;
  const further = columns.lend(rows.length);
  let weight = 1;
  for (let age = 0; age < Math.min(MOST_COSINES, recent.length); age++) {
    const column = age === 0 ? found.last : age === 1 ? found.previous : further;
    const length = dots({ scanned, from }, recent[age]!.row, { rows, out: column });
    addCosines(column, found, { length, weight, first: age === 0 });
    weight *= COSINE_DECAY;
  }
  return found;
}

/** Dot products of every candidate with one item. @returns the length to divide them by */
function dots(
  { scanned, from }: { readonly scanned: Table; readonly from: EmbeddingTable },
  anchor: number,
  { rows, out }: { readonly rows: Uint32Array; readonly out: Float32Array },
): number {
  const query = queryOf(from, anchor);
  if (query === undefined) {
    out.fill(0);
    return 1;
  }
  scanned.score(query.vector, rows, out);
  return query.length;
}

/** Makes the dot products cosines, in place. */
function addCosines(
  column: Float32Array,
  { most, decayed }: Similarities,
  { length, weight, first }: { readonly length: number; readonly weight: number; readonly first: boolean },
): void {
  for (let i = 0; i < column.length; i++) {
    const cosine = Math.fround(column[i]! / length);
    column[i] = cosine;
    if (first || cosine > most[i]!) most[i] = cosine;
    decayed[i] = decayed[i]! + weight * cosine;
  }
}

/** The weights of all candidates in one item's list. */
function weightsOf(
  lists: Neighbours,
  row: number | undefined,
  { rows, columns, places }: Work,
): Float32Array {
  const out = columns.zeros(rows.length);
  if (row === undefined) return out;
  const { ids, weights, count } = listOf(lists, row);
  for (let at = 0; at < count; at++) {
    const place = places[ids[at]!]! - 1;
    if (place >= 0) out[place] = weights[at]!;
  }
  return out;
}

/** Where an ascending list has a row; -1 where it has not. */
export function indexOf(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = rows[middle]!;
    if (found === row) return middle;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
