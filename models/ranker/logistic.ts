/** Rows with a score each. */
export interface Sample {
  readonly scores: ArrayLike<number>;
  /** of each row, the probability that it should have, above 0 and below 1 */
  readonly targets: Float64Array;
  /** of each row, which of the kinds it is of: none, one, several */
  readonly kinds: ArrayLike<readonly number[]>;
  readonly kindCount: number;
}

/** Logit of a row: `slope * score + intercept`, and what each of its kinds adds. */
export interface Fitted {
  readonly slope: number;
  readonly intercept: number;
  /** by kind */
  readonly adds: Float64Array;
}

const ITERATIONS = 100;
const HALVINGS = 30;
/** One over the variance of what kinds add, as if each had been drawn so: few rows of a kind say little. */
const PRECISION = 1;

/** Where parameters lie: the slope, the intercept, then the kinds. */
const SLOPE = 0;
const INTERCEPT = 1;
const KINDS = 2;

/**
 * Logistic regression with one slope, and an intercept that a row's kinds add to (random intercepts: Gelman and Hill 2007, chapter
 * 14, at the mode): slope and intercept are free, what kinds add is drawn towards 0. Newton's method, a step halved until it helps.
 * @param held a slope that is given
 */
export function fitLogistic(sample: Sample, held?: number): Fitted {
  const { targets, kindCount } = sample;
  const share = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  let found = new Float64Array(KINDS + kindCount);
  found[SLOPE] = held ?? 0;
  found[INTERCEPT] = Math.log(share / (1 - share));
  let loss = lossOf(found, sample);
  for (let step = 0; step < ITERATIONS; step++) {
    const move = newton(found, sample, held !== undefined);
    let next = found;
    let better = loss;
    for (let half = 0, part = 1; half < HALVINGS && !(better < loss); half++, part /= 2) {
      next = found.map((value, at) => value - part * move[at]!);
      better = lossOf(next, sample);
    }
    if (!(better < loss)) break;
    found = next;
    loss = better;
  }
  return { slope: found[SLOPE]!, intercept: found[INTERCEPT]!, adds: found.slice(KINDS) };
}

/** Probability that a logit stands for. */
export const probabilityOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

function logitOf(of: Float64Array, { scores, kinds }: Sample, row: number): number {
  let z = of[SLOPE]! * scores[row]! + of[INTERCEPT]!;
  for (const kind of kinds[row]!) z += of[KINDS + kind]!;
  return z;
}

/** Cross-entropy, ln(1 + e^z) - target * z of each row, and what the prior says. */
export function lossOf(of: Float64Array, sample: Sample): number {
  const { targets } = sample;
  let loss = 0;
  for (let row = 0; row < targets.length; row++) {
    const z = logitOf(of, sample, row);
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[row]! * z;
  }
  for (let at = KINDS; at < of.length; at++) loss += (PRECISION / 2) * of[at]! ** 2;
  return loss;
}

/** What a step takes away: the curvature's inverse times the gradient. */
function newton(of: Float64Array, sample: Sample, isHeld: boolean): Float64Array {
  const width = of.length;
  const gradient = of.map((value, at) => (at < KINDS ? 0 : PRECISION * value));
  const curvature = new Float64Array(width * width);
  for (let at = 0; at < width; at++) curvature[at * width + at] = at < KINDS ? 1e-9 : PRECISION;
  for (let row = 0; row < sample.targets.length; row++) {
    const p = probabilityOf(logitOf(of, sample, row));
    const error = p - sample.targets[row]!;
    const x = sample.scores[row]!;
    const own = [SLOPE, INTERCEPT, ...sample.kinds[row]!.map((kind) => KINDS + kind)];
    for (const i of own) {
      const a = i === SLOPE ? x : 1;
      gradient[i]! += error * a;
      for (const j of own) curvature[i * width + j]! += p * (1 - p) * a * (j === SLOPE ? x : 1);
    }
  }
  if (isHeld) {
    gradient[SLOPE] = 0;
    for (let at = 0; at < width; at++) curvature[at] = curvature[at * width] = at === SLOPE ? 1 : 0;
  }
  return solve(curvature, gradient);
}

/** x of A x = b, for A positive definite, by elimination; both are given up. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const width = b.length;
  for (let pivot = 0; pivot < width; pivot++)
    for (let row = pivot + 1; row < width; row++) {
      const factor = a[row * width + pivot]! / a[pivot * width + pivot]!;
      for (let at = pivot; at < width; at++) a[row * width + at]! -= factor * a[pivot * width + at]!;
      b[row]! -= factor * b[pivot]!;
    }
  for (let row = width - 1; row >= 0; row--) {
    for (let at = row + 1; at < width; at++) b[row]! -= a[row * width + at]! * b[at]!;
    b[row]! /= a[row * width + row]!;
  }
  return b;
}
