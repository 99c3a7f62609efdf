import * as v from 'valibot';
import { ItemId } from '../../../shared/protocol/ids.ts';
import { InputError, type Place, quoted } from '../input.ts';
import { readLines } from '../reading/lines.ts';
import { readText } from '../reading/text.ts';

/** One line of a sequences file: a user, and what they took in order. */
export interface Sequence {
  readonly line: number;
  readonly user: string;
  readonly items: readonly string[];
}

/** One line of a sessions file: what was clicked, in order. */
export interface Session {
  readonly line: number;
  readonly items: readonly string[];
}

/**
 * A file of sequences: `user item item ...` a line, separated by blanks or tabs, each user on one line.
 * @throws InputError at the first line that is not; what readLines throws
 */
export async function* readSequences(file: string): AsyncGenerator<Sequence> {
  const users = new Set<string>();
  for await (const { number, text } of linesOf(file)) {
    const sequence = parseSequence(text, { file, line: number });
    if (users.has(sequence.user)) throw userAgain(sequence, file);
    users.add(sequence.user);
    yield sequence;
  }
}

/**
 * A file of sessions: `item item ...` a line, in click order.
 * @throws InputError at the first line that is not; what readLines throws
 */
export async function* readSessions(file: string): AsyncGenerator<Session> {
  for await (const { number, text } of linesOf(file)) yield parseSession(text, { file, line: number });
}

/** @throws InputError value */
export function parseSequence(text: string, place: Place & { line: number }): Sequence {
  const [user = '', ...items] = idsOf(text, place);
  if (items.length === 0)
    throw new InputError('value', place, { expected: 'a user and at least one item', found: quoted(text) });
  return { line: place.line, user, items };
}

/** @throws InputError value */
export function parseSession(text: string, place: Place & { line: number }): Session {
  return { line: place.line, items: idsOf(text, place) };
}

export const userAgain = ({ user, line }: Sequence, file: string): InputError =>
  new InputError('value', { file, line }, { expected: 'each user once', found: `${quoted(user)} again` });

/** The lines that are not blank, one by one. */
export async function* linesOf(file: string): AsyncGenerator<{ number: number; text: string }> {
  let any = false;
  for await (const batch of readLines(file))
    for (const line of batch)
      if (line.text.trim() !== '') {
        any = true;
        yield line;
      }
  if (!any) throw new InputError('file-empty', { file }, { expected: 'lines of ids', found: 'blank lines' });
}

function idsOf(text: string, place: Place): string[] {
  const ids = text.trim().split(/[ \t]+/);
  for (const id of ids)
    if (!v.is(ItemId, id))
      throw new InputError('value', place, {
        expected: 'ids of at most 128 characters, separated by blanks',
        found: quoted(id),
      });
  return ids;
}

/**
 * Attributes beside a sequences file: one JSON object, item -> attributes (numbers or texts).
 * @returns for each item its attributes as texts, in file order
 * @throws InputError syntax, value
 */
export async function readItemAttributes(file: string): Promise<Map<string, string[]>> {
  let text = '';
  for await (const chunk of readText(file)) text += chunk;
  const value = parsed(file, text);
  const attributes = new Map<string, string[]>();
  for (const [item, list] of Object.entries(value)) {
    if (!Array.isArray(list) || !list.every((one) => ['string', 'number'].includes(typeof one)))
      throw new InputError(
        'value',
        { file, column: item },
        { expected: 'a list of numbers or texts', found: quoted(JSON.stringify(list)) },
      );
    attributes.set(item, list.map(String));
  }
  return attributes;
}

function parsed(file: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, together with JSON that is no object.
  }
  throw new InputError(
    'syntax',
    { file },
    { expected: 'one JSON object, item -> attributes', found: quoted(text.slice(0, 40)) },
  );
}
