import { createRandom, type Random } from '../../../models/random.ts';
import { busiestFirst } from '../../../models/ranker/order.ts';
import type { CategoryEmbedding, DenseLayer } from '../../../shared/kernel/contract.ts';

/** The full ranker's shape with weights of no meaning: its time and its rounding are real. */
export interface BenchNetwork {
  readonly dense: number;
  readonly embeddings: readonly CategoryEmbedding[];
  readonly layers: readonly DenseLayer[];
}

/** One question: z-scores and categories of as many candidates as the funnel ranks. */
export interface RankerInput {
  readonly rows: number;
  readonly dense: Float32Array;
  readonly categories: Uint16Array;
}

export interface RankerShape {
  readonly dense: number;
  readonly vocabularies: readonly number[];
  readonly seed: number;
}

export const HIDDEN = [512, 256, 128, 1];
export const EMBEDDING_DIMS = 16;
/** the funnel clips its z-scores here */
const MOST = 5;

/** Rows by which units are put in order; other ones than are ranked. */
const SAMPLED = 256;

/**
 * He's initialisation (2015), so that every layer's outputs have the size of its inputs; units in the order in which
 * training leaves them.
 */
export function makeNetwork(shape: RankerShape): BenchNetwork {
  const drawn = drawNetwork(shape);
  const input = makeInput({ ...shape, seed: shape.seed + 1 }, SAMPLED);
  const sample = Array.from({ length: SAMPLED }, (_, r) => rowOf(drawn, input, r));
  const first = new Float32Array(SAMPLED * sample[0]!.length);
  sample.forEach((row, r) => {
    first.set(row, r * row.length);
  });
  return { ...drawn, layers: busiestFirst(drawn.layers, first) };
}

function drawNetwork({ dense, vocabularies, seed }: RankerShape): BenchNetwork {
  const random = createRandom(seed);
  const embeddings = vocabularies.map((vocabulary) => ({
    vocabulary,
    dims: EMBEDDING_DIMS,
    values: normals(vocabulary * EMBEDDING_DIMS, 0.5, random),
  }));
  let inputs = dense + vocabularies.length * EMBEDDING_DIMS;
  const layers = HIDDEN.map((outputs, at): DenseLayer => {
    const layer: DenseLayer = {
      inputs,
      outputs,
      weights: normals(inputs * outputs, Math.sqrt(2 / inputs), random),
      bias: normals(outputs, 0.1, random),
      activation: at < HIDDEN.length - 1 ? 'relu' : 'none',
    };
    inputs = outputs;
    return layer;
  });
  return { dense, embeddings, layers };
}

export function makeInput({ dense, vocabularies, seed }: RankerShape, rows: number): RankerInput {
  const random = createRandom(seed + 1);
  const values = normals(rows * dense, 1, random).map((z) => Math.max(-MOST, Math.min(MOST, z)));
  const categories = Uint16Array.from({ length: rows * vocabularies.length }, (_, at) =>
    random.below(vocabularies[at % vocabularies.length]!),
  );
  return { rows, dense: values, categories };
}

function normals(count: number, deviation: number, random: Random): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = deviation * random.normal();
  return values;
}

/** The network in double precision, weights as they were before any rounding: what errors are measured against. */
export function referenceLogits(network: BenchNetwork, input: RankerInput): Float64Array {
  const logits = new Float64Array(input.rows);
  for (let r = 0; r < input.rows; r++) {
    let x = rowOf(network, input, r);
    for (const { inputs, outputs, weights, bias, activation } of network.layers) {
      const y = Float64Array.from(bias);
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) y[o]! += x[i]! * weights[i * outputs + o]!;
      x = activation === 'relu' ? y.map((value) => Math.max(0, value)) : y;
    }
    logits[r] = x[0]!;
  }
  return logits;
}

function rowOf({ dense, embeddings }: BenchNetwork, input: RankerInput, r: number): Float64Array {
  const row = [...input.dense.subarray(r * dense, (r + 1) * dense)];
  embeddings.forEach(({ dims, values }, at) => {
    const category = input.categories[r * embeddings.length + at]!;
    row.push(...values.subarray(category * dims, (category + 1) * dims));
  });
  return Float64Array.from(row);
}

export interface RankerError {
  /** root of the mean square, over the standard deviation of the reference */
  readonly rms: number;
  /** largest, over the same */
  readonly most: number;
  /** of the reference's best 50, the share among the best 50 */
  readonly overlap50: number;
}

export function errorOf(found: ArrayLike<number>, reference: Float64Array): RankerError {
  const mean = reference.reduce((sum, y) => sum + y, 0) / reference.length;
  const deviation = Math.sqrt(reference.reduce((sum, y) => sum + (y - mean) ** 2, 0) / reference.length);
  let square = 0;
  let most = 0;
  reference.forEach((y, at) => {
    const error = Math.abs(found[at]! - y);
    square += error * error;
    most = Math.max(most, error);
  });
  const wanted = new Set(bestOf(reference, 50));
  return {
    rms: Math.sqrt(square / reference.length) / deviation,
    most: most / deviation,
    overlap50: bestOf(found, 50).filter((row) => wanted.has(row)).length / wanted.size,
  };
}

const bestOf = (scores: ArrayLike<number>, k: number): number[] =>
  Array.from({ length: scores.length }, (_, row) => row)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, k);
