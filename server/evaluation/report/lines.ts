import type { Interval } from '../bootstrap.ts';
import type { Suite } from '../suite/suite.ts';
import type { Variant } from '../suite/variants.ts';

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
    ...section(`candidates (recall@${suite.candidates.candidates}; alone, and lost without it)`, [
      row('all together', bounded(suite.candidates.together)),
      row('after the cut', bounded(suite.candidates.ranked)),
      ...suite.candidates.sources.map(({ source, alone, marginal }) =>
        row(source, `${bounded(alone)}  ${bounded(marginal)}`),
      ),
    ]),
    ...section('stages (ndcg@10; the release minus it)', suite.stages.map(changed)),
    ...section('packing (ndcg@10; the release minus it)', [
      ...suite.prices.map(changed),
      ...(suite.pricesLeftOut === undefined ? [] : [`  ${suite.pricesLeftOut}`]),
    ]),
    ...section('without a group of features (ndcg@10; the release minus it)', suite.ablation.map(changed)),
    ...againstLines(suite),
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
