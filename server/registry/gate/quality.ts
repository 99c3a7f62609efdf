import { bootstrap, type Interval } from '../../evaluation/bootstrap.ts';
import type { Check, RecordedExam } from '../contract.ts';
import type { GateLimits } from './limits.ts';

const BOOTSTRAP = { resamples: 1000, seed: 1 };
const shown = (value: number): string => value.toFixed(4);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** What the temporal test says of a run: against the champion, against popularity, and of what packing cost. */
export function qualityChecks(
  exam: RecordedExam | undefined,
  champion: string | undefined,
  limits: GateLimits,
): Check[] {
  const queries = exam?.twin.length ?? 0;
  if (exam === undefined || queries < limits.leastQueries)
    return ['champion', 'popularity', 'quantisation'].map((name) =>
      untested(name, `${queries} test queries`, `${limits.leastQueries} of them at least`),
    );
  return [
    againstChampion(exam, champion, limits),
    againstPopularity(exam, limits),
    afterPacking(exam, limits),
  ];
}

const untested = (name: string, found: string, expected: string): Check => ({
  ...{ name, found, expected, passed: true },
  warning: `not tested: found ${found}, expected ${expected}`,
});

/** Mean of the paired differences, with an interval over shoppers. */
function difference(a: readonly number[], b: readonly number[], shoppers: readonly number[]): Interval {
  return bootstrap(
    a.map((value, at) => value - b[at]!),
    shoppers.map(String),
    BOOTSTRAP,
  );
}

function againstChampion(exam: RecordedExam, champion: string | undefined, limits: GateLimits): Check {
  const name = 'champion';
  if (champion === undefined)
    return { name, found: 'nothing else is published', expected: 'popularity beaten alone', passed: true };
  const answers = exam.champion;
  if (answers === undefined) return untested(name, 'no new data', 'visits that the champion had not seen');
  if (answers.run !== champion) {
    const found = `compared with ${answers.run} when it was trained, and ${champion} is published now`;
    return { name, found, expected: 'a run compared with the champion: train again', passed: false };
  }
  if (answers.unread !== undefined)
    return untested(name, answers.unread, 'a champion that this Tacit can open');
  const at = answers.ndcg.flatMap((value, index) => (value === null ? [] : [index]));
  if (at.length < limits.leastQueries)
    return untested(name, `${at.length} queries new to the champion`, `${limits.leastQueries} at least`);
  const own = at.map((index) => exam.twin[index]!);
  const theirs = at.map((index) => answers.ndcg[index]!);
  const {
    mean: gained,
    low,
    high,
  } = difference(
    own,
    theirs,
    at.map((index) => exam.shoppers[index]!),
  );
  const margin = Math.max(limits.championMargin, limits.championShare * mean(theirs));
  return {
    name,
    found: `ndcg@10 ${shown(mean(own))} against ${shown(mean(theirs))} of its ${answers.by}: ${shown(gained)} (${shown(low)} to ${shown(high)}), ${at.length} queries`,
    expected: `above it, or not below by more than ${shown(margin)} at the lower end`,
    passed: gained >= 0 || low >= -margin,
    figures: { ndcg: mean(own), champion: mean(theirs), gained, low, high, queries: at.length },
  };
}

function againstPopularity(exam: RecordedExam, { popularityMargin }: GateLimits): Check {
  const [own, theirs] = [mean(exam.twin), mean(exam.popularity)];
  const { low, high } = difference(exam.twin, exam.popularity, exam.shoppers);
  return {
    name: 'popularity',
    found: `ndcg@10 ${shown(own)} against ${shown(theirs)}: ${shown(own - theirs)} (${shown(low)} to ${shown(high)}), ${exam.twin.length} queries`,
    expected: `more than ${popularityMargin} above it`,
    passed: own - theirs > popularityMargin,
    figures: { ndcg: own, popularity: theirs, low, high, queries: exam.twin.length },
  };
}

/** A loss that may be chance (its interval reaches 0) is told and let through. */
function afterPacking(exam: RecordedExam, { quantisationLoss }: GateLimits): Check {
  const [packed, exact] = [mean(exam.twin), mean(exam.exact)];
  const loss = exact === 0 ? 0 : 1 - packed / exact;
  const { low } = difference(exam.exact, exam.twin, exam.shoppers);
  const within = loss <= quantisationLoss;
  const percent = (value: number): string => `${(100 * value).toFixed(2)}%`;
  return {
    name: 'quantisation',
    found: `${percent(loss)} of ndcg@10 lost (${shown(packed)} of ${shown(exact)})`,
    expected: `at most ${percent(quantisationLoss)}`,
    passed: within || low <= 0,
    ...(within || low > 0 ? {} : { warning: 'more than the limit, but not more than chance' }),
    figures: { packed, exact, loss },
  };
}
