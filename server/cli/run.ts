import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import * as v from 'valibot';
import { SiteId } from '../../shared/protocol/ids.ts';
import { type CliCommand, type CliContext, EXIT, type Exit, type Options, UsageError } from './command.ts';
import { describeFailure } from './failure.ts';
import type { CliJournal } from './journal.ts';
import type { CommandEntry } from './registry.ts';

/** All that the command line touches of its process, so that a test can stand in for it. */
export interface CliHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly commands: readonly CommandEntry[];
  readonly journal: CliJournal;
  readonly version: string;
  /** calls `stop` at the first Ctrl-C or SIGTERM; returns a function that stops listening */
  onInterrupt(stop: () => void): () => void;
  now(): number;
  out(text: string): void;
  err(text: string): void;
}

/**
 * Runs one command line (without node and script).
 *
 * Only the command that is called is loaded: `--help` reads a table of names. Everything it says ends up in one
 * place: `data` as a single JSON object on stdout with `--json`, `lines` otherwise, a failure as one line on
 * stderr (and with `--json` as `{"error": ...}` on stdout too).
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<Exit> {
  const json = argv.includes('--json');
  try {
    return await dispatch(argv, host);
  } catch (error) {
    host.journal.close();
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.OK;
    const failure = describeFailure(error);
    if (json) host.out(`${JSON.stringify({ error: failure.data })}\n`);
    host.err(`tacit: ${failure.line}\n`);
    if (host.environment['TACIT_DEBUG'] && error instanceof Error) host.err(`${error.stack}\n`);
    return failure.exit;
  }
}

async function dispatch(argv: readonly string[], host: CliHost): Promise<Exit> {
  const program = frame(host);
  const [first, second] = frame(host).parseOptions([...argv]).operands;
  const asked = first === 'help' ? second : first;
  let exit: Exit = EXIT.OK;
  for (const entry of host.commands) {
    const sub = program.command(entry.name).description(entry.description);
    if (entry.name !== asked) continue;
    const { command } = await entry.load();
    command.configure(sub);
    sub.action(async () => {
      exit = await perform(command, sub, host);
    });
  }
  if (argv.length === 0) throw new UsageError('no command given; try tacit --help');
  await program.parseAsync([...argv], { from: 'user' });
  return exit;
}

function frame(host: CliHost): Command {
  return new Command('tacit')
    .description('Trains, publishes and serves recommenders that run in the browser.')
    .version(host.version)
    .option('--home <dir>', 'folder of store, keys and artefacts (or TACIT_HOME)', '.tacit')
    .option('--site <id>', 'which site of the store', 'demo')
    .option('--json', 'print one JSON object, nothing else')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (data, gate, missing file), 130 interrupted.',
    )
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err, outputError: () => {} });
}

async function perform(command: CliCommand, sub: Command, host: CliHost): Promise<Exit> {
  const options: Options = sub.optsWithGlobals();
  const controller = new AbortController();
  const release = command.interruptible ? host.onInterrupt(() => controller.abort()) : () => {};
  try {
    const report = await command.run(options, contextOf(sub, host, controller.signal));
    host.journal.close();
    if (options['json']) host.out(`${JSON.stringify(report.data)}\n`);
    else for (const line of report.lines) host.out(`${line}\n`);
    await report.until;
    if (controller.signal.aborted && !report.until) return EXIT.INTERRUPTED;
    return report.exit ?? EXIT.OK;
  } finally {
    release();
  }
}

function contextOf(sub: Command, host: CliHost, signal: AbortSignal): CliContext {
  const options = sub.optsWithGlobals<Options>();
  const fromFlag = sub.parent?.getOptionValueSource('home') === 'cli';
  const home = fromFlag ? options['home'] : (host.environment['TACIT_HOME'] ?? options['home']);
  const site = v.safeParse(SiteId, options['site']);
  if (!site.success) throw new UsageError(`--site: ${site.issues[0].message}, found "${options['site']}"`);
  return {
    home: resolve(String(home)),
    site: site.output,
    json: options['json'] === true,
    args: sub.args,
    environment: host.environment,
    journal: host.journal,
    signal,
    now: host.now,
  };
}
