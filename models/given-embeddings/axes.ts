import type { DenseRows } from '../dense.ts';
import { createRandom, type Random } from '../random.ts';

/** Rows that the axes are found from, at most: their second moments settle long before. */
const MOST_ROWS = 20_000;
const SWEEPS = 30;
/** Axes beside those wanted, that make the last wanted ones converge. */
const EXTRA = 8;

/**
 * The axes along which the rows are longest: eigenvectors of their second moments, by orthogonal iteration.
 * @returns row-major `dims of the rows x dims`
 */
export function principalAxes(
  rows: DenseRows,
  { dims, seed }: { readonly dims: number; readonly seed: number },
): Float32Array {
  const random = createRandom(seed);
  const size = rows.dims;
  const moments = secondMoments(rows, random);
  const wanted = Math.min(size, dims + EXTRA);
  let axes: Float64Array[] = Array.from({ length: wanted }, () =>
    Float64Array.from({ length: size }, () => random.normal()),
  );
  orthonormalise(axes);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    axes = axes.map((axis) => multiply(moments, axis));
    orthonormalise(axes);
  }
  const out = new Float32Array(size * dims);
  for (let k = 0; k < dims; k++) for (let d = 0; d < size; d++) out[d * dims + k] = axes[k]![d]!;
  return out;
}

function secondMoments({ items, dims, values }: DenseRows, random: Random): Float64Array {
  const moments = new Float64Array(dims * dims);
  const every = Math.max(1, items / MOST_ROWS);
  for (let at = random.next() * every; at < items; at += every) {
    const row = values.subarray(Math.floor(at) * dims, (Math.floor(at) + 1) * dims);
    for (let a = 0; a < dims; a++) {
      const x = row[a]!;
      if (x === 0) continue;
      for (let b = 0; b <= a; b++) moments[a * dims + b]! += x * row[b]!;
    }
  }
  for (let a = 0; a < dims; a++) for (let b = 0; b < a; b++) moments[b * dims + a] = moments[a * dims + b]!;
  return moments;
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const out = new Float64Array(size);
  for (let a = 0; a < size; a++) {
    let sum = 0;
    for (let b = 0; b < size; b++) sum += matrix[a * size + b]! * vector[b]!;
    out[a] = sum;
  }
  return out;
}

/** Gram and Schmidt, twice: once loses orthogonality where axes are nearly alike. A vanished axis stays zero. */
function orthonormalise(axes: readonly Float64Array[]): void {
  axes.forEach((axis, k) => {
    for (let pass = 0; pass < 2; pass++)
      for (const before of axes.slice(0, k)) {
        const along = dot(axis, before);
        for (let d = 0; d < axis.length; d++) axis[d]! -= along * before[d]!;
      }
    const length = Math.sqrt(dot(axis, axis));
    for (let d = 0; d < axis.length; d++) axis[d] = length > 1e-12 ? axis[d]! / length : 0;
  });
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, d) => sum + x * b[d]!, 0);
