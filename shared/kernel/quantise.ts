import type { EmbeddingTable } from '../bundle/contract.ts';
import type { DenseLayer, QuantisedLayer } from './contract.ts';
import { toHalf } from './half.ts';

/** Largest component of a scan's query: seven bits, so that no dot product saturates. */
export const MOST_QUERY = 63;

/** A direction as the scan reads it; component d is about `vector[d] * step`. All zeros where nothing is to be said. */
export interface QuantisedQuery {
  readonly vector: Int8Array;
  readonly step: number;
}

export function quantiseQuery(direction: ArrayLike<number>): QuantisedQuery {
  const vector = new Int8Array(direction.length);
  let most = 0;
  for (let d = 0; d < vector.length; d++) most = Math.max(most, Math.abs(direction[d]!));
  if (!(most > 0 && most < Number.POSITIVE_INFINITY)) return { vector, step: 0 };
  for (let d = 0; d < vector.length; d++) vector[d] = Math.round((direction[d]! * MOST_QUERY) / most);
  return { vector, step: most / MOST_QUERY };
}

/** What a table's int8 rows leave of the floats that they were made from, as half floats. */
export function residualsOf({ dims, rows, scales }: EmbeddingTable, values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value, at) =>
    toHalf(value - Math.fround(rows[at]! * scales[Math.floor(at / dims)]!)),
  );
}

/** A layer with its weights rounded to int8, one scale an output: the largest weight of an output becomes 127. */
export function quantiseLayer({ inputs, outputs, weights, bias, activation }: DenseLayer): QuantisedLayer {
  const scales = new Float32Array(outputs);
  for (let at = 0; at < weights.length; at++)
    scales[at % outputs] = Math.max(scales[at % outputs]!, Math.abs(weights[at]!) / 127);
  const rounded = Int8Array.from(weights, (weight, at) => {
    const scale = scales[at % outputs]!;
    return scale > 0 ? Math.round(weight / scale) : 0;
  });
  return { inputs, outputs, weights: rounded, scales, bias, activation };
}
