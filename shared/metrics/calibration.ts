/** Predictions of one bin: how many, the sum of their probabilities, and how many came true. */
export interface Bin {
  readonly count: number;
  readonly predicted: number;
  readonly happened: number;
}

/** Of all calibration errors here, so that they compare. */
const BINS = 10;

/** Predictions in bins of equal width over 0 .. 1; a prediction of 1 belongs to the last. */
export function reliability(predictions: ArrayLike<number>, outcomes: ArrayLike<number>, bins = BINS): Bin[] {
  const count = new Float64Array(bins);
  const predicted = new Float64Array(bins);
  const happened = new Float64Array(bins);
  for (let i = 0; i < predictions.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(predictions[i]! * bins));
    count[bin]!++;
    predicted[bin]! += predictions[i]!;
    happened[bin]! += outcomes[i]!;
  }
  return Array.from(count, (of, bin) => ({
    count: of,
    predicted: predicted[bin]!,
    happened: happened[bin]!,
  }));
}

/**
 * Expected calibration error (Naeini et al. 2015; Guo et al. 2017): sum over bins of (count / all) times the distance of
 * the mean prediction from the share that came true. 0: of what is given 30%, 30% comes true. 0 for no predictions.
 */
export function expectedCalibrationError(bins: readonly Bin[]): number {
  let all = 0;
  let distance = 0;
  for (const { count, predicted, happened } of bins) {
    all += count;
    distance += Math.abs(predicted - happened);
  }
  return all === 0 ? 0 : distance / all;
}

/** Share of the list in the history's distribution that keeps the logarithm finite, as in the paper. */
const SMOOTHING = 0.01;

/**
 * Calibrated recommendations (Steck 2018): KL(p || q~) = sum over categories of p ln(p / q~), where p is the share of each
 * category in a shopper's history, q in the list, q~ = .99 q + .01 p. 0: the list has the history's mix; nats.
 * @returns undefined where history or list are empty
 */
export function categoryCalibration<T>(history: readonly T[], list: readonly T[]): number | undefined {
  if (history.length === 0 || list.length === 0) return undefined;
  const p = shares(history);
  const q = shares(list);
  let sum = 0;
  for (const [category, share] of p) {
    const smoothed = (1 - SMOOTHING) * (q.get(category) ?? 0) + SMOOTHING * share;
    sum += share * Math.log(share / smoothed);
  }
  return sum;
}

function shares<T>(values: readonly T[]): Map<T, number> {
  const found = new Map<T, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1 / values.length);
  return found;
}
