import type { Interactions, ModelCard } from '../contract.ts';
import { type Steps, stepsOf } from '../steps.ts';

/** One value per item. Names are the shard's columns. */
export interface Order {
  /** mean place in histories, -1 first to 1 last, shrunk to 0 */
  readonly place: Float32Array;
  /** latent time: mean 0, deviation 1 over the items that were touched */
  readonly stage: Float32Array;
  /** ln share of an item's occurrences that open (close) a history */
  readonly opens: Float32Array;
  readonly closes: Float32Array;
}

/** Occurrences that the average counts for. */
const PRIOR = 5;

/** When in people's histories items come: from orders alone, no clock. */
export function fitOrder(interactions: Interactions): Order {
  const { items, item } = interactions;
  const steps = stepsOf(interactions);
  const count = new Float64Array(items);
  const place = new Float64Array(items);
  const first = new Float64Array(items);
  const last = new Float64Array(items);
  for (let r = 0; r < item.length; r++) {
    const i = item[r]!;
    const end = steps.length[r]! - 1;
    count[i]!++;
    if (end > 0) place[i]! += (2 * steps.step[r]!) / end - 1;
    if (steps.step[r] === 0) first[i]!++;
    if (steps.step[r] === end) last[i]!++;
  }
  const share = (of: Float64Array): Float32Array =>
    Float32Array.from(of, (value, i) => Math.log((value + 1) / (count[i]! + PRIOR)));
  return {
    place: Float32Array.from(place, (sum, i) => sum / (count[i]! + PRIOR)),
    stage: latentTime(interactions, steps, count),
    opens: share(first),
    closes: share(last),
  };
}

const WINDOW = 50;
const RIDGE = 0.5;
const MOST_ITERATIONS = 60;

/**
 * Least squares over all pairs of a history at most `WINDOW` steps apart, i before j: t_j - t_i should be 1 (HodgeRank,
 * Jiang et al. 2011), with a ridge; a history of n rows weighs 1/n. Conjugate gradients, each step linear in the data.
 */
function latentTime(interactions: Interactions, steps: Steps, count: Float64Array): Float32Array {
  const { items } = interactions;
  const around = windows(interactions, steps);
  const times = (t: Float64Array): Float64Array => {
    const out = t.map((value) => RIDGE * value);
    around(t, (i, value) => {
      out[i]! += value;
    });
    return out;
  };
  const t = new Float64Array(items);
  const residual = new Float64Array(items);
  around(undefined, (i, value) => {
    residual[i]! += value;
  });
  let direction = residual.slice();
  let square = dot(residual, residual);
  const enough = square * 1e-8;
  for (let step = 0; step < MOST_ITERATIONS && square > enough; step++) {
    const turned = times(direction);
    const along = square / dot(direction, turned);
    for (let i = 0; i < items; i++) {
      t[i]! += along * direction[i]!;
      residual[i]! -= along * turned[i]!;
    }
    const next = dot(residual, residual);
    direction = direction.map((value, i) => residual[i]! + (next / square) * value);
    square = next;
  }
  return standardised(t, count);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

type Around = (t: Float64Array | undefined, add: (item: number, value: number) => void) => void;

/**
 * For each row, over the rows of other steps of its window: sum of (own t - their t), or without `t` the number of
 * earlier rows less that of later ones. Sums over windows come from running sums a step.
 */
function windows({ users, offsets, item }: Interactions, { step, length }: Steps): Around {
  // One for all users and rounds: a million short arrays a round are slower to make than to fill.
  const longest = length.reduce((a, b) => Math.max(a, b), 0) + 1;
  const rows = new Float64Array(longest);
  const sums = new Float64Array(longest);
  return (t, add) => {
    for (let u = 0; u < users; u++) {
      const from = offsets[u]!;
      const to = offsets[u + 1]!;
      if (to - from < 2) continue;
      const end = length[from]!;
      rows.fill(0, 0, end + 1);
      sums.fill(0, 0, end + 1);
      for (let r = from; r < to; r++) {
        rows[step[r]! + 1]!++;
        if (t) sums[step[r]! + 1]! += t[item[r]!]!;
      }
      for (let s = 0; s < end; s++) {
        rows[s + 1]! += rows[s]!;
        sums[s + 1]! += sums[s]!;
      }
      const weight = 1 / (to - from);
      for (let r = from; r < to; r++) {
        const s = step[r]!;
        const low = Math.max(0, s - WINDOW);
        const high = Math.min(end, s + WINDOW + 1);
        const before = rows[s]! - rows[low]!;
        const after = rows[high]! - rows[s + 1]!;
        if (t === undefined) add(item[r]!, weight * (before - after));
        else {
          const others = sums[s]! - sums[low]! + sums[high]! - sums[s + 1]!;
          add(item[r]!, weight * ((before + after) * t[item[r]!]! - others));
        }
      }
    }
  };
}

/** Mean 0 and deviation 1 over touched items; 0 for the others. */
function standardised(t: Float64Array, count: Float64Array): Float32Array {
  let touched = 0;
  let sum = 0;
  let square = 0;
  t.forEach((value, i) => {
    if (count[i] === 0) return;
    touched++;
    sum += value;
    square += value * value;
  });
  const mean = sum / Math.max(1, touched);
  const deviation = Math.sqrt(Math.max(0, square / Math.max(1, touched) - mean * mean)) || 1;
  return Float32Array.from(t, (value, i) => (count[i] === 0 ? 0 : (value - mean) / deviation));
}

export function orderCard({ stage }: Order, seed: number): ModelCard {
  return {
    model: 'order',
    purpose: "when in people's histories an item comes: features of the ranker",
    data: 'ordered histories; rows of one moment have no order',
    method: 'mean place, shares of first and last places, latent time by least squares over ordered pairs',
    source: 'Jiang et al. 2011 (HodgeRank)',
    parameters: { window: WINDOW, ridge: RIDGE, prior: PRIOR },
    metrics: { items: stage.length },
    limits:
      'an order is no clock: a catalogue that turns over quickly is dated only by those who saw both ends',
    seed,
  };
}
