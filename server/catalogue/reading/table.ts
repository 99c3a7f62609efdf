import { InputError, quoted } from '../input.ts';

/** One column that a format reads: its name, other spellings of it, and whether a file must have it. */
export interface Column {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly required?: boolean;
}

/** A row as a format asked for it: one cell a column, in the order of the columns; undefined where absent. */
export interface Row {
  /** line of a text file, row of a Parquet file, from 1 */
  readonly line: number;
  readonly cells: readonly unknown[];
  /** set where the row itself is broken: it must be counted, not used */
  readonly broken?: InputError;
}

/** A table file opened for some columns. `unused` holds the file's further columns once it has been read. */
export interface Table {
  readonly file: string;
  readonly unused: ReadonlySet<string>;
  rows(): AsyncIterable<readonly Row[]>;
}

/**
 * Header names meet column names without regard to case, spaces, `_` and `-`, a feed's prefix (`g:price`) and the types
 * of RecBole's atomic files (`item_id:token`).
 */
export const columnKey = (name: string): string =>
  name
    .toLowerCase()
    .replace(/:(token|float)(_seq)?$/, '')
    .replace(/^g:/, '')
    .replace(/[\s_-]+/g, '');

/**
 * For each asked column its position in `header`, or -1.
 * @throws InputError header: a required column is missing, or two columns of the file have one name
 */
export function matchColumns(file: string, header: readonly string[], columns: readonly Column[]): number[] {
  const keys = header.map(columnKey);
  return columns.map((column) => {
    const names = [column.name, ...(column.aliases ?? [])].map(columnKey);
    const at = keys.flatMap((key, index) => (names.includes(key) ? [index] : []));
    const place = { file, line: 1, column: column.name };
    if (at.length > 1)
      throw new InputError('header', place, {
        expected: `one column "${column.name}"`,
        found: at.map((index) => quoted(header[index])).join(' and '),
      });
    if (at.length === 0 && column.required)
      throw new InputError('header', place, {
        expected: `a column "${column.name}"`,
        found: `the columns ${header.slice(0, 12).map(quoted).join(', ')}`,
      });
    return at[0] ?? -1;
  });
}

/** The file's columns that nothing asked for. */
export function unusedColumns(header: readonly string[], used: readonly number[]): Set<string> {
  return new Set(header.filter((_, index) => !used.includes(index)));
}
