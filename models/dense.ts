/** Row-major `items x dims` float32. */
export interface DenseRows {
  readonly items: number;
  readonly dims: number;
  readonly values: Float32Array;
}

/** Scales every row to length 1; a row of zeros stays one. */
export function unitRows({ items, dims, values }: DenseRows): DenseRows {
  const unit = new Float32Array(values.length);
  for (let r = 0; r < items; r++) {
    let square = 0;
    for (let d = 0; d < dims; d++) square += values[r * dims + d]! ** 2;
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let d = 0; d < dims; d++) unit[r * dims + d] = values[r * dims + d]! * scale;
  }
  return { items, dims, values: unit };
}
