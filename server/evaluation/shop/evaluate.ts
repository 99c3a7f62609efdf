import type { Dataset, Journal } from '../../../models/contract.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import { before, buildDataset, timeSpan } from '../../dataset/dataset.ts';
import type { TrainedRelease } from '../../training/contract.ts';
import { openParts } from '../../training/fits.ts';
import { slateRows } from '../../training/measure.ts';
import { type ShopData, TrainingError, type TrainOptions, train } from '../../training/train.ts';
import { weigh } from '../benchmark/run.ts';
import { type BootstrapSettings, bootstrap, type Interval } from '../bootstrap.ts';
import { type Baseline, fitBaselines } from './baselines.ts';
import { type GradedLists, gradeLists, type Surroundings, surroundings } from './grade.ts';
import { hiddenItems, nextBaskets, type TestQuery, windowOf } from './tasks.ts';

const DAY = 86_400_000;
const DEPTH = 20;

export interface EvaluationOptions extends TrainOptions {
  /** days of the test window */
  readonly days: number;
  readonly resamples: number;
}

/** One task: every system's metrics, and how far the funnel is from each baseline, query by query. */
export interface TaskResult {
  readonly queries: number;
  readonly systems: Readonly<Record<string, Readonly<Record<string, Interval | number>>>>;
  readonly funnelMinus: Readonly<Record<string, Readonly<Record<string, Interval>>>>;
}

/**
 * Trains on what was before the newest `days` and measures the packed release on them: next basket (repeats allowed,
 * and new items alone) and hidden item. Rules of stock, cart and purchase and the caps of shelves are off.
 */
export async function evaluateShop(
  shop: ShopData,
  options: EvaluationOptions,
  journal: Journal,
): Promise<Record<string, unknown>> {
  const interactions = [...shop.interactions];
  const { dataset: whole } = await buildDataset(shop.items, interactions, shop.now);
  const { cut, newest } = splitAt(whole, options.days);
  const trained = await train({ ...shop, interactions, now: cut }, options, journal);
  const engine = openParts(withoutCards(trained), options.kernel);
  const started = options.clock();
  const fit = before(whole, cut);
  const asked = {
    whole,
    baselines: fitBaselines(fit),
    engine,
    around: surroundings(fit, engine.shard),
  };
  const window = windowOf(whole, cut);
  const intervals = { resamples: options.resamples, seed: options.seed };
  const run = (name: string, queries: TestQuery[]) =>
    runTask(name, queries, { ...asked, intervals, journal });
  const tasks = {
    nextBasket: run('next basket', nextBaskets(whole, window, false)),
    nextBasketNew: run('next basket, new items', nextBaskets(whole, window, true)),
    hiddenItem: run('hidden item', hiddenItems(whole, window, options.seed)),
  };
  closeEngine(engine);
  return {
    split: {
      trainedBefore: new Date(cut).toISOString(),
      until: new Date(newest).toISOString(),
      days: options.days,
    },
    ...tasks,
    resamples: options.resamples,
    businessRules: 'off',
    items: trained.items,
    interactions: trained.lineage.interactions,
    trainSeconds: trained.lineage.seconds,
    evaluateSeconds: (options.clock() - started) / 1000,
    bundleBytes: weigh(trained.parts),
    validation: trained.metrics,
    seed: options.seed,
  };
}

/** @throws TrainingError where nothing is left before the test window to train on */
function splitAt({ interactions }: Dataset, days: number): { cut: number; newest: number } {
  const span = timeSpan(interactions);
  if (span === undefined) throw new TrainingError('too-short', 'Found no interactions, expected some.');
  const cut = (Math.floor(span.to / DAY) + 1 - days) * DAY;
  if (cut > span.from) return { cut, newest: span.to };
  const found = ((span.to - span.from) / DAY).toFixed(1);
  throw new TrainingError(
    'too-short',
    `Found interactions of ${found} days, expected more than the ${days} days of the test window (--days).`,
  );
}

const withoutCards = ({ parts }: TrainedRelease) => parts.filter(({ role }) => role !== 'cards');

interface TaskTools {
  readonly whole: Dataset;
  readonly baselines: ReturnType<typeof fitBaselines>;
  readonly engine: Engine;
  readonly around: Surroundings;
  readonly intervals: BootstrapSettings;
  readonly journal: Journal;
}

function runTask(name: string, queries: readonly TestQuery[], tools: TaskTools): TaskResult {
  const { whole, engine, around, intervals, journal } = tools;
  const shoppers = queries.map(({ shopper }) => shopper);
  const funnel = queries.map((query, at) => {
    if (at % 100 === 0) journal.stage(name, at, queries.length);
    return slateRows(engine, { whole, query, rules: 'off', limit: DEPTH });
  });
  journal.stage(name, queries.length, queries.length);
  const answer = (baseline: Baseline) => queries.map((query) => baseline(query, DEPTH));
  const baselines = Object.entries(tools.baselines).map(
    ([key, baseline]) => [key, answer(baseline)] as const,
  );
  const graded = new Map<string, GradedLists>();
  for (const [key, lists] of [['funnel', funnel] as const, ...baselines])
    graded.set(key, gradeLists(lists, queries, around));
  const estimate = (values: readonly number[]): Interval => bootstrap(values, shoppers, intervals);
  const own = graded.get('funnel')!;
  return {
    queries: queries.length,
    systems: mapValues(graded, ({ perQuery, together }) => ({ ...each(perQuery, estimate), ...together })),
    funnelMinus: mapValues(new Map(baselines), (_, key) => {
      const other = graded.get(key)!.perQuery;
      return each(own.perQuery, (values, metric) =>
        estimate(values.map((value, at) => value - other[metric]![at]!)),
      );
    }),
  };
}

const mapValues = <A, B>(map: ReadonlyMap<string, A>, of: (value: A, key: string) => B): Record<string, B> =>
  Object.fromEntries([...map].map(([key, value]) => [key, of(value, key)]));

const each = (
  metrics: Readonly<Record<string, readonly number[]>>,
  of: (values: readonly number[], metric: string) => Interval,
): Record<string, Interval> =>
  Object.fromEntries(Object.entries(metrics).map(([metric, values]) => [metric, of(values, metric)]));
