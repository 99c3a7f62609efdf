import type { RankingLists, TrainedRanker } from '../../../models/ranker/train.ts';
import type { SeededLesson } from './claims.ts';
import { startThreads, type ThreadOptions, type Threads } from './threads.ts';

/** Values of all lists below which a thread takes longer to start than it saves. */
const FEWEST_VALUES = 10_000_000;

export interface TeachOptions extends ThreadOptions {
  /** values from which threads are worth it */
  readonly fewestValues?: number;
}

/**
 * Has rankers trained from the last to the first, beside a caller who is at something else before he takes them. Lists that
 * several learn from lie in memory once for all threads.
 * @returns undefined where there is nothing to gain
 */
export function teachAhead(
  lessons: readonly SeededLesson[],
  options: TeachOptions,
): Threads<TrainedRanker | undefined> | undefined {
  const { fewestValues = FEWEST_VALUES } = options;
  if (lessons.reduce((sum, { lists }) => sum + lists.values.length, 0) < fewestValues) return undefined;
  const known = new Map<RankingLists, RankingLists>();
  const shared = (lists: RankingLists): RankingLists => {
    const made = known.get(lists) ?? { ...lists, values: share(lists.values) };
    known.set(lists, made);
    return made;
  };
  const each = lessons.map(({ lists, settings }) => ({ lists: shared(lists), settings }));
  const count = { pieces: lessons.length, most: lessons.length };
  return startThreads({ kind: 'teach', lessons: each }, count, options);
}

function share(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
