import type { TokenMatrix } from '../content/content.ts';
import type { Interactions } from '../contract.ts';
import { type DenseRows, unitRows } from '../dense.ts';
import { createRandom } from '../random.ts';
import type { AttentionWeights } from './attention.ts';
import { Tables, type TablesStart } from './tables.ts';

/** What an earlier fit knew, in the rows of this one: where training goes on from. */
export interface EmbeddingStart {
  /** unit rows; the same object where tables are tied; zeros where the item is not known */
  readonly query: DenseRows;
  readonly candidate: DenseRows;
  /** by row, 1 where the earlier fit has a vector of the item */
  readonly known: Uint8Array;
  /** by row, 1 where something is new about the item: only such rows learn */
  readonly changed: Uint8Array;
  readonly encoder: AttentionWeights;
  readonly scale: number;
}

/** Rows before and after an item's touch whose vectors say where a new item belongs. */
const NEAR = 3;

/**
 * Where items start that the earlier fit does not know: the mean of the known items that stand near them in histories; what
 * nobody has touched stays zero, and is what its tokens say.
 */
export function placeNew(
  { users, offsets, item }: Interactions,
  { items, dims, values }: DenseRows,
  known: Uint8Array,
): DenseRows {
  const placed = values.slice();
  for (let u = 0; u < users; u++)
    for (let r = offsets[u]!; r < offsets[u + 1]!; r++) {
      const own = item[r]!;
      if (known[own]) continue;
      const last = Math.min(offsets[u + 1]! - 1, r + NEAR);
      for (let near = Math.max(offsets[u]!, r - NEAR); near <= last; near++) {
        const other = item[near]!;
        if (known[other])
          for (let d = 0; d < dims; d++)
            placed[own * dims + d]! += values[other * dims + d]! / Math.abs(near - r);
      }
    }
  return { items, dims, values: placed };
}

const ROUNDS = 5;
const RIDGE = 1;

/**
 * Vectors of tokens whose sums, over the root of an item's number of tokens, come near to the items' rows: what a new item
 * begins with. Rounds of simultaneous corrections, damped by how many items a token has (Gilbert 1972, SIRT).
 */
export function tokenVectors(matrix: TokenMatrix, rows: DenseRows, known: Uint8Array): Float32Array {
  const { offsets, ids, tokens } = matrix;
  const { dims } = rows;
  const vectors = new Float32Array(tokens.length * dims);
  const held = new Float64Array(tokens.length);
  known.forEach((one, i) => {
    if (one) for (let t = offsets[i]!; t < offsets[i + 1]!; t++) held[ids[t]!]!++;
  });
  for (let round = 0; round < ROUNDS; round++) {
    const correction = new Float64Array(vectors.length);
    known.forEach((one, i) => {
      const count = offsets[i + 1]! - offsets[i]!;
      if (!one || count === 0) return;
      const share = 1 / Math.sqrt(count);
      for (let d = 0; d < dims; d++) {
        let left = rows.values[i * dims + d]!;
        for (let t = offsets[i]!; t < offsets[i + 1]!; t++) left -= share * vectors[ids[t]! * dims + d]!;
        for (let t = offsets[i]!; t < offsets[i + 1]!; t++) correction[ids[t]! * dims + d]! += share * left;
      }
    });
    for (let at = 0; at < vectors.length; at++)
      vectors[at]! += correction[at]! / (RIDGE + held[Math.floor(at / dims)]!);
  }
  return vectors;
}

/**
 * Rows as they were: those that may learn are their own vector plus what their tokens say, the others their own alone. Length
 * 1, so that a step turns a row less than one that starts from nothing.
 */
export function warmStart(
  { interactions, tokens: matrix }: { readonly interactions: Interactions; readonly tokens: TokenMatrix },
  from: EmbeddingStart,
): TablesStart {
  const { known, changed, candidate, query } = from;
  const placed = (rows: DenseRows): DenseRows => unitRows(placeNew(interactions, rows, known));
  const tokens = tokenVectors(matrix, candidate, known);
  const still = changed.map((one, i) => (known[i] && !one ? 1 : 0));
  const { items, dims } = candidate;
  const none = new Float32Array(items * dims);
  const said = new Tables(
    { query: none, candidate: none, tokens },
    { matrix, dims, random: createRandom(0) },
  ).export('query', items).values;
  const own = (rows: DenseRows): Float32Array => {
    const start = placed(rows).values;
    for (let i = 0; i < rows.items; i++) {
      const row = start.subarray(i * rows.dims, (i + 1) * rows.dims);
      if (still[i] || row.every((value) => value === 0)) continue;
      for (let d = 0; d < rows.dims; d++) row[d]! -= said[i * rows.dims + d]!;
    }
    return start;
  };
  const rows = own(candidate);
  return {
    query: query === candidate ? rows : own(query),
    candidate: rows,
    tokens,
    still,
  };
}
