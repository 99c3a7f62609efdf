import type { EmbeddingTable, Neighbours } from '../../bundle/contract.ts';
import type { Table } from '../../kernel/contract.ts';
import type { Engine } from '../contract.ts';
import type { Anchor, Observation } from '../observe.ts';
import { spread } from '../retrieval/lists.ts';
import { queryOf } from '../retrieval/pool.ts';
import { keysFor, sortKey, unpack } from '../retrieval/top.ts';
import type { Accumulator } from '../scratch.ts';

/** What several features of a pair read: the shopper's last items, whatever the shelf, against every candidate. */
export interface Evidence {
  readonly cosine: Similarities;
  readonly content: Similarities;
  /** weights in the lists of the last three items */
  readonly transitions: readonly Float32Array[];
  /** the same of the last item's bought-together list */
  readonly lastTogether: Float32Array;
  /** over all recent items, by row: flat sums, maxima, counts */
  readonly near: Accumulator;
  readonly nearTogether: Accumulator;
  /** transitions of transitions, by row, and their maximum over the candidates */
  readonly twoHops: Accumulator;
  readonly mostTwoHops: number;
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
  spread(engine.boughtTogether, from, scratch.nearTogether);
  hopAgain(engine);
  const embeddings = { scanned: engine.embeddings, from: shard.queryEmbeddings };
  return {
    cosine: similarities(embeddings, seen.recent, rows),
    content: similarities({ scanned: engine.content, from: shard.content }, seen.recent, rows),
    transitions: [0, 1, 2].map((age) => listOf(engine.transitions, from.rows[age], rows)),
    lastTogether: listOf(engine.boughtTogether, from.rows[0], rows),
    near: scratch.nearTransitions,
    nearTogether: scratch.nearTogether,
    twoHops: scratch.twoHops,
    mostTwoHops: rows.reduce((most, row) => Math.max(most, scratch.twoHops.sum[row]!), 0),
  };
}

/** From the best followers of the recent items to theirs. */
function hopAgain({ transitions, scratch }: Engine): void {
  const { nearTransitions, twoHops } = scratch;
  const keys = keysFor(nearTransitions.size);
  for (let i = 0; i < nearTransitions.size; i++) {
    const row = nearTransitions.touched[i]!;
    keys[i] = sortKey(nearTransitions.sum[row]!, row);
  }
  const rows = unpack(keys, FIRST_HOPS);
  const weights = Float32Array.from(rows, (row) => nearTransitions.sum[row]!);
  spread(transitions, { rows, weights }, twoHops);
}

interface Space {
  readonly scanned: Table | undefined;
  readonly from: EmbeddingTable | undefined;
}

function similarities({ scanned, from }: Space, recent: readonly Anchor[], rows: Uint32Array): Similarities {
  const columns = { last: zeros(rows), previous: zeros(rows), most: zeros(rows), decayed: zeros(rows) };
  if (scanned === undefined || from === undefined) return columns;
  let weight = 1;
  const near = recent.slice(0, MOST_COSINES);
  near.forEach((anchor, age) => {
    const column = age === 0 ? columns.last : age === 1 ? columns.previous : zeros(rows);
    cosines({ scanned, from }, anchor.row, { rows, out: column });
    for (let i = 0; i < rows.length; i++) {
      columns.most[i] = age === 0 ? column[i]! : Math.max(columns.most[i]!, column[i]!);
      columns.decayed[i] = columns.decayed[i]! + weight * column[i]!;
    }
    weight *= COSINE_DECAY;
  });
  return columns;
}

function cosines(
  { scanned, from }: { readonly scanned: Table; readonly from: EmbeddingTable },
  anchor: number,
  { rows, out }: { readonly rows: Uint32Array; readonly out: Float32Array },
): void {
  const query = queryOf(from, anchor);
  if (query === undefined) return;
  scanned.score(query.vector, rows, out);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! / query.length;
}

const zeros = (rows: Uint32Array) => new Float32Array(rows.length);

/** The weights of all candidates (ascending rows) in one item's list. */
function listOf(lists: Neighbours, row: number | undefined, rows: Uint32Array): Float32Array {
  const out = zeros(rows);
  if (row === undefined) return out;
  for (let at = lists.offsets[row]!; at < lists.offsets[row + 1]!; at++) {
    const index = indexOf(rows, lists.ids[at]!);
    if (index >= 0) out[index] = lists.weights[at]!;
  }
  return out;
}

function indexOf(rows: Uint32Array, row: number): number {
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
