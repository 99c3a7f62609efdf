import * as v from 'valibot';
import { unitScale } from '../kernel/scale.ts';
import type { Container, SectionArray } from './container.ts';
import type { EmbeddingTable } from './contract.ts';
import { demand } from './error.ts';
import { fromHalf, toHalf } from './float16.ts';
import { MOST_DIMS, Size } from './meta.ts';

/** A float matrix to be quantised, row-major `items x dims`. */
export interface EmbeddingInput {
  readonly dims: number;
  readonly values: Float32Array;
  /** rows have length 1 (or are all 0): then no scale is stored, a row's scale is 1 over the length of its integers */
  readonly unit: boolean;
  /**
   * of a component as it is kept, 2 to 8 (default): -(2^(bits-1) - 1) .. 2^(bits-1) - 1. Rows are bytes in any case, read
   * where they lie; fewer different values are what a compressor makes fewer bytes of
   */
  readonly bits?: number;
}

export const EmbeddingMeta = v.object({
  dims: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_DIMS)),
  unit: v.boolean(),
  /** largest scale of the table; stored scales are halves relative to it */
  scale: Size,
});
export type EmbeddingMeta = v.InferOutput<typeof EmbeddingMeta>;

export interface EncodedEmbedding {
  readonly meta: EmbeddingMeta;
  readonly sections: Record<string, SectionArray>;
}

/**
 * int8 a row: k = round(steps x / rowmax), 127 steps at 8 bits. Sections `name.rows`, and `name.scales` (halves) unless unit.
 * @throws BundleError `input` for another size, a value that is not finite, or a unit row of another length
 */
export function encodeEmbedding(input: EmbeddingInput, items: number, name: string): EncodedEmbedding {
  const { dims, values, unit, bits = 8 } = input;
  demand(
    Number.isInteger(dims) && dims >= 1 && dims <= MOST_DIMS,
    'input',
    () => `${name}: found ${dims} dimensions, expected 1 to ${MOST_DIMS}.`,
  );
  demand(
    values.length === items * dims,
    'input',
    () => `${name}: found ${values.length} values, expected ${items} x ${dims}.`,
  );
  demand(
    Number.isInteger(bits) && bits >= 2 && bits <= 8,
    'input',
    () => `${name}: found ${bits} bits, expected 2 to 8.`,
  );
  const steps = (1 << (bits - 1)) - 1;
  const rows = new Int8Array(values.length);
  const most = new Float64Array(items);
  for (let r = 0; r < items; r++) {
    const row = values.subarray(r * dims, (r + 1) * dims);
    most[r] = rowMost(row, name, r);
    if (unit) demandUnit(row, name, r);
    const step = most[r]! / steps || 1;
    for (let d = 0; d < dims; d++) rows[r * dims + d] = Math.round(row[d]! / step);
  }
  if (unit) return { meta: { dims, unit, scale: 0 }, sections: { [`${name}.rows`]: rows } };
  const largest = most.reduce((a, b) => Math.max(a, b), 0) / steps;
  const halves = Uint16Array.from(most, (m) => toHalf(m / steps / (largest || 1)));
  return {
    meta: { dims, unit, scale: largest },
    sections: { [`${name}.rows`]: rows, [`${name}.scales`]: halves },
  };
}

function rowMost(row: Float32Array, name: string, r: number): number {
  let most = 0;
  for (const x of row) {
    demand(x - x === 0, 'input', () => `${name}, row ${r}: found ${x}, expected a finite number.`);
    most = Math.max(most, Math.abs(x));
  }
  return most;
}

function demandUnit(row: Float32Array, name: string, r: number): void {
  let square = 0;
  for (const x of row) square += x * x;
  demand(
    square === 0 || Math.abs(square - 1) < 1e-3,
    'input',
    () =>
      `${name}, row ${r}: found length ${Math.sqrt(square)}, expected 1 (or 0) since the table is said to be unit.`,
  );
}

/** Rows are a view of the file, scales are reckoned when they are first asked for. @throws BundleError `section` where sizes disagree */
export function decodeEmbedding(
  container: Container,
  meta: EmbeddingMeta,
  items: number,
  name: string,
): EmbeddingTable {
  const { dims } = meta;
  const rows = container.section(`${name}.rows`, 'i8', items * dims);
  const halves = meta.unit ? undefined : container.section(`${name}.scales`, 'u16', items);
  let scales: Float32Array | undefined;
  return {
    dims,
    rows,
    unit: meta.unit,
    get scales() {
      scales ??= halves === undefined ? unitScales(rows, items, dims) : scaled(halves, meta.scale);
      return scales;
    },
  };
}

function scaled(halves: Uint16Array, scale: number): Float32Array {
  const scales = new Float32Array(halves.length);
  for (let r = 0; r < scales.length; r++) scales[r] = fromHalf(halves[r]!) * scale;
  return scales;
}

function unitScales(rows: Int8Array, items: number, dims: number): Float32Array {
  const scales = new Float32Array(items);
  const table = { rows, dims };
  for (let r = 0; r < items; r++) scales[r] = unitScale(table, r);
  return scales;
}
