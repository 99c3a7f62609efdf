import type { Dataset, Journal } from '../../../models/contract.ts';
import { createRandom, shuffle } from '../../../models/random.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import { before, buildDataset, timeSpan } from '../../dataset/dataset.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import { wasmArithmetic } from '../../training/arithmetic.ts';
import type { TrainedRelease } from '../../training/contract.ts';
import { openParts } from '../../training/fits.ts';
import { slateRows } from '../../training/measure.ts';
import type { Ingredients } from '../../training/plan-options.ts';
import { type ShopData, TrainingError, type TrainOptions, train } from '../../training/train.ts';
import { type BootstrapSettings, bootstrap, type Interval } from '../bootstrap.ts';
import type { Study } from '../suite/study.ts';
import { weigh } from '../weigh.ts';
import { type Baselines, bestOf, fitBaselines } from './baselines.ts';
import { type GradedLists, gradeLists, type Surroundings, surroundings } from './grade.ts';
import {
  type OutsideScores,
  type OutsideSystem,
  outsideSystems,
  type Question,
  questionsOf,
} from './outside.ts';
import { studies } from './studies.ts';
import {
  hiddenItems,
  newByCart,
  newByHistory,
  nextBaskets,
  type TestQuery,
  type Window,
  windowOf,
} from './tasks.ts';

const DAY = 86_400_000;
const DEPTH = 20;

/** What is measured: the newest window, or the one before it with the newest left away, where settings are tried. */
export type EvaluationPart = 'test' | 'validation';

export interface EvaluationOptions extends TrainOptions {
  /** days of the window that is measured */
  readonly days: number;
  /** time that processors have spent for this process, all threads, ms */
  processor(): number;
  /** `test` where it is left out */
  readonly part?: EvaluationPart;
  readonly resamples: number;
  /** what each stage adds is measured as well, on so many questions of a task at most */
  readonly stages?: number | undefined;
  /** of an outside system, graded on the same queries as `outside` */
  readonly scores?: OutsideScores;
}

/** One task: every system's metrics, and how far the funnel is from each baseline, query by query. */
export interface TaskResult {
  readonly queries: number;
  readonly systems: Readonly<Record<string, Readonly<Record<string, Interval | number>>>>;
  readonly funnelMinus: Readonly<Record<string, Readonly<Record<string, Interval>>>>;
}

export const TASKS = ['nextBasket', 'nextBasketNew', 'hiddenItem', 'newByHistory', 'newByCart'] as const;
export type Task = (typeof TASKS)[number];

export interface ShopEvaluation extends Readonly<Record<Task, TaskResult>> {
  readonly split: Readonly<Record<string, string | number>>;
  readonly resamples: number;
  readonly businessRules: 'off';
  readonly items: number;
  readonly interactions: number;
  readonly trainSeconds: number;
  readonly trainProcessorSeconds: number;
  readonly evaluateSeconds: number;
  readonly bundleBytes: ReturnType<typeof weigh>;
  readonly validation: TrainedRelease['metrics'];
  readonly seed: number;
  /** how much of an outside system's scores could be used, by task */
  readonly outside?: Readonly<Record<string, OutsideSystem['report']>>;
  readonly stages?: Readonly<Partial<Record<Task, Study>>>;
}

const queriesOf = (whole: Dataset, window: Window, seed: number): Readonly<Record<Task, TestQuery[]>> => ({
  nextBasket: nextBaskets(whole, window, false),
  nextBasketNew: nextBaskets(whole, window, true),
  hiddenItem: hiddenItems(whole, window, seed),
  newByHistory: newByHistory(whole, window),
  newByCart: newByCart(whole, window),
});

/** What `evaluateShop` would ask with these options, for an outside system to answer. Nothing is trained. */
export async function shopQuestions(
  shop: ShopData,
  options: EvaluationOptions,
): Promise<{ readonly trainBefore: string; readonly questions: readonly Question[] }> {
  const { whole, cut } = await splitShop(shop, options);
  const queries = queriesOf(whole, windowOf(whole, cut), options.seed);
  return {
    trainBefore: new Date(cut).toISOString(),
    questions: TASKS.flatMap((task) => questionsOf(whole, task, queries[task])),
  };
}

/**
 * Trains on what was before the window and measures the packed release on it: next basket (repeats allowed, and new
 * to the shopper alone), an item hidden from a basket, and items that are new to the shop, by history and by cart.
 * Rules of stock, cart and purchase and the caps of shelves are off.
 */
export async function evaluateShop(
  shop: ShopData,
  options: EvaluationOptions,
  journal: Journal,
): Promise<ShopEvaluation> {
  const { whole, interactions, items, cut, end } = await splitShop(shop, options);
  const window = windowOf(whole, cut);
  const queries = queriesOf(whole, window, options.seed);
  // A file that answers nothing is refused before anything is trained.
  const systems = options.scores && outsideSystems(options.scores, whole, queries);
  const told: Ingredients[] = [];
  const kept = { packed: (from: Ingredients): unknown => told.push(from) };
  const spent = options.processor();
  const trained = await train(
    { ...shop, items, interactions, now: cut },
    // The window that is measured is the exam.
    { ...options, ...(options.stages ? kept : {}), examined: false },
    journal,
  );
  const trainProcessorSeconds = (options.processor() - spent) / 1000;
  const engine = openParts(
    trained.parts.filter(({ role }) => role !== 'cards'),
    options.kernel,
  );
  const started = options.clock();
  const fit = before(whole, cut);
  const baselines = fitBaselines(fit, window, await wasmArithmetic());
  const tools = {
    whole,
    engine,
    around: surroundings(fit, engine.shard),
    lot: lots(fit, options.seed),
    intervals: { resamples: options.resamples, seed: options.seed },
    journal,
  };
  const known = { baselines: baselines.baskets, allowed: window.seen };
  const fresh = { baselines: baselines.cold, allowed: window.fresh };
  const run = (task: Task, name: string, against: Against) => {
    const input = { name, queries: queries[task], ...against };
    if (systems === undefined) return runTask(input, tools);
    const outside = systems[task].baseline;
    return runTask({ ...input, baselines: { ...input.baselines, outside } }, tools);
  };
  const tasks = {
    nextBasket: run('nextBasket', 'next basket', known),
    nextBasketNew: run('nextBasketNew', 'next basket, new items', known),
    hiddenItem: run('hiddenItem', 'hidden item', { ...known, baselines: baselines.cart }),
    newByHistory: run('newByHistory', 'new items by history', fresh),
    newByCart: run('newByCart', 'new items by cart', fresh),
  };
  closeEngine(engine);
  const evaluateSeconds = (options.clock() - started) / 1000;
  const [made] = told;
  const asked = { whole, markets: shop.markets, queries };
  return {
    split: {
      part: options.part ?? 'test',
      trainedBefore: new Date(cut).toISOString(),
      until: new Date(end).toISOString(),
      days: options.days,
      ...shape(window),
    },
    ...tasks,
    resamples: options.resamples,
    businessRules: 'off',
    items: trained.items,
    interactions: trained.lineage.interactions,
    trainSeconds: trained.lineage.seconds,
    trainProcessorSeconds,
    evaluateSeconds,
    bundleBytes: weigh(trained.parts),
    validation: trained.metrics,
    seed: options.seed,
    ...(systems === undefined
      ? {}
      : { outside: Object.fromEntries(TASKS.map((task) => [task, systems[task].report])) }),
    ...(made ? { stages: studies(asked, made, options, journal) } : {}),
  };
}

/** The data up to the end of the window, and where the window begins. */
export async function splitShop(shop: ShopData, { days, part }: Pick<EvaluationOptions, 'days' | 'part'>) {
  const stored = [...shop.interactions];
  const { dataset } = await buildDataset(shop.items, stored, shop.now);
  const last = splitAt(dataset, days);
  if (part !== 'validation') return prepared(shop, stored, { whole: dataset, ...last });
  const earlier = before(dataset, last.cut);
  return prepared(shop, stored, { whole: earlier, ...splitAt(earlier, days, last.cut) });
}

/** A file may know an item's first sale alone: what is first sold in the window is new when the window begins. */
function prepared(
  shop: ShopData,
  interactions: readonly StoredInteraction[],
  at: { whole: Dataset; cut: number; end: number },
) {
  const items = shop.items.map((item) =>
    item.added_at !== undefined && item.added_at > at.cut ? { ...item, added_at: at.cut } : item,
  );
  return { ...at, items, interactions };
}

/** @throws TrainingError where nothing is left before the window to train on */
function splitAt({ interactions }: Dataset, days: number, end?: number): { cut: number; end: number } {
  const span = timeSpan(interactions);
  if (span === undefined) throw new TrainingError('too-short', 'Found no interactions, expected some.');
  const to = end ?? (Math.floor(span.to / DAY) + 1) * DAY;
  const cut = to - days * DAY;
  if (cut > span.from) return { cut, end: to };
  const found = ((span.to - span.from) / DAY).toFixed(1);
  throw new TrainingError(
    'too-short',
    `Found interactions of ${found} days, expected more than the ${days} days of the test window (--days).`,
  );
}

const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0);

const shape = ({ seen, fresh, thin }: Window) => ({
  itemsKnown: count(seen),
  itemsNew: count(fresh),
  nextBasketIs: thin ? 'all of the window' : 'the first day',
});

/** The place of each item where scores are equal: drawn, so that no id is favoured. */
const lots = ({ interactions: { items } }: Dataset, seed: number): Uint32Array =>
  shuffle(
    Uint32Array.from({ length: items }, (_, row) => row),
    createRandom(seed),
  );

interface Against {
  readonly baselines: Baselines;
  /** by row, 1 where an answer may name it */
  readonly allowed: Uint8Array;
}

interface TaskInput extends Against {
  readonly name: string;
  readonly queries: readonly TestQuery[];
}

interface TaskTools {
  readonly whole: Dataset;
  readonly engine: Engine;
  readonly around: Surroundings;
  readonly lot: Uint32Array;
  readonly intervals: BootstrapSettings;
  readonly journal: Journal;
}

function runTask({ name, queries, baselines, allowed }: TaskInput, tools: TaskTools): TaskResult {
  const { whole, engine, around, lot, intervals, journal } = tools;
  const shoppers = queries.map(({ shopper }) => shopper);
  const funnel = queries.map((query, at) => {
    if (at % 100 === 0) journal.stage(name, at, queries.length);
    return slateRows(engine, { whole, query, rules: 'off', limit: DEPTH });
  });
  journal.stage(name, queries.length, queries.length);
  const graded = new Map<string, GradedLists>([['funnel', gradeLists(funnel, queries, around)]]);
  for (const [key, baseline] of Object.entries(baselines)) {
    const lists = queries.map((query) =>
      bestOf(baseline(query), { allowed, hidden: query.hidden, lot }, DEPTH),
    );
    graded.set(key, gradeLists(lists, queries, around));
  }
  const estimate = (values: readonly number[]): Interval => bootstrap(values, shoppers, intervals);
  const own = graded.get('funnel')!;
  return {
    queries: queries.length,
    systems: mapValues(graded, ({ perQuery, together }) => ({ ...each(perQuery, estimate), ...together })),
    funnelMinus: mapValues(new Map(Object.entries(baselines)), (_, key) => {
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
