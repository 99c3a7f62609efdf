import { type Command, Option } from 'commander';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { type BenchmarkPart, benchmarkSequences, benchmarkSessions } from '../../evaluation/benchmark/run.ts';
import { severalRuns } from '../../evaluation/benchmark/seeds.ts';
import { studyLines } from '../../evaluation/report/lines.ts';
import type { Study } from '../../evaluation/suite/study.ts';
import type { VariantMetric } from '../../evaluation/suite/variants.ts';
import { type CliCommand, type CliContext, type Options, UsageError, wholeNumber } from '../command.ts';
import { STOPWATCH } from '../stopwatch.ts';

export const command: CliCommand = {
  name: 'benchmark',
  description: 'train and measure on a public data set (sequences or sessions)',
  configure(command: Command) {
    command
      .argument('<protocol>', 'sequences (leave-one-out) or sessions (every prefix)')
      .option('--data <file>', 'sequences: `user item item ...` a line')
      .option('--attributes <file>', 'sequences: {"item": [attribute, ...]}')
      .option('--train <file>', 'sessions: a session a line, in time order')
      .option('--test <file>', 'sessions: a session a line')
      .option('--seed <n>', 'seed of everything random', wholeNumber(0), 1)
      .option('--seeds <n>', 'so many runs, seeds counted up from --seed: mean and spread', wholeNumber(1), 1)
      .option('--symmetric', 'without anything that knows which of two items came first')
      .option('--without <groups>', 'feature groups that rankers may not read, comma-separated')
      .addOption(
        new Option('--part <name>', 'whose answers are graded; validation leaves the test unopened')
          .choices(['test', 'validation'])
          .default('test'),
      )
      .addOption(
        new Option(
          '--stages [queries]',
          'on so many queries of validation: sources, rankers, feature groups, what packing costs',
        )
          .argParser(wholeNumber(1))
          .preset('1000'),
      )
      .option('--slates <file>', "where to write every query's ranked ids");
  },
  async run(options, context) {
    const seeds = Number(options['seeds']);
    const runs: Record<string, unknown>[] = [];
    for (let run = 0; run < seeds; run++)
      runs.push(await measured({ ...options, seed: Number(options['seed']) + run }, context));
    const data = seeds === 1 ? runs[0]! : severalRuns(runs);
    const lines = Object.entries(data)
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]) => `${name.padEnd(18)} ${Number(value).toPrecision(4)}`);
    const studied = runs.flatMap(({ stages }) =>
      stages === undefined ? [] : studyLines(stages as Study, SHOWN[String(context.args[0])]),
    );
    return { data, lines: [...lines, ...studied] };
  },
};

/** What a protocol is judged by. */
const SHOWN: Readonly<Record<string, readonly VariantMetric[]>> = { sessions: ['recall@20', 'mrr@20'] };

function measured(options: Options, { args, journal }: CliContext): Promise<Record<string, unknown>> {
  const without = text(options, 'without')?.split(',') ?? [];
  const run = {
    seed: Number(options['seed']),
    slates: text(options, 'slates'),
    symmetric: options['symmetric'] === true,
    stages: options['stages'] as number | undefined,
    without,
    part: options['part'] as BenchmarkPart,
  };
  const tools = { kernel: loadKernel(), journal, ...STOPWATCH };
  switch (args[0]) {
    case 'sequences': {
      const attributes = text(options, 'attributes');
      const files = { data: required(options, 'data'), ...(attributes === undefined ? {} : { attributes }) };
      return benchmarkSequences(files, run, tools);
    }
    case 'sessions':
      return benchmarkSessions(
        { train: required(options, 'train'), test: required(options, 'test') },
        run,
        tools,
      );
    default:
      throw new UsageError(`benchmark: expected sequences or sessions, found "${args[0]}"`);
  }
}

const text = (options: Options, name: string): string | undefined =>
  options[name] === undefined ? undefined : String(options[name]);

function required(options: Options, name: string): string {
  const value = text(options, name);
  if (value === undefined) throw new UsageError(`benchmark: expected --${name} FILE, found none`);
  return value;
}
