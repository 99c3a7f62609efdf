import { parseArgs } from 'node:util';

export const SECTIONS = ['scan', 'ranker', 'device'] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  readonly json: boolean;
  /** fewer rounds and smaller sizes for a look; the same keys */
  readonly quick: boolean;
  readonly items: readonly number[];
  readonly only: readonly Section[];
  readonly html: string;
  readonly seed: number;
  /** s that a peer's graph may take to build; a longer one is left out, and said so */
  readonly patience: number;
}

const USAGE = `usage: npm run bench:device [-- --json] [--quick | --full] [--items 20k,100k,500k] [--only ${SECTIONS.join(',')}]
  [--html FILE] [--seed N] [--patience SECONDS]`;

/** A graph of 500,000 items on hard data takes five to ten minutes: part of a full run alone. */
const PATIENCE = { quick: '40', usual: '240', full: '3600' };

export class OptionError extends Error {
  readonly code = 'options';
}

/** @throws OptionError with what was found, what is expected, and the usage */
export function readOptions(args: readonly string[]): BenchOptions {
  const values = parsed(args);
  const quick = values.quick === true;
  return {
    json: values.json === true,
    quick,
    items: (values.items ?? '20k,100k,500k').split(',').map(countOf),
    only: (values.only ?? SECTIONS.join(',')).split(',').map(sectionOf),
    html: values.html ?? 'dist/bench/bench-device.html',
    seed: whole('--seed', values.seed ?? '1'),
    patience: whole(
      '--patience',
      values.patience ?? PATIENCE[values.full ? 'full' : quick ? 'quick' : 'usual'],
    ),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        quick: { type: 'boolean' },
        full: { type: 'boolean' },
        items: { type: 'string' },
        only: { type: 'string' },
        html: { type: 'string' },
        seed: { type: 'string' },
        patience: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new OptionError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

/** `20k` is 20,000 */
function countOf(text: string): number {
  const match = /^([1-9][0-9]*)(k?)$/.exec(text.trim());
  if (match === null) throw new OptionError(`--items: expected counts like 20k, found "${text}"\n${USAGE}`);
  return Number(match[1]) * (match[2] === 'k' ? 1000 : 1);
}

function sectionOf(text: string): Section {
  const found = SECTIONS.find((section) => section === text.trim());
  if (found === undefined)
    throw new OptionError(`--only: expected some of ${SECTIONS.join(', ')}, found "${text}"\n${USAGE}`);
  return found;
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new OptionError(`${name}: expected a whole number above 0, found "${text}"\n${USAGE}`);
  return number;
}
