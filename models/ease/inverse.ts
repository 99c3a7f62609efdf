import type { Arithmetic } from '../arithmetic.ts';

/** Below this many rows a block is inverted by plain loops in float64. */
const SMALL = 96;

/** A square block, row-major `n x n`. */
interface Block {
  readonly n: number;
  readonly values: Float32Array;
}

/**
 * Inverse of a symmetric positive definite matrix, by halves (Strassen 1969): with S = D - B' A^-1 B the inverse of
 * [A B; B' D] is [A^-1 + X S^-1 X', -X S^-1; ., S^-1], X = A^-1 B. Nearly all of the n^3 work is in products that the
 * host does well. Float32 with float64 at the leaves: about 1e-7 times the condition of the matrix is lost.
 * @param values row-major `n x n`; left as it is
 * @throws RangeError where a pivot is not above 0, so the matrix is not positive definite
 */
export function invertPositive(values: Float32Array, n: number, arithmetic: Arithmetic): Float32Array {
  return invert({ n, values }, arithmetic).values;
}

function invert(block: Block, arithmetic: Arithmetic): Block {
  const { n } = block;
  if (n <= SMALL) return invertSmall(block);
  const half = n >> 1;
  const rest = n - half;
  const a = invert(
    { n: half, values: cut(block, { row: 0, column: 0, rows: half, columns: half }) },
    arithmetic,
  );
  const b = cut(block, { row: 0, column: half, rows: half, columns: rest });
  const d = cut(block, { row: half, column: half, rows: rest, columns: rest });
  const { x, schur } = arithmetic.scope(() => {
    const right = arithmetic.matrix(b, half, rest);
    const x = arithmetic.multiply(arithmetic.matrix(a.values, half, half), right);
    const below = arithmetic.multiply(arithmetic.transpose(right), x);
    return { x: arithmetic.read(x), schur: minus(d, arithmetic.read(below)) };
  });
  const s = invert({ n: rest, values: symmetric(schur, rest) }, arithmetic);
  const { corner, side } = arithmetic.scope(() => {
    const left = arithmetic.matrix(x, half, rest);
    const side = arithmetic.multiply(left, arithmetic.matrix(s.values, rest, rest));
    const corner = arithmetic.multiply(side, arithmetic.transpose(left));
    return { corner: arithmetic.read(corner), side: arithmetic.read(side) };
  });
  return { n, values: join(n, { a: a.values, corner, side, s: s.values }) };
}

interface Window {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

function cut({ n, values }: Block, { row, column, rows, columns }: Window): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const from = (row + r) * n + column;
    out.set(values.subarray(from, from + columns), r * columns);
  }
  return out;
}

const minus = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value - b[i]!);

/** Rounding leaves a product of symmetric matrices a little lopsided: both halves become their mean. */
function symmetric(values: Float32Array, n: number): Float32Array {
  for (let r = 0; r < n; r++)
    for (let c = 0; c < r; c++) {
      const mean = (values[r * n + c]! + values[c * n + r]!) / 2;
      values[r * n + c] = mean;
      values[c * n + r] = mean;
    }
  return values;
}

function join(
  n: number,
  parts: { a: Float32Array; corner: Float32Array; side: Float32Array; s: Float32Array },
): Float32Array {
  const half = n >> 1;
  const rest = n - half;
  const out = new Float32Array(n * n);
  for (let r = 0; r < half; r++) {
    for (let c = 0; c < half; c++) out[r * n + c] = parts.a[r * half + c]! + parts.corner[r * half + c]!;
    for (let c = 0; c < rest; c++) {
      const value = -parts.side[r * rest + c]!;
      out[r * n + half + c] = value;
      out[(half + c) * n + r] = value;
    }
  }
  for (let r = 0; r < rest; r++) out.set(parts.s.subarray(r * rest, (r + 1) * rest), (half + r) * n + half);
  return out;
}

/** Gauss-Jordan without pivoting, which a positive definite matrix does not need. */
function invertSmall({ n, values }: Block): Block {
  const a = Float64Array.from(values);
  for (let p = 0; p < n; p++) {
    const pivot = a[p * n + p]!;
    if (!(pivot > 0)) throw new RangeError(`inverse: found pivot ${pivot}, expected one above 0`);
    a[p * n + p] = 1;
    for (let c = 0; c < n; c++) a[p * n + c]! /= pivot;
    for (let r = 0; r < n; r++) {
      if (r === p) continue;
      const factor = a[r * n + p]!;
      if (factor === 0) continue;
      a[r * n + p] = 0;
      for (let c = 0; c < n; c++) a[r * n + c]! -= factor * a[p * n + c]!;
    }
  }
  return { n, values: Float32Array.from(a) };
}
