import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { InputError, quoted } from '../input.ts';
import { openParquet, parquetColumns } from '../reading/parquet.ts';
import { type NumberTable, readNpy } from './npy.ts';
import { readSafetensors } from './safetensors.ts';

/** Vectors by item id, as an outside system made them. */
export interface ItemVectors {
  readonly file: string;
  readonly dims: number;
  readonly byId: ReadonlyMap<string, Float32Array>;
}

export interface VectorOptions {
  /** one id a line, in the order of the rows; default: beside the file, `.ids.txt` in place of its extension */
  readonly ids?: string | undefined;
  /** of the tensor, where a safetensors file has several */
  readonly tensor?: string | undefined;
}

/**
 * `.npy` and `.safetensors`, with their ids in a file beside them, or `.parquet` with a column `item` (or `id`) and either a
 * column `embedding` (or `vector`) of lists, or a numeric column a dimension.
 * @throws InputError with file, place, found and expected
 */
export async function readVectors(file: string, options: VectorOptions): Promise<ItemVectors> {
  if (!existsSync(file))
    throw new InputError('file-missing', { file }, { expected: 'a file', found: 'nothing at this path' });
  const kind = extname(file).toLowerCase();
  if (kind === '.parquet') return fromParquet(file);
  if (kind !== '.npy' && kind !== '.safetensors')
    throw new InputError(
      'format-unknown',
      { file },
      { expected: '.npy, .safetensors or .parquet', found: quoted(kind) },
    );
  const bytes = await readFile(file);
  const table = kind === '.npy' ? readNpy(file, bytes) : readSafetensors(file, bytes, options.tensor);
  return named(file, table, idsBeside(file, options.ids));
}

function idsBeside(file: string, given: string | undefined): { path: string; ids: string[] } {
  const path = given ?? `${file.slice(0, -extname(file).length)}.ids.txt`;
  if (!existsSync(path))
    throw new InputError(
      'file-missing',
      { file: path },
      { expected: 'an item id a line', found: 'no such file' },
    );
  const ids = readFileSync(path, 'utf8').split(/\r?\n/);
  if (ids.at(-1) === '') ids.pop();
  return { path, ids };
}

function named(
  file: string,
  table: NumberTable,
  { path, ids }: { path: string; ids: string[] },
): ItemVectors {
  const { rows, columns, values } = table;
  if (ids.length !== rows)
    throw new InputError(
      'syntax',
      { file: path },
      { expected: `${rows} ids, one a row`, found: String(ids.length) },
    );
  const byId = new Map<string, Float32Array>();
  for (const [row, id] of ids.entries()) {
    const vector = finite(values.subarray(row * columns, (row + 1) * columns), id, { file, line: row + 1 });
    put(byId, { id, vector }, { file: path, line: row + 1 });
  }
  return { file, dims: columns, byId };
}

/** @throws InputError for NaN and infinities: one would spread to every likeness */
function finite(vector: Float32Array, id: string, place: { file: string; line: number }): Float32Array {
  const at = vector.findIndex((x) => !Number.isFinite(x));
  if (at < 0) return vector;
  throw new InputError('value', place, {
    expected: 'finite numbers',
    found: `${vector[at]} in dimension ${at} of ${quoted(id)}`,
  });
}

function put(
  byId: Map<string, Float32Array>,
  { id, vector }: { id: string; vector: Float32Array },
  place: { file: string; line: number },
): void {
  if (id === '') throw new InputError('value', place, { expected: 'an item id', found: 'nothing' });
  if (byId.has(id))
    throw new InputError('value', place, { expected: 'each id once', found: `${quoted(id)} again` });
  byId.set(id, vector);
}

async function fromParquet(file: string): Promise<ItemVectors> {
  const columns = await parquetColumns(file);
  const idColumn = columns.find((name) => /^(item|item_id|id)$/i.test(name));
  if (idColumn === undefined)
    throw new InputError('header', { file }, { expected: 'a column item', found: columns.join(', ') });
  const list = columns.find((name) => /^(embedding|vector)$/i.test(name));
  const parts = list === undefined ? columns.filter((name) => name !== idColumn) : [list];
  const wanted = [idColumn, ...parts].map((name) => ({ name, required: true }));
  const table = await openParquet(file, wanted);
  const byId = new Map<string, Float32Array>();
  let dims = 0;
  for await (const batch of table.rows())
    for (const { line, cells } of batch) {
      const vector = vectorOf(list === undefined ? cells.slice(1) : cells[1], { file, line });
      dims ||= vector.length;
      if (vector.length !== dims)
        throw new InputError(
          'value',
          { file, line },
          { expected: `${dims} numbers`, found: String(vector.length) },
        );
      const id = String(cells[0] ?? '');
      put(byId, { id, vector: finite(vector, id, { file, line }) }, { file, line });
    }
  return { file, dims, byId };
}

function vectorOf(cell: unknown, place: { file: string; line: number }): Float32Array {
  const numbers =
    Array.isArray(cell) || ArrayBuffer.isView(cell) ? Array.from(cell as ArrayLike<unknown>) : [];
  const bad = numbers.findIndex((x) => typeof x !== 'number' && typeof x !== 'bigint');
  if (numbers.length === 0 || bad >= 0)
    throw new InputError('value', place, {
      expected: 'a list of numbers',
      found: quoted(numbers.length === 0 ? cell : numbers[bad]),
    });
  return Float32Array.from(numbers, Number);
}
