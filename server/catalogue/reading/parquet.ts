import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { InputError } from '../input.ts';
import { readHead } from './bytes.ts';
import { type Column, matchColumns, type Row, type Table, unusedColumns } from './table.ts';

const ROWS_PER_BATCH = 4096;

/**
 * A Parquet file of flat columns, read a row group at a time.
 * @throws InputError header, syntax (not Parquet, torn, an unknown codec), and what readHead throws
 */
export async function openParquet(file: string, columns: readonly Column[]): Promise<Table> {
  const { source, metadata } = await openSource(file);
  const header = topColumns(metadata);
  const used = matchColumns(file, header, columns);
  const names = used.flatMap((index) => (index < 0 ? [] : [header[index] ?? '']));

  async function* rows(): AsyncGenerator<readonly Row[]> {
    let start = 0;
    for (const group of metadata.row_groups) {
      const end = start + Number(group.num_rows);
      const data = await parsing(file, () => readGroup(source, { metadata, names, start, end }));
      checkWhole(file, data, end - start);
      const picked = used.map((index) => (index < 0 ? undefined : data.get(header[index] ?? '')));
      for (let at = start; at < end; at += ROWS_PER_BATCH)
        yield batchOf(picked, { start, from: at, to: Math.min(end, at + ROWS_PER_BATCH) });
      start = end;
    }
  }
  return { file, unused: unusedColumns(header, used), rows };
}

/** The names of a Parquet file's columns. */
export async function parquetColumns(file: string): Promise<string[]> {
  return topColumns((await openSource(file)).metadata);
}

async function openSource(file: string): Promise<{ source: Source; metadata: FileMetaData }> {
  await readHead(file, 4);
  const source = await asyncBufferFromFile(file);
  return { source, metadata: await parsing(file, () => parquetMetadataAsync(source)) };
}

type Source = Awaited<ReturnType<typeof asyncBufferFromFile>>;

async function readGroup(
  file: Source,
  part: { metadata: FileMetaData; names: string[]; start: number; end: number },
): Promise<Map<string, unknown[]>> {
  const data = new Map<string, unknown[]>(part.names.map((name) => [name, []]));
  await parquetRead({
    file,
    metadata: part.metadata,
    columns: part.names,
    compressors,
    rowStart: part.start,
    rowEnd: part.end,
    onChunk(chunk) {
      const column = data.get(chunk.columnName);
      if (!column) return;
      for (let i = 0; i < chunk.columnData.length; i++)
        column[chunk.rowStart - part.start + i] = plain(chunk.columnData[i]);
    },
  });
  return data;
}

/** A head that claims more rows than its pages hold would otherwise give rows of nothing, without end. */
function checkWhole(file: string, data: ReadonlyMap<string, readonly unknown[]>, rows: number): void {
  for (const [column, values] of data)
    if (values.length !== rows)
      throw new InputError(
        'syntax',
        { file, column },
        { expected: `${rows} rows`, found: String(values.length) },
      );
}

function batchOf(
  columns: readonly (readonly unknown[] | undefined)[],
  range: { start: number; from: number; to: number },
): Row[] {
  const batch: Row[] = [];
  for (let row = range.from; row < range.to; row++)
    batch.push({ line: row + 1, cells: columns.map((column) => column?.[row - range.start]) });
  return batch;
}

/** Values as the text formats would have given them: no bigint, no null. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value === null ? undefined : value;
}

function topColumns(metadata: FileMetaData): string[] {
  const names: string[] = [];
  for (let at = 1; at < metadata.schema.length; at = subtreeEnd(metadata, at))
    names.push(metadata.schema[at]?.name ?? '');
  return names;
}

function subtreeEnd(metadata: FileMetaData, at: number): number {
  let end = at + 1;
  for (let child = 0; child < (metadata.schema[at]?.num_children ?? 0); child++)
    end = subtreeEnd(metadata, end);
  return end;
}

async function parsing<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new InputError('syntax', { file }, { expected: 'a Parquet file', found: `"${found}"` });
  }
}
