import { InputError } from './input.ts';

const MOST_PROBLEMS = 20;

/** What became of every row that was read: `read = kept + the sum of dropped`, or the importer is wrong. */
export interface Tallied {
  /** rows of the files, without headers */
  readonly read: number;
  /** rows that ended up in an item or an interaction */
  readonly kept: number;
  /** rows that did not, by reason */
  readonly dropped: Readonly<Record<string, number>>;
  /** what is worth knowing of rows that were kept, or of the files */
  readonly noted: Readonly<Record<string, number>>;
  /** the first rows that were dropped because they are not as the format says */
  readonly problems: readonly InputError[];
}

/** Counts rows while a file is read. */
export class Tally implements Tallied {
  read = 0;
  kept = 0;
  readonly dropped: Record<string, number> = {};
  readonly noted: Record<string, number> = {};
  readonly problems: InputError[] = [];

  keep(rows = 1): void {
    this.kept += rows;
  }

  drop(reason: string, rows = 1): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + rows;
  }

  note(what: string, times = 1): void {
    this.noted[what] = (this.noted[what] ?? 0) + times;
  }

  /** Drops a row because of `problem`; anything but a row's InputError is passed on. */
  refuse(problem: unknown): void {
    if (!(problem instanceof InputError) || problem.code !== 'value') throw problem;
    this.drop(problem.place.column === undefined ? 'broken row' : `bad ${problem.place.column}`);
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  }
}
