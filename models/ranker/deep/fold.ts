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

/** Logit of a logit: `slope * logit + intercept`; the slope is positive, so that no order changes. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

/** Normalisation goes into the layers before it, calibration into the last. */
export function fold(network: DeepNetwork, { slope, intercept }: Calibration): FoldedDeep {
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
    weights: network.weights.map((value) => value * slope),
    bias: Float32Array.of(network.bias[0]! * slope + intercept),
  };
  const { dims, vocabularies } = network.shape;
  return { dims, vocabularies, embeddings: network.embeddings, layers: [...hidden, last] };
}

const ITERATIONS = 50;
const LEAST_SLOPE = 1e-3;

/**
 * Platt scaling (1999) by Newton's method: the probability that a listed candidate is the right one is
 * sigmoid(slope * logit + intercept).
 * @param right 1 where the row is right, else 0
 */
export function calibrate(logits: ArrayLike<number>, right: ArrayLike<number>): Calibration {
  let slope = 1;
  let intercept = 0;
  for (let step = 0; step < ITERATIONS; step++) {
    let [g, h] = [0, 0];
    let [gg, gh, hh] = [1e-6, 0, 1e-6];
    for (let i = 0; i < logits.length; i++) {
      const x = logits[i]!;
      const p = 1 / (1 + Math.exp(-slope * x - intercept));
      const error = p - right[i]!;
      const weight = p * (1 - p);
      g += error * x;
      h += error;
      gg += weight * x * x;
      gh += weight * x;
      hh += weight;
    }
    const determinant = gg * hh - gh * gh;
    if (!(Math.abs(determinant) > 1e-12)) break;
    const moved = { slope: (hh * g - gh * h) / determinant, intercept: (gg * h - gh * g) / determinant };
    slope -= moved.slope;
    intercept -= moved.intercept;
    if (Math.abs(moved.slope) + Math.abs(moved.intercept) < 1e-9) break;
  }
  if (!Number.isFinite(slope + intercept) || slope < LEAST_SLOPE) return { slope: 1, intercept: 0 };
  return { slope, intercept };
}
