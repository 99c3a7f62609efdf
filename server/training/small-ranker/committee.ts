import { committeeOf } from '../../../models/ranker/committee.ts';
import type { TrainedRanker } from '../../../models/ranker/train.ts';
import { type TeachOptions, teachAhead } from '../ahead/teach.ts';
import type { TrainingTools } from '../sources.ts';
import { type Ahead, type Lesson, seeded, stageOf, teach } from './lesson.ts';
import type { Way } from './ways.ts';

/** The other members of a committee, which threads train meanwhile where there is a core to spare. */
export interface Committee {
  /**
   * What ranks: the mean of all members.
   * @param way of the very lessons, with what the first member of each has learned
   */
  finish(way: Pick<Way, 'taught' | 'join'>): TrainedRanker;
  /** ends the threads */
  close(): void;
}

/** @param threads what differs from the machine's own, for those who know it */
export function startCommittee(
  lessons: readonly Lesson[],
  tools: TrainingTools,
  threads: Omit<TeachOptions, 'journal'> = {},
): Committee {
  const most = Math.max(...lessons.map(({ settings }) => settings.committee ?? 1));
  const members = Array.from({ length: most - 1 }, (_, at) => at + 1);
  const lacking = lessons.flatMap((lesson) =>
    members
      .filter((member) => !tools.memory?.has?.(stageOf(lesson, member)))
      .map((member) => ({ key: stageOf(lesson, member), lesson: seeded(lesson, member, tools) })),
  );
  const others = teachAhead(
    lacking.map(({ lesson }) => lesson),
    { ...threads, journal: tools.journal },
  );
  const ahead: Ahead = (lesson, member) =>
    others?.take(lacking.findIndex(({ key }) => key === stageOf(lesson, member)));
  return {
    finish({ taught, join }) {
      const committees = lessons.map((lesson, at) => {
        const further = members.flatMap((member) => teach(lesson, member, tools, ahead) ?? []);
        return committeeOf([taught[at]!, ...further]);
      });
      return join(committees);
    },
    close: () => others?.close(),
  };
}
