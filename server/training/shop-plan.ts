import type { Dataset, Interactions } from '../../models/contract.ts';
import { createRandom, type Random } from '../../models/random.ts';
import { before, timeSpan } from '../dataset/dataset.ts';
import { coldQueries } from './cold.ts';
import { newItemQueries } from './new-items.ts';
import type { Level, Plan, Query, SeenSlate } from './plan.ts';
import type { SeenSettings } from './settings.ts';
import { questionsOf, type Visit, visitsSince } from './visits.ts';

const DAY = 86_400_000;

export interface ShopPlanSettings {
  readonly seed: number;
  /** share of the time span whose visits teach the ranker, and the most days of it */
  readonly window: number;
  readonly mostDays: number;
  /** windows that teach, one before the other */
  readonly cuts: 1 | 2;
  /** queries for the ranker in all windows: one an `interactionsAQuery`, within these bounds, so that a small shop trains quickly */
  readonly interactionsAQuery: number;
  readonly leastQueries: number;
  readonly mostQueries: number;
  /** queries for choosing settings, at most */
  readonly validationQueries: number;
  /** queries that neither teach nor choose, at most; absent: none are kept back */
  readonly testQueries?: number;
  /** slates that were seen, by time; absent: too few are logged */
  readonly seen?: SeenSettings & { readonly slates: readonly SeenSlate[] };
}

export const DEFAULT_SHOP_PLAN: Omit<ShopPlanSettings, 'seed'> = {
  window: 0.15,
  mostDays: 37,
  cuts: 2,
  interactionsAQuery: 40,
  leastQueries: 4000,
  mostQueries: 10_000,
  validationQueries: 500,
};

/**
 * Sources are fitted on what was before the newest window; visits of the window ask what came next. One shopper in
 * five only helps to choose, and, where a test is wanted, another only to be tested on; the others teach the ranker, and so
 * does the window before, with sources fitted before it. Then everything is fitted anew on all of it.
 */
export function shopPlan(whole: Dataset, settings: ShopPlanSettings): Plan {
  const span = timeSpan(whole.interactions) ?? { from: whole.until - DAY, to: whole.until };
  const length = Math.min((span.to - span.from) * settings.window, settings.mostDays * DAY);
  const random = createRandom(settings.seed);
  const cuts = [span.to - length, span.to - 2 * length].slice(0, settings.cuts);
  const most = Math.ceil(queriesFor(whole, settings) / cuts.length);
  const windows = cuts.map((cut) => ({
    fit: before(whole, cut),
    visits: visitsSince(whole.interactions, cut).filter(({ from }) => {
      return whole.interactions.time[from]! < cut + length || cut === cuts[0];
    }),
  }));
  const ask = (chosen: Visit[], limit: number): Query[] =>
    sample(
      few(chosen, random).flatMap((visit) => questionsOf(whole, visit, random)),
      limit,
      random,
    );
  const { testQueries = 0 } = settings;
  const [newest] = windows as [(typeof windows)[number]];
  const isTest = ({ start }: Pick<Visit, 'start'>): boolean =>
    testQueries > 0 && isTested(whole.interactions, start);
  const chooses = (visit: Visit): boolean => visit.user % 5 === 0 && !isTest(visit);
  const teaches = (visit: Visit): boolean => visit.user % 5 !== 0 && !isTest(visit);
  const { fit, visits } = newest;
  const levels = windows.map((window) => ({
    fit: window.fit,
    queries: ask(window.visits.filter(teaches), most),
  }));
  const taught = ({ user }: SeenSlate): boolean =>
    user % 5 !== 0 && !isTest({ start: whole.interactions.offsets[user]! });
  return {
    whole,
    levels: withSeen(levels, settings, taught),
    validation: { fit, queries: ask(visits.filter(chooses), settings.validationQueries) },
    ...(testQueries > 0 ? { test: { fit, queries: ask(visits.filter(isTest), testQueries) } } : {}),
    final: whole,
    fresh: newItemQueries(
      whole,
      fit,
      visits.filter((visit) => !isTest(visit)),
    ),
    ...(whole.shoppers
      ? {
          cold: coldQueries(
            whole,
            visits.filter((visit) => !isTest(visit)),
          ),
        }
      : {}),
  };
}

/**
 * Slates that were seen go to the level of the newest fit before them, of shoppers that teach alone: what a fit knows is never
 * of after the slate.
 */
function withSeen(
  levels: readonly Level[],
  { seen, seed }: Pick<ShopPlanSettings, 'seen' | 'seed'>,
  teaches: (slate: SeenSlate) => boolean,
): readonly Level[] {
  if (seen === undefined) return levels;
  const oldest = Math.min(...levels.map(({ fit }) => fit.until));
  const own = seen.slates.filter((slate) => slate.now >= oldest && teaches(slate));
  if (own.length < seen.least) return levels;
  const kept = sample(own, seen.most, createRandom(seed));
  return levels.map((level, at) => {
    const next = levels[at - 1]?.fit.until ?? Number.POSITIVE_INFINITY;
    return { ...level, slates: kept.filter(({ now }) => now >= level.fit.until && now < next) };
  });
}

/** Visits whose questions are written out, at most: a large shop's would be millions, of which a few thousand are asked. */
const MOST_VISITS = 50_000;

const few = (visits: readonly Visit[], random: Random): readonly Visit[] =>
  visits.length > MOST_VISITS ? sample(visits, MOST_VISITS, random) : visits;

/**
 * One shopper in five, by when they were first seen: users are numbered anew in each data set, and whom one run was tested on
 * the next one must not have learned from.
 */
function isTested({ time }: Interactions, start: number): boolean {
  const seconds = Math.floor(time[start]! / 1000);
  return (Math.imul(seconds ^ (seconds >>> 15), 0x2c1b3c6d) >>> 8) % 5 === 1;
}

function queriesFor({ interactions }: Dataset, settings: ShopPlanSettings): number {
  const wanted = Math.floor(interactions.item.length / settings.interactionsAQuery);
  return Math.min(settings.mostQueries, Math.max(settings.leastQueries, wanted));
}

/** At most `most` of the values, order kept. */
export function sample<T>(values: readonly T[], most: number, random: Random): T[] {
  let left = Math.min(most, values.length);
  let rest = values.length;
  return values.filter(() => {
    const take = random.next() * rest-- < left;
    if (take) left--;
    return take;
  });
}
