import type { Layer } from '../network.ts';
import type { DeepNetwork } from './network.ts';

/** The deep ranker as it ships: plain dense layers with ReLU between them, one logit out. */
export interface FoldedDeep {
  readonly dims: number;
  readonly vocabularies: readonly number[];
  /** `[vocabulary][dims]` each */
  readonly embeddings: readonly Float32Array[];
  readonly layers: readonly Layer[];
}

const EPSILON = 1e-5;

/** Normalisation goes into the layers before it. */
export function fold(network: DeepNetwork): FoldedDeep {
  const hidden = network.layers.map(({ inputs, outputs, weights, gain, shift, mean, variance }): Layer => {
    const factor = gain.map((value, unit) => value / Math.sqrt(variance[unit]! + EPSILON));
    return {
      inputs,
      outputs,
      weights: weights.map((value, at) => value * factor[at % outputs]!),
      bias: shift.map((value, unit) => value - mean[unit]! * factor[unit]!),
    };
  });
  const last: Layer = {
    inputs: network.weights.length,
    outputs: 1,
    weights: network.weights,
    bias: network.bias,
  };
  const { dims, vocabularies } = network.shape;
  return { dims, vocabularies, embeddings: network.embeddings, layers: [...hidden, last] };
}
