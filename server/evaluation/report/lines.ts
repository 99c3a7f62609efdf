import type { Interval } from '../bootstrap.ts';
import type { CandidateRecall } from '../suite/sources.ts';
import type { Study } from '../suite/study.ts';
import type { Suite } from '../suite/suite.ts';
import type { Variant, VariantMetric } from '../suite/variants.ts';

export const bounded = ({ mean, low, high }: Interval, digits = 4): string =>
  `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;

/** A report for a terminal. */
export function suiteLines(suite: Suite): string[] {
  const { run, how, explained, window, queries, shoppers, rankedBy } = suite;
  return [
    `${run}, judged by ${how === 'twin' ? 'a twin' : 'newer interactions'}: ${window.from} to ${window.until}`,
    `  ${explained}`,
    `  ${queries} questions of ${shoppers} shoppers, ordered by the ${rankedBy}; bounds: 95%, ${suite.resamples} resamples over shoppers`,
    ...section(
      'metrics',
      Object.entries(suite.metrics).map(([name, value]) => row(name, bounded(value))),
    ),
    ...Object.entries(suite.together).map(([name, value]) => row(name, value.toFixed(4))),
    ...(suite.calibration ? [row('ece@10', bounded(suite.calibration.ece))] : []),
    ...section(
      'slices (ndcg@10)',
      suite.slices.map(({ name, queries: count, metrics }) =>
        row(name, count === 0 ? 'no questions' : `${bounded(metrics['ndcg@10']!)}  ${count} questions`),
      ),
    ),
    ...candidateLines(suite.candidates),
    ...section('stages (ndcg@10; the release minus it)', suite.stages.map(changed)),
    ...section('packing (ndcg@10; the release minus it)', [
      ...suite.prices.map(changed),
      ...(suite.pricesLeftOut === undefined ? [] : [`  ${suite.pricesLeftOut}`]),
    ]),
    ...section('without a group of features (ndcg@10; the release minus it)', suite.ablation.map(changed)),
    ...againstLines(suite),
  ];
}

const candidateLines = ({ candidates, together, ranked, sources }: CandidateRecall): string[] =>
  section(`candidates (recall@${candidates}; alone, and lost without it)`, [
    row('all together', bounded(together)),
    row('after the cut', bounded(ranked)),
    ...sources.map(({ source, alone, marginal }) => row(source, `${bounded(alone)}  ${bounded(marginal)}`)),
  ]);

/** A study for a terminal. @param shown metrics that its protocol is judged by */
export function studyLines(
  { questions, rankedBy, whole, candidates, stages, prices, ablation }: Study,
  shown: readonly VariantMetric[] = ['recall@10', 'ndcg@10'],
): string[] {
  const line = (one: Variant): string => {
    const figures = shown.map((metric) => bounded(one[metric])).join('  ');
    const bytes = one.bytes === undefined ? '' : `  ${one.bytes} bytes`;
    return row(one.name, `${figures}  ${bounded(one.releaseMinus)}${bytes}`);
  };
  const head = `${shown.join(', ')}; ndcg@10 of the whole minus it`;
  return [
    ...section(`${questions} questions, ordered by the ${rankedBy} (${head})`, [line(whole)]),
    ...section('stages', stages.map(line)),
    ...candidateLines(candidates),
    ...section('without a group of features', ablation.map(line)),
    ...section('packing', prices.map(line)),
  ];
}

function againstLines({ run, against }: Suite): string[] {
  if (against === undefined) return [];
  const differences = Object.entries(against.difference).map(([name, value]) => row(name, bounded(value)));
  return section(`${run} minus ${against.run}`, [
    ...differences,
    row('slates in common', bounded(against.overlap)),
  ]);
}

const section = (title: string, rows: readonly string[]): string[] =>
  rows.length === 0 ? [] : [`${title}:`, ...rows];
const row = (name: string, text: string): string => `  ${name.padEnd(22)} ${text}`;
const changed = (one: Variant): string =>
  row(one.name, `${bounded(one['ndcg@10'])}  ${bounded(one.releaseMinus)}`);
