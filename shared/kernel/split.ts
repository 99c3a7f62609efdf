import type { CategoryEmbedding, Layer, NetworkSpec } from './contract.ts';

/** Dense inputs of layer 0 that are the same for all rows of a call, and the others. */
export interface Sorted {
  readonly whole: readonly number[];
  readonly rest: readonly number[];
}

/** Where a call's inputs lie: floats up to the first, from a row to the next and from an input to the next. */
export interface Lying {
  readonly values: Float32Array;
  readonly at: number;
  readonly rows: number;
  readonly toRow: number;
  readonly toColumn: number;
}

/** Layers alone are a network of dense inputs. */
export const specOf = (given: NetworkSpec | readonly Layer[]): NetworkSpec =>
  'layers' in given ? given : { dense: given[0]?.inputs ?? 0, layers: given };

/** Sorts the inputs of each call as `NetworkSpec` says; the same object as long as nothing changes. */
export function sorterOf({ dense, layers, whole = [] }: NetworkSpec): (given: Lying) => Sorted {
  const rest = range(0, dense).filter((at) => !whole.includes(at));
  let sorted: Sorted = { whole, rest };
  if (!('scales' in layers[0]!)) return () => sorted;
  const same = rest.map(() => false);
  return (given) => {
    let changed = false;
    for (let i = 0; i < rest.length; i++) {
      const now = isSame(given, rest[i]!);
      changed ||= now !== same[i];
      same[i] = now;
    }
    if (changed)
      sorted = {
        whole: [...whole, ...rest.filter((_, i) => same[i])],
        rest: rest.filter((_, i) => !same[i]),
      };
    return sorted;
  };
}

function isSame({ values, at, rows, toRow, toColumn }: Lying, column: number): boolean {
  const first = at + column * toColumn;
  const end = first + rows * toRow;
  for (let i = first + toRow; i < end; i += toRow) if (values[i] !== values[first]) return false;
  // NaN is not the same as itself, in a single row either.
  return !Number.isNaN(values[first]);
}

/** What embeddings add to layer 0, without bias; to be computed in float32. */
export function splitEmbeddings({ dense, embeddings = [], layers }: NetworkSpec): {
  readonly embedding: CategoryEmbedding;
  readonly layer: Layer;
}[] {
  let at = dense;
  return embeddings.map((embedding) => {
    const inputs = range(at, embedding.dims);
    at += embedding.dims;
    const layer = pick(layers[0]!, inputs);
    return { embedding, layer: { ...layer, bias: new Float32Array(layer.outputs) } };
  });
}

export const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i);

/** A layer that reads some of the inputs alone. */
export function pick<L extends Layer>(layer: L, inputs: readonly number[]): L;
export function pick(layer: Layer, inputs: readonly number[]): Layer {
  const { outputs } = layer;
  const take = <A extends Float32Array | Int8Array>(from: A, to: A): A => {
    for (const [i, input] of inputs.entries())
      to.set(from.subarray(input * outputs, (input + 1) * outputs), i * outputs);
    return to;
  };
  const length = inputs.length * outputs;
  return 'scales' in layer
    ? { ...layer, inputs: inputs.length, weights: take(layer.weights, new Int8Array(length)) }
    : { ...layer, inputs: inputs.length, weights: take(layer.weights, new Float32Array(length)) };
}

/** Outputs that are computed at a time, and so share what is left out. */
export const BLOCK = 8;

/** Blocks of outputs, one after another, that have weights for the same inputs. */
export interface Band {
  readonly blocks: number;
  /** inputs before the first and from the last on have no weight but 0 */
  readonly from: number;
  readonly to: number;
}

/** What a layer of floats computes: networks side by side read but their own inputs. */
export function bandsOf({ inputs, outputs, weights }: Layer): Band[] {
  const bands: Band[] = [];
  for (let o = 0; o < outputs; o += BLOCK) {
    const has = (i: number): boolean =>
      (weights.subarray(i * outputs + o, i * outputs + Math.min(o + BLOCK, outputs)) as Float32Array).some(
        (one) => one !== 0,
      );
    let [from, to] = [0, inputs];
    while (from < to && !has(from)) from++;
    while (from < to && !has(to - 1)) to--;
    const last = bands.at(-1);
    if (last?.from === from && last.to === to) bands[bands.length - 1] = { ...last, blocks: last.blocks + 1 };
    else bands.push({ blocks: 1, from, to });
  }
  return bands;
}
