import type { Interval } from '../bootstrap.ts';
import type { Suite } from '../suite/suite.ts';
import type { Variant } from '../suite/variants.ts';
import { BASE, type TopLevelSpec, type Wanted } from './plot.ts';

/** What of a report is better seen than read, by section. */
export function figuresOf(
  suite: Suite,
): Readonly<Record<'slices' | 'sources' | 'stages' | 'changes' | 'calibration', Wanted[]>> {
  const asked = suite.slices.filter(({ queries }) => queries > 0);
  return {
    slices: [
      {
        title: 'ndcg@10 by slice',
        spec: dots(
          asked.map(({ name, metrics }) => ({ name, ...metrics['ndcg@10']! })),
          { title: 'ndcg@10' },
        ),
      },
    ],
    sources: [
      {
        title: `Recall@${suite.candidates.candidates} of each source alone`,
        spec: dots(
          suite.candidates.sources.map(({ source, alone }) => ({ name: source, ...alone })),
          { title: 'share of right answers found', rule: suite.candidates.together.mean },
        ),
      },
      {
        title: 'What all together lose without it',
        spec: dots(
          suite.candidates.sources.map(({ source, marginal }) => ({ name: source, ...marginal })),
          { title: 'recall lost', rule: 0 },
        ),
      },
    ],
    stages: [
      {
        title: 'ndcg@10 by what orders',
        spec: dots(
          named(suite.stages, (one) => one['ndcg@10']),
          {
            title: 'ndcg@10',
            rule: suite.metrics['ndcg@10']!.mean,
          },
        ),
      },
    ],
    changes: [
      changed('Packing: ndcg@10 of the release minus that of the change', suite.prices),
      changed('Features: ndcg@10 lost without the group', suite.ablation),
    ].filter((figure) => figure !== undefined),
    calibration: suite.calibration === undefined ? [] : [reliabilityOf(suite.calibration)],
  };
}

const named = (variants: readonly Variant[], of: (one: Variant) => Interval) =>
  variants.map((one) => ({ name: one.name, ...of(one) }));

const changed = (title: string, variants: readonly Variant[]): Wanted | undefined =>
  variants.length === 0
    ? undefined
    : {
        title,
        spec: dots(
          named(variants, (one) => one.releaseMinus),
          { title: 'ndcg@10', rule: 0 },
        ),
      };

/** A point with its bounds a row, and a line where the comparison stands. */
function dots(
  values: readonly (Interval & { readonly name: string })[],
  { title, rule }: { readonly title: string; readonly rule?: number },
): TopLevelSpec {
  return {
    ...BASE,
    width: 400,
    height: { step: 22 },
    layer: [
      ...(rule === undefined
        ? []
        : [
            {
              data: { values: [{ at: rule }] },
              mark: { type: 'rule' as const, strokeDash: [4, 3], color: 'currentColor', opacity: 0.5 },
              encoding: { x: { field: 'at', type: 'quantitative' as const } },
            },
          ]),
      {
        data: { values: [...values] },
        mark: { type: 'rule' as const, color: '#2f7fd6', opacity: 0.6, strokeWidth: 2 },
        encoding: {
          x: { field: 'low', type: 'quantitative' as const, title, scale: { zero: false } },
          x2: { field: 'high' },
          y: { field: 'name', type: 'nominal' as const, sort: null, title: null },
        },
      },
      {
        data: { values: [...values] },
        mark: { type: 'point' as const, filled: true, size: 60, color: '#2f7fd6', opacity: 1 },
        encoding: {
          x: { field: 'mean', type: 'quantitative' as const },
          y: { field: 'name', type: 'nominal' as const, sort: null, title: null },
        },
      },
    ],
  };
}

/** What was promised against what came true, a point a bin, as large as the bin is full. */
function reliabilityOf({ bins }: NonNullable<Suite['calibration']>): Wanted {
  const values = bins
    .filter(({ count }) => count > 0)
    .map(({ count, predicted, happened }) => ({
      count,
      promised: predicted / count,
      happened: happened / count,
    }));
  const most = Math.max(0.1, ...values.flatMap(({ promised, happened }) => [promised, happened])) * 1.05;
  const scale = { domain: [0, most] };
  return {
    title: 'Calibration: promised against what came true',
    spec: {
      ...BASE,
      width: 400,
      height: 300,
      layer: [
        {
          data: {
            values: [
              { promised: 0, happened: 0 },
              { promised: most, happened: most },
            ],
          },
          mark: { type: 'line', strokeDash: [4, 3], color: 'currentColor', opacity: 0.5 },
          encoding: {
            x: { field: 'promised', type: 'quantitative', scale, title: 'mean probability promised' },
            y: { field: 'happened', type: 'quantitative', scale, title: 'share that came true' },
          },
        },
        {
          data: { values },
          mark: { type: 'point', filled: true, color: '#2f7fd6', opacity: 0.85 },
          encoding: {
            x: { field: 'promised', type: 'quantitative' },
            y: { field: 'happened', type: 'quantitative' },
            size: {
              field: 'count',
              type: 'quantitative',
              scale: { range: [30, 500] },
              legend: { title: 'places' },
            },
          },
        },
      ],
    },
  };
}
