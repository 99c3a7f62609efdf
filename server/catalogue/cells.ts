import { InputError, type Place, quoted } from './input.ts';

/** A cell and where it is, for messages. */
export type Cell = readonly [value: unknown, place: Place];

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
const CONTROL = /[\u0000-\u001f\u007f]+/;

/**
 * Readers of single cells. Each gives the value in the type its column must have, undefined where the cell is
 * empty, or throws an InputError (`value`) that names file, line, column, what was expected and found.
 */
export const empty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

export function refuse([value, place]: Cell, expected: string): never {
  throw new InputError('value', place, { expected, found: quoted(value) });
}

/** Text, or a number or boolean as its digits or word; control characters become spaces. */
export function text(cell: Cell, most = 8192): string | undefined {
  const [value] = cell;
  if (empty(value)) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return refuse(cell, 'text');
  const trimmed = String(value).split(CONTROL).join(' ').trim();
  return trimmed.length > most ? refuse(cell, `at most ${most} characters`) : trimmed;
}

/** An id: text of 1 to 128 characters. Numbers written as `9e+05` or `13085.0` mean the whole number. */
export function id(cell: Cell, most = 128): string | undefined {
  const found = text(cell, most);
  if (found === undefined) return undefined;
  if (!/^\d+(\.\d+)?[eE]\+?\d+$|^\d+\.0+$/.test(found)) return found;
  const value = Number(found);
  return Number.isSafeInteger(value) ? String(value) : found;
}

export function number(cell: Cell): number | undefined {
  const [value] = cell;
  if (empty(value)) return undefined;
  const found = typeof value === 'string' ? Number(value.trim()) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : refuse(cell, 'a number');
}

export function notNegative(cell: Cell): number | undefined {
  const found = number(cell);
  return found !== undefined && found < 0 ? refuse(cell, 'a number not below 0') : found;
}

/** One of `words`, in any case; spaces and hyphens count as `_`. */
export function oneOf<T extends string>(cell: Cell, words: readonly T[]): T | undefined {
  const found = text(cell, 64);
  if (found === undefined) return undefined;
  const key = found.toLowerCase().replace(/[\s-]+/g, '_');
  return words.find((word) => word === key) ?? refuse(cell, words.map(quoted).join(', '));
}

const LATEST = 8.64e15;
/** Below this a number of seconds, at or above it of milliseconds: seconds reach it in the year 5138. */
const LEAST_MILLISECONDS = 1e11;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** A time in ms since 1970: ISO 8601 (UTC where no zone is named), or seconds or milliseconds since 1970. */
export function time(cell: Cell): number | undefined {
  const [value] = cell;
  if (empty(value)) return undefined;
  const found = value instanceof Date ? value.getTime() : timeOf(value);
  return found !== undefined && found >= 0 && found <= LATEST
    ? found
    : refuse(cell, 'a time: 2010-12-09T20:01:00Z, or seconds or milliseconds since 1970');
}

function timeOf(value: unknown): number | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : value;
  if (typeof trimmed === 'string' && DATE.test(trimmed)) return dateOf(trimmed);
  if (typeof trimmed !== 'string' && typeof trimmed !== 'number') return undefined;
  const digits = Number(trimmed);
  if (!Number.isFinite(digits)) return undefined;
  return digits < LEAST_MILLISECONDS ? Math.round(digits * 1000) : digits;
}

function dateOf(text: string): number | undefined {
  const iso = text.replace(' ', 'T');
  const zoned = iso.length > 10 && !/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? `${iso}Z` : iso;
  const found = Date.parse(zoned);
  return Number.isNaN(found) ? undefined : found;
}

/** The value of a column that must be there. */
export function needed<T>(cell: Cell, value: T | undefined, expected: string): T {
  return value === undefined ? refuse(cell, expected) : value;
}
