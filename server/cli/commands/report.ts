import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option } from 'commander';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { suiteLines } from '../../evaluation/report/lines.ts';
import type { How, Recorded } from '../../evaluation/suite/ground.ts';
import { evaluateRelease, type Suite } from '../../evaluation/suite/suite.ts';
import { type Home, openHome } from '../../home.ts';
import type { RecordedRun } from '../../store/contract.ts';
import { storedShop } from '../../training/stored-shop.ts';
import { TrainingError } from '../../training/train.ts';
import { chosenRun } from '../chosen-run.ts';
import { type CliCommand, type CliContext, type Options, RefusedError, wholeNumber } from '../command.ts';
import { recordedRun } from '../recorded-run.ts';
import { STOPWATCH } from '../stopwatch.ts';
import { packageVersion } from '../version.ts';

export const command: CliCommand = {
  name: 'report',
  description: 'judge a release by the funnel that devices have: metrics, slices, sources, stages, prices',
  configure(command) {
    command
      .option('--run <id>', "which run; the current release's, else the latest, where left out")
      .option('--release <id>', 'or which release, by id or version')
      .option('--against <id>', 'a second run or release: differences and what slates have in common')
      .addOption(
        new Option(
          '--how <name>',
          'newer: by what happened since; twin: by one trained on what was before the window',
        ).choices(['newer', 'twin']),
      )
      .option('--days <n>', 'newest days that a twin is judged on', wholeNumber(1), 37)
      .option('--queries <n>', 'questions at most', wholeNumber(1), 2000)
      .option('--candidates <n>', 'how deep candidates are looked for', wholeNumber(1), 500)
      .option('--resamples <n>', 'resamples of the bootstrap', wholeNumber(100), 1000)
      .option('--min-support <n>', 'of a twin: least number of people behind a list entry', wholeNumber(1), 2)
      .option('--seed <n>', 'seed of questions and resamples', wholeNumber(0), 1)
      .option('--html <file>', 'write a page with plots and tables, one file');
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const suite = await judge(home, options, context);
      const file = options['html'];
      const written = typeof file === 'string' ? [await writePage(suite, resolve(file))] : [];
      return { data: { ...suite }, lines: [...suiteLines(suite), ...written] };
    } finally {
      home.close();
    }
  },
};

async function judge(home: Home, options: Options, { site, now, journal }: CliContext): Promise<Suite> {
  const { store } = home;
  const read = (run: RecordedRun): Promise<Recorded> => recordedRun(home.artifacts, run);
  const named = { ...options, command: 'report' };
  const run = await read(chosenRun(store, site, named));
  const other = options['against'];
  const against = typeof other === 'string' ? await read(otherRun(home, site, other)) : undefined;
  const chosen = {
    seed: Number(options['seed']),
    days: Number(options['days']),
    queries: Number(options['queries']),
    candidates: Number(options['candidates']),
    resamples: Number(options['resamples']),
    minSupport: Number(options['minSupport']),
    how: options['how'] as How | undefined,
    code: packageVersion(import.meta.url),
    kernel: loadKernel(),
    clock: STOPWATCH.clock,
  };
  const shop = storedShop(store, site, now());
  return evaluateRelease(shop, { run, against }, chosen, journal).catch((error: unknown) => {
    if (error instanceof TrainingError) throw new RefusedError(error.code, `report: ${error.message}`);
    throw error;
  });
}

/** A run by its name, else a release. */
function otherRun({ store }: Home, site: CliContext['site'], named: string): RecordedRun {
  const command = 'report --against';
  return store.runs.get(site, named) ?? chosenRun(store, site, { release: named, command });
}

/** Drawing libraries are loaded only for a page. */
async function writePage(suite: Suite, file: string): Promise<string> {
  const { reportPage } = await import('../../evaluation/report/report.ts');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await reportPage(suite));
  return `page: ${file}`;
}
