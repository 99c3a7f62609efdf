import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { detectFormat, FILE_IMPORTERS } from '../../catalogue/formats.ts';
import { importFiles } from '../../catalogue/import.ts';
import { severalRuns } from '../../evaluation/benchmark/seeds.ts';
import { studyLines } from '../../evaluation/report/lines.ts';
import { basketsLines, basketsReport } from '../../evaluation/shop/baskets.ts';
import {
  type EvaluationPart,
  evaluateShop,
  type ShopEvaluation,
  shopQuestions,
  TASKS,
  type TaskResult,
} from '../../evaluation/shop/evaluate.ts';
import { coverageLines, readScores } from '../../evaluation/shop/outside.ts';
import { type Home, openHome } from '../../home.ts';
import type { PresetName } from '../../training/presets.ts';
import { storedShop } from '../../training/stored-shop.ts';
import { TrainingError } from '../../training/train.ts';
import {
  type CliCommand,
  type CliContext,
  type Options,
  RefusedError,
  type Report,
  UsageError,
  wholeNumber,
} from '../command.ts';
import { presetOption } from '../preset-option.ts';
import { STOPWATCH } from '../stopwatch.ts';
import { packageVersion } from '../version.ts';

export const command: CliCommand = {
  name: 'evaluate',
  description: 'measure the device funnel on the store against popularity and item-kNN',
  configure(command) {
    command
      .addOption(presetOption('full'))
      .option('--data <files...>', "files to import and measure on instead of the home's store")
      .option('--protocol <name>', 'baskets: one tree of figures, bounds and baselines')
      .option('--part <name>', 'test, or validation: the window before, the newest left away', 'test')
      .option('--until <date>', 'leave away what came on this day or later (UTC, as 2018-01-01)', dayOf)
      .option('--seed <n>', 'seed of everything random', wholeNumber(0), 1)
      .option('--seeds <n>', 'so many runs, seeds counted up from --seed: mean and spread', wholeNumber(1), 1)
      .addOption(
        new Option(
          '--stages [questions]',
          'on so many questions a task: sources, rankers, feature groups, what packing costs',
        )
          .argParser(wholeNumber(1))
          .preset('400'),
      )
      .option('--days <n>', 'newest days that are held out', wholeNumber(1), 37)
      .option('--resamples <n>', 'resamples of the bootstrap', wholeNumber(1000), 1000)
      .option('--min-support <n>', 'least number of people behind a list entry', wholeNumber(1), 2)
      .option('--questions <file>', 'write what is asked, for an outside system to answer, and end')
      .option('--scores <file>', "an outside system's answers: query, item and score with a tab between");
  },
  async run(options, context) {
    oneOf(options, 'protocol', [undefined, 'baskets']);
    oneOf(options, 'part', ['test', 'validation']);
    const files = options['data'] as readonly string[] | undefined;
    if (files === undefined) return withHome(context.home, (home) => measured(home, options, context));
    const folder = mkdtempSync(join(tmpdir(), 'tacit-evaluate-'));
    try {
      return await withHome(folder, async (home) => {
        await importInto(home, files, context);
        return measured(home, options, context);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A day's beginning in ms, for commander: refuses what is no date. */
function dayOf(text: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError(`expected a day such as 2018-01-01, found "${text}"`);
  return time;
}

async function withHome<T>(folder: string, work: (home: Home) => Promise<T>): Promise<T> {
  const home = openHome(folder);
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

/** @throws UsageError for a value that is none of those known */
function oneOf(options: Options, name: string, known: readonly unknown[]): void {
  if (known.includes(options[name])) return;
  const expected = known.filter((value) => value !== undefined).join(' or ');
  throw new UsageError(`evaluate: --${name}: expected ${expected}, found "${options[name]}"`);
}

async function importInto(home: Home, files: readonly string[], context: CliContext): Promise<void> {
  const [file] = files as readonly [string];
  const format = await detectFormat(file);
  const importer = FILE_IMPORTERS.find((known) => known.format === format);
  if (!importer) throw new RefusedError('format', `evaluate: ${file} is of no format that is known`);
  await importFiles(
    { importer, files, site: context.site },
    {
      store: home.store,
      subjectOf: (customer) => home.pepper.subject(context.site, 'customer', customer),
      progress: (rows) => context.journal.stage('rows', rows, rows + 1),
      signal: context.signal,
      now: context.now,
    },
  );
}

async function measured(
  { store }: Home,
  options: Readonly<Record<string, unknown>>,
  { site, now, journal }: CliContext,
): Promise<Report> {
  const shop = storedShop(store, site, (options['until'] as number | undefined) ?? now());
  const chosen = {
    preset: options['preset'] as PresetName,
    seed: Number(options['seed']),
    days: Number(options['days']),
    part: options['part'] as EvaluationPart,
    resamples: Number(options['resamples']),
    minSupport: Number(options['minSupport']),
    code: packageVersion(import.meta.url),
    kernel: loadKernel(),
    ...STOPWATCH,
  };
  const questions = options['questions'];
  if (typeof questions === 'string')
    return writeQuestions(questions, await shopQuestions(shop, chosen).catch(refuse));
  const file = options['scores'];
  if (typeof file === 'string' && options['seeds'] !== 1)
    throw new UsageError('evaluate: --scores answers the questions of one seed: expected --seeds 1');
  const scores = typeof file === 'string' ? { scores: await readScores(file) } : {};
  const stages = options['stages'] as number | undefined;
  const reports: Report[] = [];
  for (let run = 0; run < Number(options['seeds']); run++) {
    const own = { ...chosen, ...scores, stages, seed: chosen.seed + run };
    const result = await evaluateShop(shop, own, journal).catch(refuse);
    reports.push(
      options['protocol'] === 'baskets'
        ? { data: basketsReport(result), lines: basketsLines(result) }
        : { data: { ...result }, lines: tables(result) },
    );
  }
  const [first] = reports as [Report];
  if (reports.length === 1) return first;
  return {
    data: severalRuns(reports.map(({ data }) => data as Readonly<Record<string, unknown>>)),
    lines: reports.flatMap(({ lines }, run) => [`seed ${chosen.seed + run}`, ...lines]),
  };
}

function refuse(error: unknown): never {
  if (error instanceof TrainingError) throw new RefusedError(error.code, `evaluate: ${error.message}`);
  throw error;
}

function writeQuestions(
  file: string,
  { trainBefore, questions }: Awaited<ReturnType<typeof shopQuestions>>,
): Report {
  writeFileSync(file, questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  return {
    data: { questions: questions.length, file, trainBefore },
    lines: [`${questions.length} questions in ${file}; an answer may know what was before ${trainBefore}`],
  };
}

function tables(result: ShopEvaluation): string[] {
  const each = TASKS.flatMap((task) => {
    const study = result.stages?.[task];
    return [...table(task, result[task]), ...(study ? studyLines(study) : [])];
  });
  return [...coverageLines(result.outside ?? {}), ...each];
}

const SHOWN = ['recall@10', 'ndcg@10', 'mrr@10'] as const;

function table(name: string, { queries, systems }: TaskResult): string[] {
  if (queries === 0) return [`${name}: no queries, since nothing in the test window asks it`];
  const rows = Object.entries(systems).map(([system, metrics]) => {
    const cells = SHOWN.map((metric) => {
      const value = metrics[metric];
      if (value === undefined || typeof value === 'number') return '';
      return `${metric} ${value.mean.toFixed(4)} [${value.low.toFixed(4)}, ${value.high.toFixed(4)}]`;
    });
    return `  ${system.padEnd(12)} ${cells.join('  ')}`;
  });
  return [`${name}: ${queries} queries`, ...rows];
}
