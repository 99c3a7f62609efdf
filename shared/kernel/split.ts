import type { CategoryEmbedding, DenseLayer, Layer, NetworkSpec } from './contract.ts';

/** Layer 0 in the parts that are added up apart from each other (`NetworkSpec` says in which order). */
export interface FirstLayer {
  /** dense inputs that are the same for all rows, and their part of the weights, with the bias */
  readonly whole: { readonly columns: readonly number[]; readonly layer: Layer };
  /** one an embedding, in float32, without bias */
  readonly embeddings: readonly { readonly embedding: CategoryEmbedding; readonly layer: DenseLayer }[];
  /** the other dense inputs; its bias is not to be used */
  readonly rest: { readonly columns: readonly number[]; readonly layer: Layer };
}

/** Layers alone are a network of dense inputs. */
export const specOf = (given: NetworkSpec | readonly Layer[]): NetworkSpec =>
  'layers' in given ? given : { dense: given[0]?.inputs ?? 0, layers: given };

export function splitFirst({ dense, embeddings = [], layers, whole = [] }: NetworkSpec): FirstLayer {
  const layer = layers[0]!;
  const rest = Array.from({ length: dense }, (_, at) => at).filter((at) => !whole.includes(at));
  let at = dense;
  return {
    whole: { columns: whole, layer: pick(layer, whole) },
    rest: { columns: rest, layer: pick(layer, rest) },
    embeddings: embeddings.map((embedding) => {
      const inputs = Array.from({ length: embedding.dims }, (_, d) => at + d);
      at += embedding.dims;
      return { embedding, layer: unbiased(asDense(pick(layer, inputs))) };
    }),
  };
}

/** A layer that reads some of the inputs alone. */
function pick(layer: Layer, inputs: readonly number[]): Layer {
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

function asDense(layer: Layer): DenseLayer {
  if (!('scales' in layer)) return layer;
  const { inputs, outputs, bias, activation, scales } = layer;
  const weights = Float32Array.from(layer.weights, (weight, at) => weight * scales[at % outputs]!);
  return { inputs, outputs, weights, bias, activation };
}

const unbiased = (layer: DenseLayer): DenseLayer => ({ ...layer, bias: new Float32Array(layer.outputs) });
