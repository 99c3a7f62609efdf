import type { CategoryEmbedding, DenseLayer } from '../contract.ts';
import { type Host, roundUp } from './host.ts';
import { type Place, placeFloats, placePart } from './part.ts';

/** What an embedding's categories add to layer 0, computed when they are first met. */
export interface Lookup {
  /** What one category adds, in a row that the next call writes anew. @returns its address */
  one(category: number): number;
  /** Room for a row a category, if there is none yet. @returns its address */
  table(): number;
  /** Computes what the category adds into the table, unless that is done. */
  meet(category: number): void;
  free(): void;
}

/** @param zeros as many as the layer has outputs, padded */
export function placeLookup(
  host: Host,
  { vocabulary, dims, values }: CategoryEmbedding,
  [layer, zeros]: readonly [DenseLayer, Place],
): Lookup {
  const { memory } = host;
  const part = placePart(host, layer, true);
  const padded = roundUp(vocabulary, 4);
  const valuesAt = placeFloats(host, values, padded * dims);
  const bytes = 4 * part.width;
  const oneAt = memory.take(bytes);
  const met = new Uint8Array(padded / 4);
  const call = { rows: 4, at: 0, relu: false };
  let last = -1;
  let tableAt = 0;
  return {
    one: (category) => {
      // Four times the same row, since rows are computed in fours.
      const x = { at: valuesAt + 4 * category * dims, stride: 0 };
      if (category !== last) part.add(x, zeros, { at: oneAt, stride: 0 }, call);
      last = category;
      return oneAt;
    },
    table: () => {
      if (tableAt === 0) tableAt = memory.take(padded * bytes);
      return tableAt;
    },
    meet: (category) => {
      const four = category >>> 2;
      if (met[four] === 1) return;
      met[four] = 1;
      const x = { at: valuesAt + 16 * four * dims, stride: 4 * dims };
      part.add(x, zeros, { at: tableAt + 4 * four * bytes, stride: bytes }, call);
    },
    free: () => {
      part.free();
      for (const block of tableAt === 0 ? [valuesAt, oneAt] : [valuesAt, oneAt, tableAt]) memory.give(block);
    },
  };
}
