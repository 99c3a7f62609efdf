import { type Command, InvalidArgumentError } from 'commander';
import type { Verdict } from '../registry/contract.ts';
import { DEFAULT_LIMITS, type GateLimits } from '../registry/gate/limits.ts';
import { type Options, UsageError } from './command.ts';

/** One line a check: what was found of what was expected. */
export function verdictLines({ run, champion, checks, passed, forced }: Verdict): string[] {
  const against = champion === null ? 'nothing published before' : `against ${champion}`;
  const outcome = passed ? 'passed' : forced === undefined ? 'refused' : `refused, and forced: ${forced}`;
  return [
    `gate: ${run} ${outcome} (${against})`,
    ...checks.map(({ name, found, expected, passed: ok, warning }) => {
      const mark = ok ? (warning ? 'warn' : 'ok') : 'FAIL';
      return `  ${mark.padEnd(4)} ${name.padEnd(26)} ${warning === undefined || warning.includes(found) ? (warning ?? found) : `${found}; ${warning}`} (expected ${expected})`;
    }),
  ];
}

/** `--force` and `--limit`, as `publish` and `train --publish` take them. */
export function gateOptions(command: Command): Command {
  return command
    .option('--force <reason>', 'publish what the gate refuses, and record why')
    .option(
      '--limit <name=value>',
      `a limit of the gate (${Object.keys(DEFAULT_LIMITS).join(', ')})`,
      collectLimit,
      {},
    );
}

function collectLimit(text: string, known: Partial<GateLimits>): Partial<GateLimits> {
  const [name = '', value = ''] = text.split('=');
  if (!(name in DEFAULT_LIMITS) || value.trim() === '' || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError(`expected NAME=NUMBER of a known limit, found "${text}"`);
  return { ...known, [name]: Number(value) };
}

/** @throws UsageError for a reason that says nothing */
export function gateChoices(options: Options): { force?: string; limits: Partial<GateLimits> } {
  const force = options['force'];
  if (typeof force === 'string' && force.trim() === '') throw new UsageError('--force: expected a reason');
  return {
    limits: (options['limit'] ?? {}) as Partial<GateLimits>,
    ...(typeof force === 'string' ? { force } : {}),
  };
}
