import type { Layer } from './network.ts';

/** Logit of a logit: `slope * logit + intercept`; the slope is positive, so that no order changes. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

/** The same network with the line in its last layer: logits come out calibrated, in the order they had. */
export const calibrated = (layers: readonly Layer[], { slope, intercept }: Calibration): Layer[] =>
  layers.map((layer, l) =>
    l < layers.length - 1
      ? layer
      : {
          ...layer,
          weights: layer.weights.map((value) => value * slope),
          bias: layer.bias.map((value) => value * slope + intercept),
        },
  );

/** Probability that a logit stands for. */
export const probabilityOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

const ITERATIONS = 100;
const HALVINGS = 30;
const LEAST_SLOPE = 1e-3;

/**
 * Platt scaling (1999): the probability that a candidate is right is sigmoid(slope * logit + intercept). Newton's method on
 * z-scores from the mean on, a step halved until it helps, towards the paper's targets, which keep the line finite where right
 * and wrong are wide apart. Where higher logits are not right more often there is no such line, be it that the ranker errs or that
 * questions of several kinds are mixed: a hidden item of a cart has higher logits than a whole basket's items and comes true less
 * often, though within either kind the line rises. Then the slope stays 1, and the mean alone is made right.
 * @param right 1 where the row is right, else 0
 */
export function calibrate(logits: ArrayLike<number>, right: ArrayLike<number>): Calibration {
  const count = logits.length;
  if (count === 0) return { slope: 1, intercept: 0 };
  let positives = 0;
  for (let i = 0; i < count; i++) positives += right[i]!;
  const low = 1 / (count - positives + 2);
  const high = (positives + 1) / (positives + 2);
  const targets = Float64Array.from(right, (one) => (one > 0 ? high : low));
  const { mean, deviation } = momentsOf(logits);
  if (deviation > 0) {
    const scores = Float64Array.from(logits, (logit) => (logit - mean) / deviation);
    const line = fitLine(scores, targets);
    const slope = line.slope / deviation;
    if (slope >= LEAST_SLOPE) return { slope, intercept: line.intercept - slope * mean };
  }
  return { slope: 1, intercept: shiftOf(logits, targets) };
}

function momentsOf(values: ArrayLike<number>): { mean: number; deviation: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let square = 0;
  for (let i = 0; i < values.length; i++) square += (values[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(square / values.length) };
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function fitLine(scores: Float64Array, targets: Float64Array): Calibration {
  const share = meanOf(targets);
  let line: Calibration = { slope: 0, intercept: Math.log(share / (1 - share)) };
  let loss = lossOf(line, scores, targets);
  for (let step = 0; step < ITERATIONS; step++) {
    const move = newton(line, scores, targets);
    let next = line;
    let found = loss;
    for (let half = 0, part = 1; half < HALVINGS && !(found < loss); half++, part /= 2) {
      next = { slope: line.slope - part * move.slope, intercept: line.intercept - part * move.intercept };
      found = lossOf(next, scores, targets);
    }
    if (!(found < loss)) break;
    line = next;
    loss = found;
  }
  return line;
}

/** Cross-entropy: ln(1 + e^z) - target * z of each row. */
function lossOf({ slope, intercept }: Calibration, scores: Float64Array, targets: Float64Array): number {
  let loss = 0;
  for (let i = 0; i < targets.length; i++) {
    const z = slope * scores[i]! + intercept;
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i]! * z;
  }
  return loss;
}

/** What a step of Newton's method takes away. */
function newton({ slope, intercept }: Calibration, scores: Float64Array, targets: Float64Array): Calibration {
  let [g, h] = [0, 0];
  let [gg, gh, hh] = [1e-9, 0, 1e-9];
  for (let i = 0; i < targets.length; i++) {
    const x = scores[i]!;
    const p = probabilityOf(slope * x + intercept);
    const error = p - targets[i]!;
    const weight = p * (1 - p);
    g += error * x;
    h += error;
    gg += weight * x * x;
    gh += weight * x;
    hh += weight;
  }
  const determinant = gg * hh - gh * gh;
  return { slope: (hh * g - gh * h) / determinant, intercept: (gg * h - gh * g) / determinant };
}

/** What is added to all logits so that the mean probability is the targets' mean, by bisection. */
function shiftOf(logits: ArrayLike<number>, targets: Float64Array): number {
  const wanted = meanOf(targets);
  let most = 0;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, Math.abs(logits[i]!));
  let [low, high] = [-most - 50, most + 50];
  for (let half = 0; half < 100; half++) {
    const middle = (low + high) / 2;
    const mean = meanOf(Float64Array.from(logits, (logit) => probabilityOf(logit + middle)));
    if (mean < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
