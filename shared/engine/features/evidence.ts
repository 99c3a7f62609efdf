import type { EmbeddingTable, Neighbours } from '../../bundle/contract.ts';
import { largest } from '../../bundle/narrow.ts';
import type { Table } from '../../kernel/contract.ts';
import type { Anchor } from '../observe.ts';
import { listOf, spread } from '../retrieval/lists.ts';
import { queryOf } from '../retrieval/pool.ts';
import { order } from '../retrieval/top.ts';
import { LEAST_SHARE, lnCounts, lnWeights, sumsOf } from './column.ts';
import { columns, type Family, type Scene } from './feature.ts';

/** Items whose similarities are computed one by one. */
const MOST_COSINES = 10;
const COSINE_DECAY = 0.6;
const FIRST_HOPS = 50;

/** Transitions, co-occurrence and similarity from the shopper's last items, whatever shelf it is. */
export const NEAR: Family = {
  features: columns('pair', [
    ['transition-last', "transitions: ln weight in the last item's list"],
    ['transition-previous', 'transitions: the same of the item before'],
    ['transition-third', 'transitions: the same of the third last (n_T3)'],
    ['transition-flat', 'transitions: ln of the sum over age^-1/2 (n_Tflat)'],
    ['transition-most', 'transitions: ln of the largest weight (n_Tmax)'],
    ['transition-count', 'transitions: ln number of recent items that list it (n_Tcnt)'],
    ['transition-absolute', "transitions: ln of the source's own sum"],
    ['two-hops', 'transitions of transitions, ln share of the best (h_2hop)'],
    ['together-last', "bought-together: ln weight in the last item's list"],
    ['together-flat', 'bought-together: ln of the sum over age^-1/2'],
    ['together-most', 'bought-together: ln of the largest weight'],
    ['together-count', 'bought-together: ln number of recent items that list it'],
    ['cosine-last', 'embeddings: cosine to the last item'],
    ['cosine-previous', 'embeddings: cosine to the item before (e_prev)'],
    ['cosine-most', 'embeddings: largest cosine to the last ten (e_max)'],
    ['cosine-profile', 'embeddings: cosines to the last ten, decayed by .6 (e_prof)'],
    ['content-last', 'content: cosine to the last item'],
    ['content-most', 'content: largest cosine to the last ten'],
    ['content-profile', 'content: cosines to the last ten, decayed by .6'],
  ]),
  make(scene) {
    const { engine, seen, retrieval } = scene;
    const { transitions, boughtTogether, scratch, shard } = engine;
    const rows = seen.recent.map(({ row }) => row);
    const weights = seen.recent.map(({ age }) => 1 / Math.sqrt(age + 1));
    spread(transitions, { rows, weights }, scratch.nearTransitions);
    const twoHops = hopAgain(scene);
    const summed = (values: readonly Float32Array[]) => [
      ...[values[0]!, values[1]!].map((column) => lnWeights(scene, column)),
      lnCounts(scene, values[2]!),
    ];
    const cosine = similarities(scene, { scanned: engine.embeddings, from: shard.queryEmbeddings });
    const [last, , most, decayed] = similarities(scene, { scanned: engine.content, from: shard.content });
    return [
      ...[0, 1, 2].map((age) => lnWeights(scene, weightsOf(scene, transitions, rows[age]))),
      ...summed(sumsOf(scene, scratch.nearTransitions)),
      lnWeights(scene, retrieval.candidates.scores.transitions),
      lnWeights(scene, twoHops, LEAST_SHARE, largest(twoHops)),
      lnWeights(scene, weightsOf(scene, boughtTogether, rows[0])),
      ...summed(sumsAmong(scene, boughtTogether, { rows, weights })),
      ...[...cosine, last!, most!, decayed!],
    ];
  },
};

/** From the best followers of the recent items to theirs. */
function hopAgain({ engine: { transitions, scratch }, zeros }: Scene): Float32Array {
  const { nearTransitions, places } = scratch;
  order.begin(nearTransitions.size);
  for (let i = 0; i < nearTransitions.size; i++) {
    const slot = nearTransitions.touched[i]!;
    order.push(nearTransitions.sum[slot]!, nearTransitions.slots.rowOf(slot));
  }
  const rows = order.best(FIRST_HOPS);
  const sum = zeros();
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
export function sumsAmong(
  { engine, zeros }: Scene,
  lists: Neighbours,
  from: { readonly rows: readonly number[]; readonly weights: readonly number[] },
): Float32Array[] {
  const { places } = engine.scratch;
  const [sum, most, count] = [zeros(), zeros(), zeros()];
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
  return [sum, most, count];
}

interface Space {
  readonly scanned: Table | undefined;
  readonly from: EmbeddingTable | undefined;
}

/** Cosines of every candidate to the shopper's last item and the one before, the largest, and a decayed sum. */
function similarities(
  { seen: { recent }, rows, lend, zeros }: Scene,
  { scanned, from }: Space,
): Float32Array[] {
  const found = [zeros(), zeros(), zeros(), zeros()];
  if (scanned === undefined || from === undefined) return found;
  const further = lend();
  let weight = 1;
  for (let age = 0; age < Math.min(MOST_COSINES, recent.length); age++) {
    const column = age < 2 ? found[age]! : further;
    const length = dots({ scanned, from }, recent[age]!, { rows, out: column });
    addCosines(column, [found[2]!, found[3]!], { length, weight, first: age === 0 });
    weight *= COSINE_DECAY;
  }
  return found;
}

/** Dot products of every candidate with one item. @returns the length to divide them by */
function dots(
  { scanned, from }: { readonly scanned: Table; readonly from: EmbeddingTable },
  anchor: Anchor,
  { rows, out }: { readonly rows: Uint32Array; readonly out: Float32Array },
): number {
  const query = queryOf(from, anchor.row);
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
  [most, decayed]: readonly [Float32Array, Float32Array],
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
function weightsOf({ engine, zeros }: Scene, lists: Neighbours, row: number | undefined): Float32Array {
  const { places } = engine.scratch;
  const out = zeros();
  if (row === undefined) return out;
  const { ids, weights, count } = listOf(lists, row);
  for (let at = 0; at < count; at++) {
    const place = places[ids[at]!]! - 1;
    if (place >= 0) out[place] = weights[at]!;
  }
  return out;
}
