import { fromHalf } from '../../../shared/bundle/float16.ts';
import { InputError } from '../input.ts';

/** A table of numbers, row-major. */
export interface NumberTable {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Numbers by element type, little-endian; shared by the formats here. */
export const ELEMENTS: Readonly<Record<string, { bytes: number; read(view: DataView, at: number): number }>> =
  {
    float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
    float64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
    float16: { bytes: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
    bfloat16: {
      bytes: 2,
      read: (view, at) => {
        const wide = new DataView(new ArrayBuffer(4));
        wide.setUint32(0, view.getUint16(at, true) << 16);
        return wide.getFloat32(0);
      },
    },
  };
const DTYPES: Readonly<Record<string, string>> = { '<f4': 'float32', '<f8': 'float64', '<f2': 'float16' };

/**
 * NumPy's `.npy` (versions 1 to 3; numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a two-dimensional array of
 * little-endian floats, in either order.
 * @throws InputError `syntax`
 */
export function readNpy(file: string, bytes: Uint8Array): NumberTable {
  const refuse = (expected: string, found: string): never => {
    throw new InputError('syntax', { file }, { expected, found });
  };
  if (bytes.length < 12 || MAGIC.some((byte, at) => bytes[at] !== byte))
    refuse('a NumPy file', 'other bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6]! > 1;
  const start = long ? 12 : 10;
  const headLength = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + headLength > bytes.length) refuse(`a header of ${headLength} bytes`, `${bytes.length - start}`);
  const head = new TextDecoder('latin1').decode(bytes.subarray(start, start + headLength));
  const dtype = /'descr':\s*'([^']*)'/.exec(head)?.[1] ?? '';
  const element = ELEMENTS[DTYPES[dtype] ?? ''];
  if (element === undefined) return refuse(`one of ${Object.keys(DTYPES).join(', ')}`, `dtype '${dtype}'`);
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(head)?.[1] ?? '').split(',').map((part) => part.trim());
  const [rows = 0, columns = 0] = shape.filter((part) => part !== '').map(Number);
  if (shape.filter((part) => part !== '').length !== 2 || !(rows >= 0) || !(columns >= 1))
    refuse('a shape of items and dimensions', `(${shape.join(', ')})`);
  const byColumn = /'fortran_order':\s*True/.test(head);
  const body = start + headLength;
  const expected = rows * columns * element.bytes;
  if (bytes.length - body !== expected) refuse(`${expected} bytes of numbers`, `${bytes.length - body}`);
  const values = new Float32Array(rows * columns);
  for (let at = 0; at < values.length; at++) {
    const to = byColumn ? (at % rows) * columns + Math.floor(at / rows) : at;
    values[to] = element.read(view, body + at * element.bytes);
  }
  return { rows, columns, values };
}
