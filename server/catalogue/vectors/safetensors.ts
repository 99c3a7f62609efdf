import * as v from 'valibot';
import { InputError } from '../input.ts';
import { ELEMENTS, type NumberTable } from './npy.ts';

const DTYPES: Readonly<Record<string, string>> = {
  F32: 'float32',
  F64: 'float64',
  F16: 'float16',
  BF16: 'bfloat16',
};
const MOST_HEAD = 100 << 20;
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const TensorHead = v.object({
  dtype: v.string(),
  shape: v.array(count),
  data_offsets: v.tuple([count, count]),
});

/**
 * A safetensors file (github.com/huggingface/safetensors): the two-dimensional tensor of a name, or the only one there is.
 * @throws InputError `syntax`
 */
export function readSafetensors(file: string, bytes: Uint8Array, name?: string): NumberTable {
  const refuse = (expected: string, found: string): never => {
    throw new InputError('syntax', { file }, { expected, found });
  };
  if (bytes.length < 8) return refuse('a safetensors file', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headLength = Number(view.getBigUint64(0, true));
  if (headLength > MOST_HEAD || 8 + headLength > bytes.length)
    return refuse('a safetensors file', `a header of ${headLength} bytes in ${bytes.length}`);
  const tables = tablesIn(file, bytes.subarray(8, 8 + headLength));
  const chosen = name ?? (tables.size === 1 ? [...tables.keys()][0] : undefined);
  const table = tables.get(chosen ?? '');
  if (table === undefined) {
    const known = [...tables.keys()].join(', ') || 'none';
    return refuse(name === undefined ? 'one table of numbers, or its name' : `a table ${name}`, known);
  }
  const element = ELEMENTS[DTYPES[table.dtype] ?? ''];
  if (element === undefined) return refuse(`one of ${Object.keys(DTYPES).join(', ')}`, table.dtype);
  const [rows = 0, columns = 0] = table.shape;
  const [from, to] = table.data_offsets;
  const expected = rows * columns * element.bytes;
  const body = 8 + headLength;
  if (to - from !== expected || body + to > bytes.length)
    return refuse(`${expected} bytes of numbers`, `${Math.min(to, bytes.length - body) - from}`);
  const values = Float32Array.from({ length: rows * columns }, (_, at) =>
    element.read(view, body + from + at * element.bytes),
  );
  return { rows, columns, values };
}

function tablesIn(file: string, head: Uint8Array): Map<string, v.InferOutput<typeof TensorHead>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(head));
  } catch {
    throw new InputError('syntax', { file }, { expected: 'a header in JSON', found: 'other text' });
  }
  const tables = new Map<string, v.InferOutput<typeof TensorHead>>();
  for (const [key, value] of Object.entries(parsed ?? {})) {
    if (key === '__metadata__') continue;
    const tensor = v.safeParse(TensorHead, value);
    if (!tensor.success)
      throw new InputError(
        'syntax',
        { file, column: key },
        { expected: 'a tensor', found: 'something else' },
      );
    if (tensor.output.shape.length === 2 && tensor.output.shape[1]! > 0) tables.set(key, tensor.output);
  }
  return tables;
}
