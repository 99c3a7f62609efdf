import type { Dataset } from '../../../models/contract.ts';
import type { TestQuery } from './tasks.ts';

const DAY = 86_400_000;
/** weight of a visit falls by this factor a later visit, and by e in so many ms */
const VISIT_DECAY = 0.9;
const TIME_DECAY = 120 * DAY;
const NEIGHBOURS = 300;
/** share of the shopper's own vector */
const OWN = 0.7;

/**
 * TIFU-kNN (Hu et al. 2020, "Modeling personalized item frequency information for next-basket recommendation"), short:
 * one decay a visit and one over time instead of groups. It needs every customer's history where it answers, so it is
 * a reference and nothing that a device could do.
 */
export function tifuKnn(fit: Dataset): (query: TestQuery) => Float64Array {
  const { users, items } = fit.interactions;
  const vectors = Array.from({ length: users }, (_, user) => vectorOf(fit, user));
  const holders: { user: number; value: number }[][] = Array.from({ length: items }, () => []);
  vectors.forEach((vector, user) => {
    for (const [row, value] of vector) holders[row]!.push({ user, value });
  });
  return ({ shopper }) => {
    const own = vectors[Number(shopper)]!;
    const alike = new Float64Array(users);
    for (const [row, value] of own)
      for (const other of holders[row]!) alike[other.user]! += value * other.value;
    alike[Number(shopper)] = 0;
    const near = [...alike.keys()].filter((user) => alike[user]! > 0);
    near.sort((a, b) => alike[b]! - alike[a]! || a - b);
    near.length = Math.min(near.length, NEIGHBOURS);
    const scores = new Float64Array(items);
    for (const user of near)
      for (const [row, value] of vectors[user]!) scores[row]! += ((1 - OWN) * value) / near.length;
    for (const [row, value] of own) scores[row]! += OWN * value;
    return scores;
  };
}

/** Decayed frequency of each item, scaled to length 1. */
function vectorOf({ interactions, until }: Dataset, user: number): Map<number, number> {
  const { offsets, item, time } = interactions;
  const vector = new Map<number, number>();
  let weight = 1;
  let day = -1;
  for (let r = offsets[user + 1]! - 1; r >= offsets[user]!; r--) {
    const today = Math.floor(time[r]! / DAY);
    if (day >= 0 && today !== day) weight *= VISIT_DECAY;
    day = today;
    const value = weight * Math.exp((time[r]! - until) / TIME_DECAY);
    vector.set(item[r]!, (vector.get(item[r]!) ?? 0) + value);
  }
  const length = Math.sqrt([...vector.values()].reduce((sum, value) => sum + value * value, 0));
  return new Map([...vector].map(([row, value]) => [row, value / length]));
}
