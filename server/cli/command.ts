import { type Command, InvalidArgumentError } from 'commander';
import type { Journal } from '../../models/contract.ts';
import type { SiteId } from '../../shared/protocol/ids.ts';

/**
 * What a process ends with: OK; FAILED, something went wrong on the way; USAGE, an unknown command, option or
 * value; REFUSED, the command was understood but the data, a gate or a missing file forbids it. A process that
 * was interrupted (Ctrl-C, SIGTERM) ends with INTERRUPTED.
 */
export const EXIT = { OK: 0, FAILED: 1, USAGE: 2, REFUSED: 3, INTERRUPTED: 130 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Options as commander parsed them, by their camel-cased names. */
export type Options = Readonly<Record<string, unknown>>;

/** What every command is given beside its own options. */
export interface CliContext {
  /** the folder with the store, keys and artefacts (`--home`, TACIT_HOME, `.tacit`) */
  readonly home: string;
  readonly site: SiteId;
  readonly json: boolean;
  /** positional arguments, in order */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** progress: bars on a terminal, nothing in a pipe */
  readonly journal: Journal;
  /** aborted by Ctrl-C or SIGTERM; only for commands that say `interruptible` */
  readonly signal: AbortSignal;
  now(): number;
}

/** What a command has to say at its end. With `--json` only `data` is printed, as one object. */
export interface Report {
  readonly data: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
  /** EXIT.OK where it is left out */
  readonly exit?: Exit;
  /** for a command that goes on after its report (`serve`): the process ends when this settles */
  readonly until?: Promise<void>;
}

/** One command of `tacit`. Its module is loaded only when the command is called, and exports it as `command`. */
export interface CliCommand {
  readonly name: string;
  readonly description: string;
  /** true: the command watches `context.signal` itself; else Ctrl-C ends the process at once */
  readonly interruptible?: boolean;
  /** adds arguments and options to its own commander command */
  configure(command: Command): void;
  /** throws UsageError, RefusedError, or anything else for EXIT.FAILED */
  run(options: Options, context: CliContext): Promise<Report>;
}

/** The command line cannot be understood: EXIT.USAGE. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Understood, but the data, a gate or something missing forbids it: EXIT.REFUSED. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A whole number option (for commander's argument parser): refuses what is not one. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}, found "${text}"`);
    return value;
  };
}
