import type { EmbeddingTable } from '../bundle/contract.ts';
import type { DenseLayer, NetworkSpec } from './contract.ts';
import { quantiseLayer } from './quantise.ts';

/** Seeded inputs for the kernel's cases; no test runner, so that any engine can make them. */

/** Bits of a seeded generator (Numerical Recipes' congruence), for inputs too large for fast-check. */
export const random = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Few distinct scales and small components make ties common, as they are in a real catalogue. */
export const tableOf = (items: number, dims: number, seed: number): EmbeddingTable => {
  const next = random(seed);
  const rows = Int8Array.from({ length: items * dims }, () => Math.floor(next() * 255) - 127);
  if (seed % 2) for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! >> 6;
  const scales = Float32Array.from({ length: items }, () =>
    seed % 3 ? 0.01 + 0.005 * Math.floor(next() * 3) : next(),
  );
  return { dims, rows, scales };
};

/** Small half floats of either sign, subnormal ones too. */
export const residualsFor = ({ rows }: EmbeddingTable, seed: number): Uint16Array => {
  const next = random(seed);
  return Uint16Array.from(rows, () => Math.floor(next() * 0x1c00) | (next() < 0.5 ? 0x8000 : 0));
};

export const queryOf = (dims: number, seed: number): Int8Array => {
  const next = random(seed);
  return Int8Array.from({ length: dims }, () => Math.floor(next() * 127) - 63);
};

export const floats = (length: number, seed: number, size = 1): Float32Array => {
  const next = random(seed);
  return Float32Array.from({ length }, () => (next() * 2 - 1) * size);
};

export const maskOf = (items: number, share: number, seed: number): Uint32Array => {
  const next = random(seed);
  const mask = new Uint32Array(Math.ceil(items / 32));
  for (let r = 0; r < items; r++) if (next() < share) mask[r >>> 5]! |= 1 << (r & 31);
  return mask;
};

export const layersOf = (widths: readonly number[], seed: number): DenseLayer[] =>
  widths.slice(1).map((outputs, l) => ({
    inputs: widths[l]!,
    outputs,
    weights: floats(widths[l]! * outputs, seed + 2 * l),
    bias: floats(outputs, seed + 2 * l + 1),
    activation: l === widths.length - 2 ? 'none' : 'relu',
  }));

export interface SpecShape {
  readonly dense: number;
  readonly vocabularies: readonly number[];
  readonly dims: number;
  readonly hidden: readonly number[];
  /** layers rounded to int8: bit l */
  readonly quantised: number;
  readonly whole: readonly number[];
  readonly standard: boolean;
}

export function specOfShape(shape: SpecShape, seed: number): NetworkSpec {
  const { dense, vocabularies, dims, hidden, quantised, whole, standard } = shape;
  const layers = layersOf([dense + dims * vocabularies.length, ...hidden], seed);
  const spec: NetworkSpec = {
    dense,
    layers: layers.map((layer, l) => ((quantised >> l) & 1 ? quantiseLayer(layer) : layer)),
    embeddings: vocabularies.map((vocabulary, k) => ({
      vocabulary,
      dims,
      values: floats(vocabulary * dims, seed + 100 + k),
    })),
    whole,
  };
  if (!standard) return spec;
  const deviations = floats(dense, seed + 51).map((x, i) => (i % 5 === 4 ? 0 : Math.abs(x) + 0.1));
  return { ...spec, standard: { means: floats(dense, seed + 50), deviations, most: 2.5 } };
}

export function categoriesOf(vocabularies: readonly number[], rows: number, seed: number): Uint16Array {
  const next = random(seed);
  const width = vocabularies.length;
  return Uint16Array.from({ length: rows * width }, (_, at) =>
    Math.floor(next() * vocabularies[at % width]!),
  );
}
