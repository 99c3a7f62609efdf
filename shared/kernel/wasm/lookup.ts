import type { CategoryEmbedding, Layer } from '../contract.ts';
import { type Host, roundUp } from './host.ts';
import { type Place, placeDense, STEP } from './part.ts';

/** What an embedding's categories add to layer 0, computed when they are first met: in rows in the order of that. */
export interface Lookup {
  /** What one category adds, in a row that the next call writes anew. @returns its address */
  one(category: number): number;
  /** Room for a row a category, if there is none yet. @returns its address */
  table(): number;
  /** The category's row in the table; those met since `settle` are not computed yet. */
  row(category: number): number;
  settle(): void;
  free(): void;
}

/** @param zeros as many as the layer has outputs, padded */
export function placeLookup(
  host: Host,
  embedding: CategoryEmbedding,
  [layer, zeros]: readonly [Layer, Place],
): Lookup {
  const { memory } = host;
  const { vocabulary, dims } = embedding;
  const part = placeDense(host, layer);
  const bytes = 4 * part.width;
  const oneAt = memory.take(bytes);
  // Rows are computed in fours: the vectors of the last four, and of the one.
  const vectorsAt = memory.take(4 * dims * (STEP + 1));
  const call = { rows: STEP, at: 0, relu: false };
  /** by category: its row, from 1 */
  const rows = new Uint32Array(vocabulary);
  let met = 0;
  let computed = 0;
  let last = -1;
  let tableAt = 0;
  const put = (category: number, place: number): void =>
    memory.views.f32.set(
      embedding.vector?.(category) ?? embedding.values.subarray(category * dims, (category + 1) * dims),
      vectorsAt / 4 + place * dims,
    );
  const settle = (): void => {
    if (computed === met) return;
    computed = met;
    const y = { at: tableAt + bytes * ((met - 1) & -STEP), stride: bytes };
    part.add({ at: vectorsAt, stride: 4 * dims }, zeros, y, call);
  };
  return {
    one: (category) => {
      if (category !== last) {
        put(category, STEP);
        // Four times the same row.
        const x = { at: vectorsAt + 4 * STEP * dims, stride: 0 };
        part.add(x, zeros, { at: oneAt, stride: 0 }, call);
      }
      last = category;
      return oneAt;
    },
    table: () => {
      if (tableAt === 0) tableAt = memory.take(roundUp(vocabulary, STEP) * bytes);
      return tableAt;
    },
    row: (category) => {
      const known = rows[category]!;
      if (known > 0) return known - 1;
      put(category, met % STEP);
      rows[category] = ++met;
      if (met % STEP === 0) settle();
      return met - 1;
    },
    settle,
    free: () => {
      part.free();
      for (const block of tableAt === 0 ? [vectorsAt, oneAt] : [vectorsAt, oneAt, tableAt])
        memory.give(block);
    },
  };
}
