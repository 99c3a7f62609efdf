import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { InputError } from '../input.ts';
import { type Column, matchColumns, type Row, type Table, unusedColumns } from './table.ts';
import { readText } from './text.ts';

const LARGEST_RECORD = 256 * 1024;
const ROWS_PER_BATCH = 4096;

interface Numbered {
  readonly line: number;
  readonly cells: string[];
}

/**
 * A comma- or tab-separated file with a header (RFC 4180; TSV without quotes).
 * @throws InputError header, syntax (a quote that never closes), too-long, and what readText throws
 */
export async function openCsv(file: string, columns: readonly Column[], delimiter = ','): Promise<Table> {
  const unused = new Set<string>();
  const header = await readHeader(file, delimiter);
  const used = matchColumns(file, header, columns);
  for (const name of unusedColumns(header, used)) unused.add(name);
  return {
    file,
    unused,
    rows: () => rowsOf(records(file, delimiter), { file, used, width: header.length }),
  };
}

/** The header of a separated file. */
export async function readHeader(file: string, delimiter: string): Promise<string[]> {
  for await (const { cells } of records(file, delimiter)) {
    const header = cells.map((cell) => cell.trim());
    if (header.some((name) => name !== '')) return header;
  }
  throw new InputError('file-empty', { file }, { expected: 'a header', found: 'only blank lines' });
}

async function* rowsOf(
  source: AsyncIterable<Numbered>,
  shape: { file: string; used: readonly number[]; width: number },
): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = [];
  let header = true;
  for await (const { line, cells } of source) {
    if (header) {
      header = cells.every((cell) => cell.trim() === '');
      continue;
    }
    const broken = cells.length === shape.width ? undefined : wrongWidth(shape, line, cells.length);
    const row = { line, cells: shape.used.map((index) => cells[index]) };
    batch.push(broken ? { ...row, broken } : row);
    if (batch.length < ROWS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const wrongWidth = (shape: { file: string; width: number }, line: number, found: number): InputError =>
  new InputError(
    'value',
    { file: shape.file, line },
    { expected: `${shape.width} cells`, found: String(found) },
  );

async function* records(file: string, delimiter: string): AsyncGenerator<Numbered> {
  const parser = parse({
    delimiter,
    quote: delimiter === '\t' ? null : '"',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LARGEST_RECORD,
    // The parser knows the line a record ended on only here: it rides along as the last cell.
    on_record: (cells, { lines }) => {
      cells.push(String(lines));
      return cells;
    },
  });
  const source = Readable.from(readText(file), { objectMode: true, highWaterMark: 4 });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      const line = Number(cells.pop());
      yield { line, cells };
    }
  } catch (error) {
    throw error instanceof CsvError ? asInputError(file, error) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function asInputError(file: string, error: CsvError): InputError {
  const line = typeof error['lines'] === 'number' ? error['lines'] : undefined;
  const place = line === undefined ? { file } : { file, line };
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new InputError('too-long', place, {
      expected: `records of at most ${LARGEST_RECORD} bytes`,
      found: 'a longer one',
    });
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new InputError('syntax', place, { expected: 'a closing quote', found: 'the end of the file' });
  return new InputError('syntax', place, { expected: 'separated values', found: error.message });
}
