/** Where in a file something was found, as far as the format can say. Lines and rows count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: string;
}

/**
 * A file, or a row of it, is not what its format says.
 *
 * Codes: `file-missing`, `file-unreadable`, `file-empty`, `format-unknown`, `encoding`, `header`, `too-long`, `syntax` end an
 * import; `value` is counted for its row and the import goes on.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;
  readonly place: Place;
  readonly expected: string;
  readonly found: string;

  constructor(code: InputErrorCode, place: Place, expectation: { expected: string; found: string }) {
    super(`${placed(place)}: expected ${expectation.expected}, found ${expectation.found}`);
    this.code = code;
    this.place = place;
    this.expected = expectation.expected;
    this.found = expectation.found;
  }
}
export type InputErrorCode =
  | 'file-missing'
  | 'file-unreadable'
  | 'file-empty'
  | 'format-unknown'
  | 'encoding'
  | 'header'
  | 'too-long'
  | 'syntax'
  | 'value';

function placed(place: Place): string {
  const line = place.line === undefined ? '' : `:${place.line}`;
  const column = place.column === undefined ? '' : `, column ${place.column}`;
  return `${place.file}${line}${column}`;
}

const LONGEST_QUOTE = 60;
/** A value as an error shows it: quoted, cut, control characters escaped. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  // Never String(value) of an object from a file: `{"toString":0}` is one too.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  if (typeof value !== 'string') return String(value);
  const text = value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}...` : value;
  return JSON.stringify(text);
}
