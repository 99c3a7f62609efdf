import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { detectFormat, FILE_IMPORTERS } from '../../catalogue/formats.ts';
import { importFiles } from '../../catalogue/import.ts';
import { evaluateShop, type TaskResult } from '../../evaluation/shop/evaluate.ts';
import { type Home, openHome } from '../../home.ts';
import { storedShop } from '../../training/stored-shop.ts';
import { TrainingError } from '../../training/train.ts';
import { type CliCommand, type CliContext, RefusedError, type Report, wholeNumber } from '../command.ts';
import { packageVersion } from '../version.ts';

export const command: CliCommand = {
  name: 'evaluate',
  description: 'measure the device funnel on the store against popularity and item-kNN',
  configure(command) {
    command
      .option('--data <file>', "a file to import and measure on instead of the home's store")
      .option('--seed <n>', 'seed of everything random', wholeNumber(0), 1)
      .option('--days <n>', 'newest days that are held out', wholeNumber(1), 37)
      .option('--resamples <n>', 'resamples of the bootstrap', wholeNumber(1000), 1000)
      .option('--min-support <n>', 'least number of people behind a list entry', wholeNumber(1), 2);
  },
  async run(options, context) {
    const file = options['data'];
    if (file === undefined) return withHome(context.home, (home) => measured(home, options, context));
    const folder = mkdtempSync(join(tmpdir(), 'tacit-evaluate-'));
    try {
      return await withHome(folder, async (home) => {
        await importInto(home, String(file), context);
        return measured(home, options, context);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function withHome<T>(folder: string, work: (home: Home) => Promise<T>): Promise<T> {
  const home = openHome(folder);
  try {
    return await work(home);
  } finally {
    home.close();
  }
}

async function importInto(home: Home, file: string, context: CliContext): Promise<void> {
  const format = await detectFormat(file);
  const importer = FILE_IMPORTERS.find((known) => known.format === format);
  if (!importer) throw new RefusedError('format', `evaluate: ${file} is of no format that is known`);
  await importFiles(
    { importer, files: [file], site: context.site },
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
  const shop = storedShop(store, site, now());
  const chosen = {
    seed: Number(options['seed']),
    days: Number(options['days']),
    resamples: Number(options['resamples']),
    minSupport: Number(options['minSupport']),
    code: packageVersion(import.meta.url),
    kernel: loadKernel(),
    clock: () => performance.now(),
  };
  const data = await evaluateShop(shop, chosen, journal).catch((error: unknown) => {
    if (error instanceof TrainingError) throw new RefusedError(error.code, `evaluate: ${error.message}`);
    throw error;
  });
  return {
    data,
    lines: ['nextBasket', 'nextBasketNew', 'hiddenItem'].flatMap((task) =>
      table(task, data[task] as TaskResult),
    ),
  };
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
