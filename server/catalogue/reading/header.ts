import { InputError } from '../input.ts';
import { readHeader } from './csv.ts';
import { firstLine, kindOf } from './open.ts';
import { parquetColumns } from './parquet.ts';

/**
 * A table's columns, for formats that take whatever columns a file has; of JSONL the keys of the first row.
 * @throws InputError format-unknown for what is no table, and what reading its beginning throws
 */
export async function columnsOf(file: string): Promise<string[]> {
  const kind = await kindOf(file);
  if (kind === 'xml')
    throw new InputError('format-unknown', { file }, { expected: 'a table', found: 'XML or HTML' });
  if (kind === 'parquet') return parquetColumns(file);
  if (kind === 'jsonl') return keysOf(await firstLine(file));
  return readHeader(file, kind === 'tsv' ? '\t' : ',');
}

/** The keys of a line of JSON; the line itself where it is none. */
export function keysOf(line: string): string[] {
  try {
    return Object.keys(JSON.parse(line) as object);
  } catch {
    return [line];
  }
}
