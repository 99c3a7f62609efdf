import { performance } from 'node:perf_hooks';
import type { Command } from 'commander';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { benchmarkSequences, benchmarkSessions } from '../../evaluation/benchmark/run.ts';
import { type CliCommand, type CliContext, type Options, UsageError, wholeNumber } from '../command.ts';

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
      .option('--slates <file>', "where to write every query's ranked ids");
  },
  async run(options, context) {
    const data = await measured(options, context);
    const lines = Object.entries(data)
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]) => `${name.padEnd(18)} ${Number(value).toPrecision(4)}`);
    return { data, lines };
  },
};

function measured(options: Options, { args, journal }: CliContext): Promise<Record<string, unknown>> {
  const run = { seed: Number(options['seed']), slates: text(options, 'slates') };
  const tools = { kernel: loadKernel(), journal, clock: () => performance.now() };
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
