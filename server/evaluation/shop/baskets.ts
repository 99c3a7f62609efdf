import type { Interval } from '../bootstrap.ts';
import { studyLines } from '../report/lines.ts';
import type { VariantMetric } from '../suite/variants.ts';
import type { ShopEvaluation, Task, TaskResult } from './evaluate.ts';
import { coverageLines } from './outside.ts';

/** Where a task stands in the tree of the baskets protocol, and the metrics that it is judged by, first ones first. */
const PLACES: readonly { task: Task; path: readonly string[]; metrics: readonly string[] }[] = [
  { task: 'nextBasket', path: ['nextBasket'], metrics: ['recall@10', 'ndcg@10', 'recall@20', 'hit@10'] },
  { task: 'nextBasketNew', path: ['nextBasketNew'], metrics: ['recall@10', 'ndcg@10', 'recall@20'] },
  { task: 'hiddenItem', path: ['cart'], metrics: ['recall@10', 'mrr@10', 'ndcg@10'] },
  { task: 'newByHistory', path: ['cold', 'history'], metrics: ['recall@10', 'mrr@10'] },
  { task: 'newByCart', path: ['cold', 'cart'], metrics: ['recall@10', 'mrr@10'] },
];

export type Tree = { [name: string]: Tree | number | string | readonly number[] };

/** The funnel against the strongest baseline of a metric; a tie where the interval of the difference holds 0. */
export interface Verdict {
  readonly against: string;
  readonly difference: Interval;
  readonly verdict: 'above' | 'tie' | 'below';
}

/**
 * An evaluation as the baskets protocol prints it: plain numbers by task and metric, the same tree of 95% bounds under
 * `intervals`, each baseline's under `baselines`, and the strongest baseline of each metric under `against`.
 */
export function basketsReport(result: ShopEvaluation): Tree {
  const { split, validation, resamples, seed, businessRules, stages } = result;
  const { items, interactions, bundleBytes } = result;
  const { trainSeconds, trainProcessorSeconds, evaluateSeconds } = result;
  return {
    protocol: 'baskets',
    ...treeOf((task, metric) => value(result[task].systems['funnel']?.[metric])),
    intervals: treeOf((task, metric) => bounds(result[task].systems['funnel']?.[metric])),
    baselines: baselinesOf(result),
    against: treeOf((task, metric) => asTree(verdictOf(result[task], metric))),
    queries: countsOf(result),
    split: { ...split },
    resamples,
    businessRules,
    seed,
    items,
    interactions,
    trainSeconds,
    trainProcessorSeconds,
    evaluateSeconds,
    bundleBytes: asTree(bundleBytes),
    validation: { ...validation },
    ...(result.outside ? { outside: asTree(result.outside) } : {}),
    ...(stages ? { stages: asTree(mapPlaces(stages)) } : {}),
  };
}

/** Studies under the names that their tasks have in the tree. */
const mapPlaces = (stages: NonNullable<ShopEvaluation['stages']>): Record<string, unknown> =>
  Object.fromEntries(
    PLACES.flatMap(({ task, path }) => (stages[task] ? [[path.join('.'), stages[task]]] : [])),
  );

const asTree = (value: unknown): Tree => JSON.parse(JSON.stringify(value ?? null)) as Tree;

const isInterval = (metric: Interval | number | undefined): metric is Interval => typeof metric === 'object';
const value = (metric: Interval | number | undefined): number | undefined =>
  isInterval(metric) ? metric.mean : metric;
const bounds = (metric: Interval | number | undefined): readonly number[] | undefined =>
  isInterval(metric) ? [metric.low, metric.high] : undefined;

function treeOf(of: (task: Task, metric: string) => Tree[string] | undefined): Tree {
  const root: Tree = {};
  for (const { task, path, metrics } of PLACES) {
    let at = root;
    for (const name of path) {
      at[name] ??= {};
      at = at[name] as Tree;
    }
    for (const metric of metrics) {
      const found = of(task, metric);
      if (found !== undefined) at[metric] = found;
    }
  }
  return root;
}

function baselinesOf(result: ShopEvaluation): Tree {
  const names = new Set(PLACES.flatMap(({ task }) => Object.keys(result[task].systems)));
  names.delete('funnel');
  return Object.fromEntries(
    [...names].map((name) => {
      const tree = treeOf((task, metric) => value(result[task].systems[name]?.[metric]));
      const asked = Object.entries(tree).filter(([, own]) => !isEmpty(own as Tree));
      return [name, Object.fromEntries(asked)];
    }),
  );
}

const isEmpty = (tree: Tree): boolean =>
  Object.values(tree).every((own) => typeof own === 'object' && isEmpty(own as Tree));

const countsOf = (result: ShopEvaluation): Tree =>
  Object.fromEntries(PLACES.map(({ task, path }) => [path.join('.'), result[task].queries]));

/** Against the baseline with the highest mean; undefined where nothing was asked. */
export function verdictOf(
  { queries, systems, funnelMinus }: TaskResult,
  metric: string,
): Verdict | undefined {
  if (queries === 0) return undefined;
  const named = Object.keys(funnelMinus).map((name) => ({ name, mean: value(systems[name]![metric]) ?? 0 }));
  const best = named.reduce((a, b) => (b.mean > a.mean ? b : a));
  const difference = funnelMinus[best.name]![metric]!;
  const verdict = difference.low > 0 ? 'above' : difference.high < 0 ? 'below' : 'tie';
  return { against: best.name, difference, verdict };
}

/** A line a task and metric: the figure, its bounds, the strongest baseline. */
export function basketsLines(result: ShopEvaluation): string[] {
  return [...coverageLines(result.outside ?? {}), ...taskLines(result)];
}

function taskLines(result: ShopEvaluation): string[] {
  return PLACES.flatMap(({ task, path, metrics }) => {
    const { queries, systems } = result[task];
    if (queries === 0) return [`${path.join(', ')}: no queries, since nothing in the window asks it`];
    const rows = metrics.map((metric) => {
      const own = systems['funnel']![metric] as Interval;
      const { against, difference, verdict } = verdictOf(result[task], metric)!;
      const shown = `${own.mean.toFixed(4)} [${own.low.toFixed(4)}, ${own.high.toFixed(4)}]`;
      const by = `${difference.mean.toFixed(4)} [${difference.low.toFixed(4)}, ${difference.high.toFixed(4)}]`;
      return `  ${metric.padEnd(10)} ${shown}  ${verdict} ${against} by ${by}`;
    });
    const study = result.stages?.[task];
    const shown = metrics.slice(0, 2) as VariantMetric[];
    return [
      `${path.join(', ')}: ${queries} queries`,
      ...rows,
      ...(study ? studyLines(study, shown).map((line) => `  ${line}`) : []),
    ];
  });
}
