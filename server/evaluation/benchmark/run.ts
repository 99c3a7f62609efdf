import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Dataset, Journal } from '../../../models/contract.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import { wasmArithmetic } from '../../training/arithmetic.ts';
import type { Choice } from '../../training/choose.ts';
import { TRANSITION_AXES } from '../../training/choose-transitions.ts';
import type { BundlePart } from '../../training/contract.ts';
import { openParts } from '../../training/fits.ts';
import type { Plan, Query } from '../../training/plan.ts';
import { runPlan } from '../../training/run-plan.ts';
import { PACKINGS, type TrainingSettings, type TransitionAxis } from '../../training/settings.ts';
import { grade } from './grade.ts';
import { featuresOf } from './groups.ts';
import { nextItemQueries, openSequences, type SequenceFiles, sequencePlan } from './sequences.ts';
import { openSessions, prefixQueries, type SessionFiles, sessionPlan } from './sessions.ts';
import {
  SEQUENCE_CHOICES,
  SEQUENCE_SETTINGS,
  SESSION_AXES,
  SESSION_CHOICES,
  SESSION_SETTINGS,
} from './settings.ts';
import { CLOCK_END, UNIT_CLOCK } from './unit-clock.ts';

export interface BenchmarkOptions {
  readonly seed: number;
  /** nothing that knows which of two items came first: lists read both ways alike, no latent order, no counts */
  readonly symmetric?: boolean;
  /** groups of features that rankers may not read, see groups.ts */
  readonly without?: readonly string[];
  /** what each stage adds is measured on validation as well */
  readonly study?: boolean;
  /** file for every query's ranked ids */
  readonly slates: string | undefined;
}

export interface BenchmarkTools {
  readonly kernel: Kernel;
  readonly journal: Journal;
  clock(): number;
}

/** Queries that choose the funnel's settings, of those of validation. */
const CHOOSING = 1200;

const QUERIES = { queries: 20_000, validationQueries: 2500 };
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
      queries: nextItemQueries(whole, 0),
      historyKept: nextItemQueries(whole, 0, true),
      nameOf: (at) => asked[at]!,
      users,
      protocol: 'leave-one-out: last item of each user, fitted on all but the last two, history excluded',
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
      queries: prefixQueries(whole, { from: trainSessions, to: trainSessions + testSessions }),
      historyKept: undefined,
      nameOf: String,
      users: trainSessions,
      protocol: 'every prefix of each test session, history kept',
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
  readonly queries: readonly Query[];
  readonly historyKept: readonly Query[] | undefined;
  readonly users: number;
  readonly protocol: string;
  nameOf(query: number): string;
}

async function benchmark(
  job: Benchmark,
  { seed, slates, symmetric = false, without = [], study = false }: BenchmarkOptions,
  { kernel, journal, clock }: BenchmarkTools,
): Promise<Record<string, unknown>> {
  const { plan, choices } = job;
  const settings = symmetric ? undirected(job.settings) : job.settings;
  // An axis could bring the direction back.
  const transitions = symmetric ? [] : job.transitions;
  const { whole } = plan;
  const started = clock();
  const trained = runPlan(
    plan,
    {
      settings,
      choices,
      transitions,
      packings: PACKINGS,
      markets: [],
      rules: 'off',
      now: CLOCK_END,
      without: featuresOf(without),
      study,
      choosing: CHOOSING,
      head: false,
    },
    { arithmetic: await wasmArithmetic(), journal, kernel, seed },
  );
  const trainSeconds = (clock() - started) / 1000;
  const engine = openParts(trained.parts, kernel);
  const evaluated = clock();
  const graded = grade(engine, { whole, queries: job.queries }, journal);
  const kept = job.historyKept && grade(engine, { whole, queries: job.historyKept }, journal).metrics;
  const evaluateSeconds = (clock() - evaluated) / 1000;
  closeEngine(engine);
  if (slates !== undefined) writeSlates(slates, { whole, slates: graded.slates, nameOf: job.nameOf });
  return {
    ...graded.metrics,
    ...(kept === undefined ? {} : { historyKept: kept }),
    bundleBytes: weigh(trained.parts),
    trainSeconds,
    evaluateSeconds,
    items: whole.catalogue.groups.length,
    users: job.users,
    queries: job.queries.length,
    seed,
    symmetric,
    without,
    settings: { ...trained.settings, clock: UNIT_CLOCK, businessRules: 'off' },
    validation: trained.metrics,
    protocol: job.protocol,
    businessRules: 'off',
    clock: UNIT_CLOCK,
    kernel: kernel.build,
  };
}

function undirected(settings: TrainingSettings): TrainingSettings {
  return {
    ...settings,
    transitions: { ...settings.transitions, backward: 1 },
    carries: { ...settings.carries, order: false, pairs: false },
  };
}

/** Bytes of what a device downloads. */
export function weigh(parts: readonly BundlePart[]) {
  const sizes = parts.map(({ role, level, market, bytes }) => ({
    part: [level, role, market].filter((word) => word !== undefined).join('.'),
    raw: bytes.length,
    brotli: brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }).length,
  }));
  const sum = (of: 'raw' | 'brotli'): number => sizes.reduce((total, size) => total + size[of], 0);
  return {
    raw: sum('raw'),
    brotli: sum('brotli'),
    parts: Object.fromEntries(sizes.map(({ part, raw, brotli }) => [part, { raw, brotli }])),
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
