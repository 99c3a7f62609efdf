import { plainSampledSoftmax, type SampledBatch, type SampledSlopes } from './item-embeddings/softmax.ts';

/** An opaque float32 matrix, `rows x columns`, that lives where the host computes. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Dense algebra as training needs it, given by the host: SIMD WebAssembly in Node, plain loops in a test. There is no
 * transposed product, on purpose: an explicit `transpose` followed by `multiply` is several times faster where it
 * matters, so a trainer says where it transposes.
 */
export interface Arithmetic {
  /** frees every matrix made inside */
  scope<T>(work: () => T): T;
  matrix(values: Float32Array, rows: number, columns: number): Matrix;
  /** row-major copy */
  read(matrix: Matrix): Float32Array;
  multiply(a: Matrix, b: Matrix): Matrix;
  transpose(a: Matrix): Matrix;
  /** a + b, where `b` may be one row that is added to every row of `a` */
  add(a: Matrix, b: Matrix): Matrix;
  subtract(a: Matrix, b: Matrix): Matrix;
  /** element by element */
  times(a: Matrix, b: Matrix): Matrix;
  relu(a: Matrix): Matrix;
  /** 1 where a > 0, else 0 */
  positive(a: Matrix): Matrix;
  /** over each row */
  softmax(a: Matrix): Matrix;
  /** the same values in another shape */
  reshape(a: Matrix, rows: number, columns: number): Matrix;
  /** loss and slopes of a softmax over shared choices, fused where the host can */
  sampledSoftmax(batch: SampledBatch): SampledSlopes;
}

interface Plain extends Matrix {
  readonly values: Float32Array;
}

const plain = (values: Float32Array, rows: number, columns: number): Plain => {
  if (values.length !== rows * columns)
    throw new RangeError(
      `matrix ${rows}x${columns}: expected ${rows * columns} values, found ${values.length}`,
    );
  return { values, rows, columns };
};

const of = (matrix: Matrix): Float32Array => (matrix as Plain).values;

const each = (a: Matrix, f: (value: number, index: number) => number): Plain =>
  plain(of(a).map(f), a.rows, a.columns);

/** The naive reference: slow, and obviously right. */
export const plainArithmetic: Arithmetic = {
  scope: (work) => work(),
  matrix: (values, rows, columns) => plain(values.slice(), rows, columns),
  read: (matrix) => of(matrix).slice(),
  multiply(a, b) {
    const out = new Float32Array(a.rows * b.columns);
    for (let r = 0; r < a.rows; r++)
      for (let k = 0; k < a.columns; k++) {
        const value = of(a)[r * a.columns + k]!;
        for (let c = 0; c < b.columns; c++) out[r * b.columns + c]! += value * of(b)[k * b.columns + c]!;
      }
    return plain(out, a.rows, b.columns);
  },
  transpose(a) {
    const out = new Float32Array(a.rows * a.columns);
    for (let r = 0; r < a.rows; r++)
      for (let c = 0; c < a.columns; c++) out[c * a.rows + r] = of(a)[r * a.columns + c]!;
    return plain(out, a.columns, a.rows);
  },
  add: (a, b) => each(a, (value, i) => value + of(b)[b.rows === 1 ? i % a.columns : i]!),
  subtract: (a, b) => each(a, (value, i) => value - of(b)[i]!),
  times: (a, b) => each(a, (value, i) => value * of(b)[i]!),
  relu: (a) => each(a, (value) => Math.max(0, value)),
  positive: (a) => each(a, (value) => (value > 0 ? 1 : 0)),
  softmax(a) {
    const out = new Float32Array(of(a).length);
    for (let r = 0; r < a.rows; r++) {
      const row = of(a).subarray(r * a.columns, (r + 1) * a.columns);
      const most = row.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
      const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
      for (let c = 0; c < a.columns; c++) out[r * a.columns + c] = Math.exp(row[c]! - most) / sum;
    }
    return plain(out, a.rows, a.columns);
  },
  reshape: (a, rows, columns) => plain(of(a), rows, columns),
  sampledSoftmax: plainSampledSoftmax,
};
