import { fitLogistic } from './logistic.ts';
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

const LEAST_SLOPE = 1e-3;

/** Of which kinds rows are: some add to the intercept. */
export interface Kinds {
  readonly count: number;
  /** by row */
  readonly of: readonly (readonly number[])[];
}

/** A line for each kind, all of one slope: within one kind no order changes. */
export interface CalibrationByKind extends Calibration {
  /** by kind, to the intercept; 0 where no row is of it */
  readonly adds: Float64Array;
}

/**
 * Platt scaling (1999): the probability that a candidate is right is sigmoid(slope * logit + intercept), fitted on z-scores towards the
 * paper's targets, which keep the line finite where right and wrong are wide apart. Questions of several kinds have one slope and
 * an intercept each, since a hidden item of a cart has higher logits than a whole basket's items and comes true less often, though
 * within either kind the line rises; what a kind with few rows adds is small. Where higher logits are not right more often there
 * is no such line: then the slope stays 1, and intercepts alone are made right.
 * @param right 1 where the row is right, else 0
 */
export function calibrate(
  logits: ArrayLike<number>,
  right: ArrayLike<number>,
  kinds?: Kinds,
): CalibrationByKind {
  const count = logits.length;
  const kindCount = kinds?.count ?? 0;
  if (count === 0) return { slope: 1, intercept: 0, adds: new Float64Array(kindCount) };
  let positives = 0;
  for (let i = 0; i < count; i++) positives += right[i]!;
  const low = 1 / (count - positives + 2);
  const high = (positives + 1) / (positives + 2);
  const targets = Float64Array.from(right, (one) => (one > 0 ? high : low));
  const { mean, deviation } = momentsOf(logits);
  const of = { targets, kinds: kinds?.of ?? Array<readonly number[]>(count).fill([]), kindCount };
  if (deviation > 0) {
    const scores = Float64Array.from(logits, (logit) => (logit - mean) / deviation);
    const line = fitLogistic({ ...of, scores });
    const slope = line.slope / deviation;
    if (slope >= LEAST_SLOPE) return { slope, intercept: line.intercept - slope * mean, adds: line.adds };
  }
  const line = fitLogistic({ ...of, scores: Float64Array.from(logits, (logit) => logit - mean) }, 1);
  return { ...line, intercept: line.intercept - mean };
}

function momentsOf(values: ArrayLike<number>): { mean: number; deviation: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let square = 0;
  for (let i = 0; i < values.length; i++) square += (values[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(square / values.length) };
}
