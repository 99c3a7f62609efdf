import { CommanderError } from 'commander';
import { InputError } from '../catalogue/input.ts';
import { PublishError } from '../publish/errors.ts';
import { GateError } from '../registry/contract.ts';
import { EXIT, type Exit, RefusedError, UsageError } from './command.ts';

/** A failure as one line for people and one object for programs. */
export interface Failure {
  readonly exit: Exit;
  readonly line: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a thrown value means for a caller: which exit code, which words. Never a stack trace. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CommanderError)
    return failure(EXIT.USAGE, 'usage', error.message.replace(/^error: /, ''));
  if (error instanceof UsageError) return failure(EXIT.USAGE, error.code, error.message);
  if (error instanceof RefusedError || error instanceof PublishError)
    return failure(EXIT.REFUSED, error.code, error.message);
  if (error instanceof GateError)
    return failure(EXIT.REFUSED, error.code, error.message, { verdict: error.verdict });
  if (error instanceof InputError) {
    const { code, message, place, expected, found } = error;
    return failure(EXIT.REFUSED, code, message, { ...place, expected, found });
  }
  if (error instanceof Error && error.name === 'AbortError')
    return failure(EXIT.INTERRUPTED, 'interrupted', 'interrupted');
  if (error instanceof Error) return failure(EXIT.FAILED, codeOf(error), error.message);
  return failure(EXIT.FAILED, 'failed', String(error));
}

function failure(exit: Exit, code: string, message: string, more: Record<string, unknown> = {}): Failure {
  const line = message.replace(/\s*\n\s*/g, '; ');
  return { exit, line, data: { code, message: line, ...more } };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
}
