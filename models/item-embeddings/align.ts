import type { DenseRows } from '../dense.ts';
import type { AttentionWeights } from './attention.ts';
import { symmetricEigen } from './svd.ts';

/** Rows of two fits of the same items. */
export interface Paired {
  readonly from: DenseRows;
  readonly to: DenseRows;
}

/**
 * The rotation R (row-major `dims x dims`, orthogonal) with which `from R` is nearest to `to` over all chosen rows of all
 * pairs: orthogonal Procrustes (Schönemann 1966). Cosines among rotated rows are what they were.
 * @param chosen by row, 1 where both fits know the item
 */
export function procrustes(pairs: readonly Paired[], chosen: Uint8Array): Float64Array {
  const dims = pairs[0]!.from.dims;
  const product = new Float64Array(dims * dims);
  for (const { from, to } of pairs)
    for (let i = 0; i < chosen.length; i++) {
      if (!chosen[i]) continue;
      for (let a = 0; a < dims; a++) {
        const value = from.values[i * dims + a]!;
        if (value === 0) continue;
        for (let b = 0; b < dims; b++) product[a * dims + b]! += value * to.values[i * dims + b]!;
      }
    }
  return polar(product, dims);
}

/** Below this share of the largest singular value a direction was not seen. */
const UNSEEN = 1e-9;

/** U V' of a square matrix U S V'; directions without mass are completed by any that are orthogonal to the others. */
function polar(m: Float64Array, n: number): Float64Array {
  const square = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++)
      for (let k = 0; k < n; k++) square[a * n + b]! += m[k * n + a]! * m[k * n + b]!;
  const { values, vectors } = symmetricEigen(square, n);
  const left: Float64Array[] = [];
  const floor = UNSEEN * Math.sqrt(Math.max(0, values[0]!));
  for (let k = 0; k < n; k++) {
    const column = new Float64Array(n);
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) column[a]! += m[a * n + b]! * vectors[b * n + k]!;
    const seen = Math.sqrt(Math.max(0, values[k]!)) > floor;
    left.push((seen ? orthogonalTo(column, left) : undefined) ?? anyOrthogonalTo(left, n));
  }
  const rotation = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++)
      for (let k = 0; k < n; k++) rotation[a * n + b]! += left[k]![a]! * vectors[b * n + k]!;
  return rotation;
}

/** The part that is orthogonal to unit columns, scaled to length 1; undefined where little is left. */
function orthogonalTo(column: Float64Array, others: readonly Float64Array[]): Float64Array | undefined {
  const length = (of: Float64Array): number => Math.sqrt(of.reduce((sum, value) => sum + value * value, 0));
  const before = length(column);
  // Twice: once leaves what rounding left.
  for (let round = 0; round < 2; round++)
    for (const other of others) {
      let along = 0;
      for (let i = 0; i < column.length; i++) along += column[i]! * other[i]!;
      for (let i = 0; i < column.length; i++) column[i]! -= along * other[i]!;
    }
  const left = length(column);
  return left > 1e-6 * before && left > 0 ? column.map((value) => value / left) : undefined;
}

function anyOrthogonalTo(others: readonly Float64Array[], n: number): Float64Array {
  for (let axis = 0; axis < n; axis++) {
    const found = orthogonalTo(
      Float64Array.from({ length: n }, (_, i) => (i === axis ? 1 : 0)),
      others,
    );
    if (found) return found;
  }
  throw new RangeError(`Found ${others.length} orthogonal columns of ${n}, expected fewer.`);
}

/** Every row times the rotation. */
export function rotateRows({ items, dims, values }: DenseRows, rotation: Float64Array): DenseRows {
  const turned = new Float32Array(values.length);
  const row = new Float64Array(dims);
  for (let i = 0; i < items; i++) {
    row.fill(0);
    for (let a = 0; a < dims; a++) {
      const value = values[i * dims + a]!;
      if (value !== 0) for (let b = 0; b < dims; b++) row[b]! += value * rotation[a * dims + b]!;
    }
    turned.set(row, i * dims);
  }
  return { items, dims, values: turned };
}

/** The encoder that says of rotated rows what this one says of the rows as they were. */
export function rotateEncoder(encoder: AttentionWeights, rotation: Float64Array): AttentionWeights {
  const { dims, hidden } = encoder;
  const turned = (weights: Float32Array): Float32Array => {
    const sums = new Float64Array(dims * hidden);
    for (let a = 0; a < dims; a++)
      for (let b = 0; b < dims; b++) {
        const share = rotation[a * dims + b]!;
        for (let h = 0; h < hidden; h++) sums[b * hidden + h]! += share * weights[a * hidden + h]!;
      }
    return Float32Array.from(sums);
  };
  return { ...encoder, query: turned(encoder.query), key: turned(encoder.key) };
}
