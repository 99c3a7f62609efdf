import { type Gate, joinApart, kindOf } from '../../../models/ranker/apart.ts';
import type { RankerSettings, RankingLists, TrainedRanker } from '../../../models/ranker/train.ts';
import type { TrainingTools } from '../sources.ts';
import { type Lesson, teach } from './lesson.ts';

/** A way to teach the small ranker. */
export interface Way {
  readonly by: RankerSettings;
  readonly lessons: readonly Lesson[];
  /** one network of what each lesson taught */
  join(taught: readonly TrainedRanker[]): TrainedRanker;
  /** by the run's own seed */
  readonly taught: readonly TrainedRanker[];
}

export interface Chosen {
  readonly way: Way;
  /** whether classes of lists have weights */
  readonly weighs: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

const EVEN = 'small ranker';

/** Whether there is but one way to teach. */
const isOnly = ({ classesBy, apart }: RankerSettings): boolean =>
  classesBy === undefined && apart === undefined;

const plainOf = ({ classesBy: _, apart: __, ...plain }: RankerSettings): RankerSettings => plain;

/** The lessons of the only way there is, whose other members need not wait for the first; undefined where it must be chosen. */
export const onlyLessons = (lists: RankingLists, settings: RankerSettings): readonly Lesson[] | undefined =>
  isOnly(settings) ? [{ name: EVEN, lists, settings: plainOf(settings) }] : undefined;

/**
 * A share of ndcg that validation cannot tell from none (`presets.ts`): what weighing classes must gain, else all questions weigh the
 * same; and what a network apart may seem to lose, since its kind is a part of the questions and the others are ranked as without it.
 */
const WORTH = 0.01;

interface Judged extends Way {
  /** of validation */
  readonly ndcg: number;
}

type Untaught = Omit<Way, 'taught'>;

const aloneWay = (name: string, lists: RankingLists, by: RankerSettings): Untaught => ({
  by,
  lessons: [{ name, lists, settings: by }],
  join: ([one]) => one!,
});

/** The same lessons, and one more for the kind that has a network of its own; undefined where no kind may. */
function apartWay(
  base: Untaught,
  lists: RankingLists,
  { apart, ...settings }: RankerSettings,
  gate: Gate | undefined,
): Untaught | undefined {
  const kind = apart && gate && kindOf(lists, gate);
  if (!kind) return undefined;
  const own = { ...plainOf(settings), hidden: apart.hidden };
  return {
    by: { ...base.by, apart },
    lessons: [...base.lessons, { name: 'ranker apart', lists: kind.lists, settings: own }],
    join: ([all, kinds]) => joinApart({ all: all!, own: kinds! }, kind, gate),
  };
}

/** @param known what the first of the lessons have taught already */
function teachWay(
  way: Untaught,
  tools: TrainingTools,
  known: readonly TrainedRanker[] = [],
): Way | undefined {
  const taught = way.lessons.flatMap((lesson, at) => known[at] ?? teach(lesson, 0, tools) ?? []);
  return taught.length < way.lessons.length ? undefined : { ...way, taught };
}

/**
 * Tries the ways that the settings tell of, each by one network: all lists weigh alike, their classes have weights, one kind of
 * them has a network of its own.
 * @param lists standardised
 * @param gate tells the kind that may have its own apart; absent: none is
 * @param judge ndcg of validation; not asked where there is but one way
 * @returns undefined where there are too few lists
 */
export function chooseWay(
  lists: RankingLists,
  settings: RankerSettings,
  tools: TrainingTools,
  { gate, judge }: { readonly gate: Gate | undefined; judge(trained: TrainedRanker): number },
): Chosen | undefined {
  const { classesBy } = settings;
  const plain = plainOf(settings);
  const first = teachWay(aloneWay(EVEN, lists, plain), tools);
  if (first === undefined) return undefined;
  if (isOnly(settings)) return { way: first, weighs: false, metrics: {} };
  const judged = (way: Way | undefined) => way && { ...way, ndcg: judge(way.join(way.taught)) };
  const even = judged(first)!;
  const weighed =
    classesBy === undefined
      ? undefined
      : judged(teachWay(aloneWay('weighed ranker', lists, { ...plain, classesBy }), tools));
  const weighs = weighed !== undefined && weighed.ndcg > even.ndcg * (1 + WORTH);
  const best = weighs ? weighed : even;
  const further = apartWay(best, lists, settings, gate);
  const split = further && judged(teachWay(further, tools, best.taught));
  const splits = split !== undefined && split.ndcg > best.ndcg * (1 - WORTH);
  if (weighed || split) tellWays({ even, weighed, apart: split }, tools);
  return {
    way: splits ? split : best,
    weighs,
    metrics: {
      ...(weighed || split ? { 'validation.classes.without.ndcg@10': even.ndcg } : {}),
      ...(weighed && { 'validation.classes.with.ndcg@10': weighed.ndcg, 'classes.weighed': Number(weighs) }),
      ...(split && { 'validation.apart.ndcg@10': split.ndcg, 'ranker.apart': Number(splits) }),
    },
  };
}

const tellWays = (ways: Readonly<Record<string, Judged | undefined>>, { journal }: TrainingTools): void =>
  journal.log(
    'ways to teach on validation',
    Object.fromEntries(Object.entries(ways).flatMap(([name, way]) => (way ? [[name, way.ndcg]] : []))),
  );
