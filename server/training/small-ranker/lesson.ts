import { memberSeed } from '../../../models/ranker/committee.ts';
import {
  type RankerSettings,
  type RankingLists,
  type TrainedRanker,
  trainRanker,
} from '../../../models/ranker/train.ts';
import { stage, type TrainingTools } from '../sources.ts';

/** What a network is taught by; one that is trained by each of several seeds has a stage for each. */
export interface Lesson {
  readonly name: string;
  readonly lists: RankingLists;
  readonly settings: RankerSettings;
}

/** What somebody else has made of a lesson; undefined: nobody has. */
export type Ahead = (
  lesson: Lesson,
  member: number,
) => { readonly made: TrainedRanker | undefined } | undefined;

/** The stage that keeps what a member learned. */
export const stageOf = ({ name }: Lesson, member: number): string =>
  member === 0 ? name : `${name} ${member + 1}`;

export const seeded = ({ lists, settings }: Lesson, member: number, { seed }: TrainingTools) => ({
  lists,
  settings: { ...settings, seed: memberSeed(seed, member) },
});

/** What a member learns, or has learned in an earlier run; undefined where there are too few lists. */
export function teach(
  lesson: Lesson,
  member: number,
  tools: TrainingTools,
  ahead?: Ahead,
): TrainedRanker | undefined {
  return stage(tools, stageOf(lesson, member), () => {
    const taken = ahead?.(lesson, member);
    if (taken) return taken.made;
    const { lists, settings } = seeded(lesson, member, tools);
    return trainRanker(lists, settings, tools);
  });
}
