import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../../models/contract.ts';
import type { Memory } from '../sources.ts';
import { readResult, writeResult } from './result.ts';

/** What names a run: the same words and data make the same bytes, so that finished stages may be kept. */
export interface RunKey {
  /** hex; of the data that training reads */
  readonly data: string;
  /** hex; of the code, options, seed, and what the run starts from */
  readonly options: string;
}

/** An unfinished run of the same options, as its folder tells. */
export interface Unfinished {
  readonly key: RunKey;
  /** the run's clock, ms: whoever goes on with it reads the data as of then */
  readonly now: number;
}

/** Finished stages of one run, on disk. */
export interface Stages extends Memory {
  /** stages whose results were found, in the order they were asked for */
  readonly kept: readonly string[];
  /** the stage that was under way when the run before was stopped; undefined: none */
  readonly stoppedIn: string | undefined;
  /** nothing of the run is needed any more */
  finish(): void;
}

const DAY = 86_400_000;
/** Unfinished runs of a site that are kept beside the one at hand. */
const MOST_UNFINISHED = 2;
const UNDER_WAY = 'under-way';
const CLOCK = 'clock';
const RESULT = '.result';
const HEX = 24;

/**
 * The newest unfinished run of these options that was touched within a day of `now`.
 * @param folder of a site's unfinished runs; may be missing
 */
export function unfinishedRun(folder: string, options: string, now: number): Unfinished | undefined {
  const own = runsIn(folder).filter(({ name, touched }) => {
    return name.startsWith(`${options.slice(0, HEX)}-`) && now - touched < DAY;
  });
  for (const { name } of own) {
    const clock = readResult<{ now: number; key: RunKey }>(join(folder, name, CLOCK + RESULT));
    if (clock !== undefined && clock.key.options === options) return clock;
  }
  return undefined;
}

/**
 * Opens the run's folder, making it where it is new, and deletes what nobody will go on with: runs of more than a day ago, and
 * all but the newest few.
 * @param folder of a site's unfinished runs
 * @param now of the host's clock, ms, as files are dated; `clock` is the run's own
 */
export function openStages(
  folder: string,
  { key, clock }: { readonly key: RunKey; readonly clock: number },
  { journal, now }: { readonly journal: Journal; readonly now: number },
): Stages {
  const name = `${key.options.slice(0, HEX)}-${key.data.slice(0, HEX)}`;
  const own = join(folder, name);
  clean(folder, name, now);
  const file = (stage: string): string => join(own, stage.replaceAll(/[^a-z0-9.-]+/gi, '-') + RESULT);
  const stoppedIn = readResult<string>(join(own, UNDER_WAY + RESULT));
  const kept: string[] = [];
  if (!existsSync(file(CLOCK))) write(file(CLOCK), { now: clock, key });
  const open: string[] = [];
  const underWay = (): void => write(file(UNDER_WAY), open.at(-1));
  return {
    kept,
    stoppedIn,
    has: (stage) => existsSync(file(stage)),
    recall(stage, make) {
      const known = readResult<{ readonly value: ReturnType<typeof make> }>(file(stage));
      if (known !== undefined) {
        kept.push(stage);
        journal.log('kept', { stage });
        return known.value;
      }
      open.push(stage);
      underWay();
      const value = make();
      write(file(stage), { value });
      open.pop();
      underWay();
      return value;
    },
    finish: () => rmSync(own, { recursive: true, force: true }),
  };
}

function write(path: string, value: unknown): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeResult(path, value);
}

/** Newest first. */
function runsIn(folder: string): { name: string; touched: number }[] {
  if (!existsSync(folder)) return [];
  const runs = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return runs
    .map(({ name }) => ({ name, touched: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.touched - a.touched);
}

function clean(folder: string, own: string, now: number): void {
  const others = runsIn(folder).filter(({ name }) => name !== own);
  others.forEach(({ name, touched }, at) => {
    if (at >= MOST_UNFINISHED || now - touched >= DAY)
      rmSync(join(folder, name), { recursive: true, force: true });
  });
}
