import { InputError } from '../input.ts';
import { readText } from './text.ts';

/** A line of a text file and its number, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** Longer than any honest record; short enough that a file without line ends cannot fill the memory. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * The lines of a text file, in batches, without their ends (\n or \r\n); a last line need not be ended.
 * @throws InputError too-long beyond `longest` characters, and what readText throws
 */
export async function* readLines(file: string, longest = LONGEST_LINE): AsyncGenerator<readonly Line[]> {
  let rest = '';
  let number = 0;
  for await (const text of readText(file)) {
    const pieces = (rest + text).split('\n');
    rest = pieces.pop() ?? '';
    const batch = pieces.map((piece) => {
      number += 1;
      refuseLong(piece, { file, line: number }, longest);
      return { number, text: piece.endsWith('\r') ? piece.slice(0, -1) : piece };
    });
    refuseLong(rest, { file, line: number + 1 }, longest);
    yield batch;
  }
  if (rest !== '') yield [{ number: number + 1, text: rest.endsWith('\r') ? rest.slice(0, -1) : rest }];
}

function refuseLong(text: string, place: { file: string; line: number }, longest: number): void {
  if (text.length <= longest) return;
  throw new InputError('too-long', place, {
    expected: `lines of at most ${longest} characters`,
    found: 'a longer one',
  });
}
