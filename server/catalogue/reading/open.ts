import { InputError } from '../input.ts';
import { readHead } from './bytes.ts';
import { openCsv } from './csv.ts';
import { openJsonl } from './jsonl.ts';
import { openParquet } from './parquet.ts';
import type { Column, Table } from './table.ts';
import { readText } from './text.ts';

export type FileKind = 'csv' | 'tsv' | 'jsonl' | 'parquet' | 'xml';

/** What kind of file it is: told by its first bytes and characters, never by its name. */
export async function kindOf(file: string): Promise<FileKind> {
  const magic = await readHead(file, 4);
  if (String.fromCharCode(...magic) === 'PAR1') return 'parquet';
  const head = await firstLine(file);
  if (head.startsWith('{')) return 'jsonl';
  if (head.startsWith('<')) return 'xml';
  return head.includes('\t') ? 'tsv' : 'csv';
}

/** Opens a csv, tsv, jsonl or Parquet file, each but the last also gzipped. */
export async function openTable(file: string, columns: readonly Column[]): Promise<Table> {
  const kind = await kindOf(file);
  if (kind === 'parquet') return openParquet(file, columns);
  if (kind === 'jsonl') return openJsonl(file, columns);
  if (kind === 'xml')
    throw new InputError('format-unknown', { file }, { expected: 'a table', found: 'XML or HTML' });
  return openCsv(file, columns, kind === 'tsv' ? '\t' : ',');
}

/** The first line that is not blank, as far as the first chunks of the file hold it. */
export async function firstLine(file: string): Promise<string> {
  for await (const text of readText(file)) {
    const line = text.trimStart().split('\n', 1)[0];
    if (line) return line.trimEnd();
  }
  throw new InputError('file-empty', { file }, { expected: 'data', found: 'only blank lines' });
}
