import type { SparseRows } from '../contract.ts';
import type { Random } from '../random.ts';

/** Rank-r factors of a sparse square matrix M ~ left . right', each `items x rank`, singular values shared evenly. */
export interface Factors {
  readonly rank: number;
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly singular: Float64Array;
}

/**
 * Randomised SVD (Halko, Martinsson and Tropp 2011) with power iterations.
 * @param rank columns kept; 16 more are sampled
 */
export function randomisedSvd(matrix: SparseRows, rank: number, random: Random, iterations = 3): Factors {
  const n = matrix.items;
  const wide = Math.min(n, rank + 16);
  let q = Float64Array.from({ length: n * wide }, () => random.normal());
  q = orthonormal(multiply(matrix, q, wide), wide);
  for (let i = 0; i < iterations; i++) {
    q = orthonormal(multiplyTransposed(matrix, q, wide), wide);
    q = orthonormal(multiply(matrix, q, wide), wide);
  }
  q = orthonormal(q, wide);
  const b = multiplyTransposed(matrix, q, wide);
  const { vectors, values } = symmetricEigen(gram(b, wide), wide);
  const kept = Math.min(rank, wide);
  const singular = Float64Array.from({ length: kept }, (_, k) => Math.sqrt(Math.max(0, values[k]!)));
  const left = new Float32Array(n * rank);
  const right = new Float32Array(n * rank);
  for (let r = 0; r < n; r++)
    for (let k = 0; k < kept; k++) {
      let u = 0;
      let v = 0;
      for (let w = 0; w < wide; w++) {
        u += q[r * wide + w]! * vectors[w * wide + k]!;
        v += b[r * wide + w]! * vectors[w * wide + k]!;
      }
      const s = singular[k]!;
      left[r * rank + k] = u * Math.sqrt(s);
      right[r * rank + k] = s < 1e-9 ? 0 : v / Math.sqrt(s);
    }
  return { rank, left, right, singular };
}

/** M x, x row-major `items x columns`. */
function multiply(m: SparseRows, x: Float64Array, columns: number): Float64Array<ArrayBuffer> {
  const y = new Float64Array(m.items * columns);
  for (let i = 0; i < m.items; i++)
    for (let e = m.offsets[i]!; e < m.offsets[i + 1]!; e++) {
      const from = m.ids[e]! * columns;
      const weight = m.weights[e]!;
      for (let c = 0; c < columns; c++) y[i * columns + c]! += weight * x[from + c]!;
    }
  return y;
}

/** M' x. */
function multiplyTransposed(m: SparseRows, x: Float64Array, columns: number): Float64Array<ArrayBuffer> {
  const y = new Float64Array(m.items * columns);
  for (let i = 0; i < m.items; i++)
    for (let e = m.offsets[i]!; e < m.offsets[i + 1]!; e++) {
      const to = m.ids[e]! * columns;
      const weight = m.weights[e]!;
      for (let c = 0; c < columns; c++) y[to + c]! += weight * x[i * columns + c]!;
    }
  return y;
}

/** x' x, `columns x columns`. */
function gram(x: Float64Array, columns: number): Float64Array {
  const g = new Float64Array(columns * columns);
  for (let r = 0; r < x.length; r += columns)
    for (let a = 0; a < columns; a++) {
      const value = x[r + a]!;
      if (value !== 0) for (let b = 0; b <= a; b++) g[a * columns + b]! += value * x[r + b]!;
    }
  for (let a = 0; a < columns; a++) for (let b = 0; b < a; b++) g[b * columns + a] = g[a * columns + b]!;
  return g;
}

/** Columns made orthonormal by their Gram matrix; directions without mass become zero. */
function orthonormal(x: Float64Array<ArrayBuffer>, columns: number): Float64Array<ArrayBuffer> {
  const { vectors, values } = symmetricEigen(gram(x, columns), columns);
  const floor = Math.max(values[0] ?? 0, 0) * 1e-13;
  const basis = vectors.map((value, at) => {
    const mass = values[at % columns]!;
    return mass > floor ? value / Math.sqrt(mass) : 0;
  });
  const result = new Float64Array(x.length);
  for (let r = 0; r < x.length; r += columns)
    for (let a = 0; a < columns; a++) {
      const value = x[r + a]!;
      if (value === 0) continue;
      for (let k = 0; k < columns; k++) result[r + k]! += value * basis[a * columns + k]!;
    }
  return result;
}

/** Cyclic Jacobi. Eigenvalues descending; column k of `vectors` (row-major) belongs to value k. */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const total = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q]! ** 2;
    if (off <= total * 1e-26) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, { n, p, q });
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => a[y * n + y]! - a[x * n + x]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let r = 0; r < n; r++) vectors[r * n + to] = v[r * n + from]!;
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors };
}

function rotate(a: Float64Array, v: Float64Array, at: { n: number; p: number; q: number }): void {
  const { n, p, q } = at;
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const kp = a[k * n + p]!;
    const kq = a[k * n + q]!;
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const pk = a[p * n + k]!;
    const qk = a[q * n + k]!;
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const vp = v[k * n + p]!;
    const vq = v[k * n + q]!;
    v[k * n + p] = c * vp - s * vq;
    v[k * n + q] = s * vp + c * vq;
  }
}
