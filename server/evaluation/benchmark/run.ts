import { writeFileSync } from 'node:fs';
import type { Dataset, Journal } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import { wasmArithmetic } from '../../training/arithmetic.ts';
import type { Choice } from '../../training/choose.ts';
import { TRANSITION_AXES, transitionsOn } from '../../training/choose-transitions.ts';
import { openFit, openParts } from '../../training/fits.ts';
import type { Plan, Query } from '../../training/plan.ts';
import type { Ingredients } from '../../training/plan-options.ts';
import { runPlan } from '../../training/run-plan.ts';
import {
  PACKINGS,
  type Packing,
  type TrainingSettings,
  type TransitionAxis,
} from '../../training/settings.ts';
import { sample } from '../../training/shop-plan.ts';
import type { Owned } from '../suite/questions.ts';
import { type Study, studyFunnel } from '../suite/study.ts';
import { weigh } from '../weigh.ts';
import { grade } from './grade.ts';
import { featuresOf } from './groups.ts';
import { nextItemQueries, openSequences, type SequenceFiles, sequencePlan } from './sequences.ts';
import {
  openSessions,
  prefixQueries,
  type SessionFiles,
  sessionPlan,
  validationSessions,
} from './sessions.ts';
import {
  SEQUENCE_CHOICES,
  SEQUENCE_SETTINGS,
  SESSION_AXES,
  SESSION_CHOICES,
  SESSION_PACKINGS,
  SESSION_SETTINGS,
} from './settings.ts';
import { CLOCK_END, UNIT_CLOCK } from './unit-clock.ts';

export type BenchmarkPart = 'test' | 'validation';

export interface BenchmarkOptions {
  readonly seed: number;
  /** nothing that knows which of two items came first: lists read both ways alike, no latent order, no counts */
  readonly symmetric?: boolean;
  /** groups of features that rankers may not read, see groups.ts */
  readonly without?: readonly string[];
  /** what each stage adds is measured as well, on so many of validation's queries */
  readonly stages?: number | undefined;
  /** whose answers are graded, `test` where it is left out; `validation` leaves the test unopened */
  readonly part?: BenchmarkPart;
  /** file for every query's ranked ids */
  readonly slates: string | undefined;
}

export interface BenchmarkTools {
  readonly kernel: Kernel;
  readonly journal: Journal;
  /** the host's monotonic clock, ms */
  clock(): number;
  /** time that processors have spent for this process, all threads, ms */
  processor(): number;
}

/** Queries that choose the funnel's settings, of those of validation. */
const CHOOSING = 1200;

/** Items of each user after the one that is asked for. */
const BACK: Readonly<Record<BenchmarkPart, number>> = { test: 0, validation: 1 };

const QUERIES = { queries: 30_000, validationQueries: 2500 };
const SESSION_QUERIES = { queries: 24_000, validationQueries: 3000 };

/** Leave-one-out on `user item item ...`: the last item of each user, history excluded (and kept, beside it). */
export async function benchmarkSequences(
  files: SequenceFiles,
  options: BenchmarkOptions,
  tools: BenchmarkTools,
): Promise<Record<string, unknown>> {
  const { users, asked, whole } = await openSequences(files);
  const plan = sequencePlan(whole, { ...QUERIES, seed: options.seed });
  return benchmark(
    {
      plan,
      settings: SEQUENCE_SETTINGS,
      choices: SEQUENCE_CHOICES,
      transitions: TRANSITION_AXES,
      packings: PACKINGS,
      queriesOf: (part) => nextItemQueries(whole, BACK[part]),
      historyKeptOf: (part) => nextItemQueries(whole, BACK[part], true),
      // Whoever has two items alone asks for the second, and nothing at validation.
      nameOf: (at, part) => (part === 'test' ? asked[at]! : String(at)),
      users,
      protocolOf: (part) =>
        `leave-one-out: last item${part === 'test' ? '' : ' but one'} of each user, fitted on all but the last two, history excluded`,
    },
    options,
    tools,
  );
}

/** Every prefix of every test session asks for its next click; clicks may come again. */
export async function benchmarkSessions(
  files: SessionFiles,
  options: BenchmarkOptions,
  tools: BenchmarkTools,
): Promise<Record<string, unknown>> {
  const sessions = await openSessions(files);
  const { whole, trainSessions, testSessions } = sessions;
  const plan = sessionPlan(sessions, { ...SESSION_QUERIES, seed: options.seed });
  return benchmark(
    {
      plan,
      settings: SESSION_SETTINGS,
      choices: SESSION_CHOICES,
      transitions: SESSION_AXES,
      packings: SESSION_PACKINGS,
      queriesOf: (part) =>
        prefixQueries(
          whole,
          part === 'test'
            ? { from: trainSessions, to: trainSessions + testSessions }
            : validationSessions(trainSessions),
        ),
      nameOf: String,
      users: trainSessions,
      protocolOf: (part) => `every prefix of each ${part} session, history kept`,
    },
    options,
    tools,
  );
}

interface Benchmark {
  readonly plan: Plan;
  readonly settings: TrainingSettings;
  readonly choices: readonly Choice[];
  readonly transitions: readonly TransitionAxis[];
  readonly packings: readonly Packing[];
  readonly users: number;
  /** of validation all that could be asked; settings are chosen on some of it */
  queriesOf(part: BenchmarkPart): readonly Query[];
  historyKeptOf?(part: BenchmarkPart): readonly Query[];
  protocolOf(part: BenchmarkPart): string;
  nameOf(query: number, part: BenchmarkPart): string;
}

async function benchmark(
  job: Benchmark,
  { seed, slates, symmetric = false, without = [], stages, part = 'test' }: BenchmarkOptions,
  { kernel, journal, clock, processor }: BenchmarkTools,
): Promise<Record<string, unknown>> {
  const { plan, choices, packings } = job;
  const settings = symmetric ? undirected(job.settings) : job.settings;
  // An axis could bring the direction back.
  const transitions = symmetric ? [] : job.transitions;
  const { whole } = plan;
  const started = clock();
  const spent = processor();
  const told: Ingredients[] = [];
  const trained = runPlan(
    plan,
    {
      settings,
      choices,
      transitions,
      packings,
      markets: [],
      rules: 'off',
      now: CLOCK_END,
      without: featuresOf(without),
      choosing: CHOOSING,
      head: false,
    },
    {
      ...{ arithmetic: await wasmArithmetic(), journal, kernel, seed },
      packed: (from) => {
        told.push(from);
      },
    },
  );
  const trainSeconds = (clock() - started) / 1000;
  const trainProcessorSeconds = (processor() - spent) / 1000;
  const [made] = told as [Ingredients];
  const engine =
    part === 'test' ? openParts(trained.parts, kernel) : openFit(made.validation, made.funnel, kernel);
  const queries = job.queriesOf(part);
  const evaluated = clock();
  const graded = grade(engine, { whole, queries }, journal);
  const historyKept = job.historyKeptOf?.(part);
  const kept = historyKept && grade(engine, { whole, queries: historyKept }, journal).metrics;
  const evaluateSeconds = (clock() - evaluated) / 1000;
  closeEngine(engine);
  const study = stages ? studyOf(plan, made, { kernel, seed, most: stages }, journal) : undefined;
  if (slates !== undefined)
    writeSlates(slates, { whole, slates: graded.slates, nameOf: (at) => job.nameOf(at, part) });
  return {
    ...graded.metrics,
    ...(kept === undefined ? {} : { historyKept: kept }),
    bundleBytes: weigh(trained.parts),
    trainSeconds,
    trainProcessorSeconds,
    evaluateSeconds,
    items: whole.catalogue.groups.length,
    users: job.users,
    queries: queries.length,
    part,
    seed,
    symmetric,
    without,
    settings: { ...trained.settings, clock: UNIT_CLOCK, businessRules: 'off' },
    validation: trained.metrics,
    support: supportOf(plan, trained.settings, kernel),
    ...(study ? { stages: study } : {}),
    protocol: job.protocolOf(part),
    businessRules: 'off',
    clock: UNIT_CLOCK,
    kernel: kernel.build,
  };
}

/** Least numbers of histories behind a list's entry. */
const SUPPORTS = [1, 2];

/** What a larger support costs: validation by the slates of transitions alone. */
function supportOf(plan: Plan, settings: TrainingSettings, kernel: Kernel) {
  const quality = transitionsOn(plan, { settings, rules: 'off' }, { kernel });
  const { transitions } = settings;
  const each = SUPPORTS.map((minSupport) => {
    const { recall, ndcg } = quality({ ...transitions, minSupport });
    return [`minSupport=${minSupport}`, { 'recall@10': recall, 'ndcg@10': ndcg }] as const;
  });
  return { shipped: transitions.minSupport, transitionsAlone: Object.fromEntries(each) };
}

/** Bounds of a table that compares stages: what matters is the difference, query by query. */
const RESAMPLES = 500;

/** A query's history begins where its shopper's does. */
const owned = (query: Query): Owned => ({ ...query, shopper: String(query.from) });

/** By validation's queries, since settings may not be chosen by the others. */
function studyOf(
  { whole, validation }: Plan,
  made: Ingredients,
  { kernel, seed, most }: { readonly kernel: Kernel; readonly seed: number; readonly most: number },
  journal: Journal,
): Study {
  const queries = sample(validation.queries, most, createRandom(seed)).map(owned);
  const options = { kernel, seed, resamples: RESAMPLES };
  return studyFunnel({ whole, fit: made.validation, made, markets: [], queries }, options, journal);
}

function undirected(settings: TrainingSettings): TrainingSettings {
  return {
    ...settings,
    transitions: { ...settings.transitions, backward: 1 },
    carries: { ...settings.carries, order: false, pairs: false },
  };
}

function writeSlates(
  file: string,
  written: { whole: Dataset; slates: readonly (readonly number[])[]; nameOf(query: number): string },
): void {
  const { groups } = written.whole.catalogue;
  const lines = written.slates.map(
    (slate, at) => `${written.nameOf(at)}\t${slate.map((row) => groups[row]!.id).join(' ')}\n`,
  );
  writeFileSync(file, lines.join(''));
}
