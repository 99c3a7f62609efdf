import { meanOf } from './merge.ts';
import type { TrainedRanker } from './train.ts';

/** Far from the seeds of other runs, which are told by small numbers. */
const STEP = 1_000_003;

/** The seed of a committee's member, from 0 on: the first has the run's own. */
export const memberSeed = (seed: number, member: number): number => (seed + STEP * member) >>> 0;

/**
 * The mean of the logits of networks that were taught alike but for their seeds, as one network: what each has learned of chance
 * (where it began, in which order it saw which lists, which it was stopped by) is not the others', and averages out.
 * Dietterich 2000 ("Ensemble Methods in Machine Learning").
 * @param members one or more
 */
export function committeeOf(members: readonly TrainedRanker[]): TrainedRanker {
  const [first] = members as [TrainedRanker];
  if (members.length === 1) return first;
  const mean = (name: 'epochs' | 'heldOutLoss'): number =>
    members.reduce((sum, { metrics }) => sum + metrics[name], 0) / members.length;
  return {
    layers: meanOf(members.map(({ layers }) => layers)),
    metrics: { ...first.metrics, epochs: mean('epochs'), heldOutLoss: mean('heldOutLoss') },
  };
}
