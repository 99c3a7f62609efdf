import { InputError } from '../input.ts';
import { readBytes } from './bytes.ts';

/**
 * A file as UTF-8 text, in chunks, without its byte order mark.
 * @throws InputError encoding: UTF-16, bytes that are not UTF-8, NUL characters (a binary file)
 */
export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let first = true;
  for await (const chunk of readBytes(file)) {
    if (first) refuseUtf16(file, chunk);
    first = false;
    const text = decode(() => decoder.decode(chunk, { stream: true }), { file, line });
    line += countLines(text);
    if (text.includes('\0')) throw notText({ file, line: line - countLines(text.slice(text.indexOf('\0'))) });
    if (text !== '') yield text;
  }
  decode(() => decoder.decode(), { file, line });
}

function refuseUtf16(file: string, head: Uint8Array): void {
  const mark = ((head[0] ?? 0) << 8) | (head[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff)
    throw new InputError('encoding', { file }, { expected: 'UTF-8 text', found: 'UTF-16' });
}

function decode(read: () => string, place: { file: string; line: number }): string {
  try {
    return read();
  } catch {
    throw new InputError('encoding', place, {
      expected: 'UTF-8 text',
      found: 'bytes that are not, at this line or soon after',
    });
  }
}

const notText = (place: { file: string; line: number }): InputError =>
  new InputError('encoding', place, { expected: 'UTF-8 text', found: 'a NUL character (a binary file?)' });

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
