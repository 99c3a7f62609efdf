import { expect } from 'vitest';
import type { EmbeddingTable } from '../bundle/contract.ts';
import type { Layer, NetworkSpec, QuantisedLayer, ScanResult } from './contract.ts';

/** The kernel's laws, written down as plainly as they can be, apart from every build. */

/** Score all, sort all. */
export function naiveScan(
  { dims, rows, scales }: EmbeddingTable,
  query: Int8Array,
  k: number,
  eligible?: Uint32Array,
): ScanResult {
  const scored: { row: number; score: number }[] = [];
  for (const [row, scale] of scales.entries()) {
    let dot = 0n;
    for (let d = 0; d < dims; d++) dot += BigInt(rows[row * dims + d]!) * BigInt(query[d]!);
    const score = Math.fround(Math.fround(Number(dot)) * scale);
    const allowed = eligible === undefined || (BigInt(eligible[row >> 5]!) >> BigInt(row % 32)) % 2n === 1n;
    if (allowed && !Number.isNaN(score)) scored.push({ row, score });
  }
  scored.sort((a, b) => (a.score === b.score ? a.row - b.row : a.score > b.score ? -1 : 1));
  const best = scored.slice(0, k);
  return {
    rows: Uint32Array.from(best, (one) => one.row),
    scores: Float32Array.from(best, (one) => one.score),
  };
}

/** The best 2k of a scan for the query in seven bits, scored again in float32 and sorted. */
export function naiveSearch(
  { dims, rows, scales }: EmbeddingTable,
  query: Float32Array,
  { k, residuals }: { readonly k: number; readonly residuals?: Float32Array },
): ScanResult {
  const most = Math.max(...query.map(Math.abs), 0);
  const rounded = Int8Array.from(query, (value) => (most > 0 ? Math.round((value * 63) / most) : 0));
  const near = naiveScan({ dims, rows, scales }, rounded, 2 * k);
  const scored = Array.from(near.rows, (row) => {
    const lanes = [0, 0, 0, 0];
    for (let d = 0; d < dims; d++) {
      const part = Math.fround(rows[row * dims + d]! * scales[row]!);
      const value = Math.fround(part + (residuals?.[row * dims + d] ?? 0));
      lanes[d % 4] = Math.fround(lanes[d % 4]! + Math.fround(value * query[d]!));
    }
    const score = Math.fround(Math.fround(lanes[0]! + lanes[2]!) + Math.fround(lanes[1]! + lanes[3]!));
    return { row, score: Number.isFinite(scales[row]) ? score : Number.NaN };
  }).filter(({ score }) => Number.isFinite(score));
  scored.sort((a, b) => (a.score === b.score ? a.row - b.row : b.score - a.score));
  const best = scored.slice(0, k);
  return {
    rows: Uint32Array.from(best, (one) => one.row),
    scores: Float32Array.from(best, (one) => one.score),
  };
}

const add = (a: number, b: number): number => Math.fround(a + b);
const product = (a: number, b: number): number => Math.fround(a * b);

/** Ties to even. */
const nearest = (x: number): number => {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
};

/** Adds to `sums` what inputs give, by the weights of the layer's inputs `at`. */
function accumulate(
  layer: Layer,
  sums: number[],
  [x, at, signed]: readonly [number[], number[], boolean],
): void {
  if ('scales' in layer) {
    accumulateRounded(layer, sums, [x, at, signed]);
    return;
  }
  const { outputs, weights } = layer;
  for (let o = 0; o < outputs; o++) {
    const block = range(o - (o % 8), 8).filter((one) => one < outputs);
    const read = range(0, x.length).filter((i) => block.some((one) => weights[at[i]! * outputs + one] !== 0));
    for (let i = read[0] ?? 0; i <= (read.at(-1) ?? -1); i++)
      sums[o] = add(sums[o]!, product(x[i]!, weights[at[i]! * outputs + o]!));
  }
}

function accumulateRounded(
  { outputs, weights, scales }: QuantisedLayer,
  sums: number[],
  [x, at, signed]: readonly [number[], number[], boolean],
): void {
  const most = x.reduce(
    (so, value) => (value >= so || Number.isNaN(value) ? Math.abs(value) : Math.max(so, Math.abs(value))),
    0,
  );
  const bad = x.some((value) => !Number.isFinite(value));
  const step = bad ? Number.NaN : Math.fround(most / (signed ? 8191 : 127));
  const inverse = most >= Math.fround(1e-30) ? Math.fround(1 / step) : 0;
  const integers = x.map((value) => (bad ? 0n : BigInt(nearest(product(value, inverse)))));
  for (let o = 0; o < outputs; o++) {
    const sum = integers.reduce((so, value, i) => so + value * BigInt(weights[at[i]! * outputs + o]!), 0n);
    sums[o] = add(sums[o]!, product(product(Math.fround(Number(sum)), step), scales[o]!));
  }
}

const activated = (layer: Layer, sums: number[]): number[] =>
  layer.activation === 'relu' ? sums.map((sum) => (sum < 0 ? 0 : sum)) : sums;

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** What the first layer makes of one row: whole inputs of row 0, categories, then the others. */
function naiveFirst(
  spec: NetworkSpec,
  z: (row: number, at: number) => number,
  [row, categories, whole]: readonly [number, number[], readonly number[]],
): number[] {
  const { dense, embeddings = [] } = spec;
  const layer = spec.layers[0]!;
  const sums = Array.from(layer.bias);
  accumulate(layer, sums, [whole.map((at) => z(0, at)), [...whole], true]);
  let at = dense;
  for (const [k, { dims, values }] of embeddings.entries()) {
    const part = new Array<number>(layer.outputs).fill(0);
    for (let d = 0; d < dims; d++)
      for (let o = 0; o < layer.outputs; o++) {
        const weight = layer.weights[(at + d) * layer.outputs + o]!;
        const float = 'scales' in layer ? product(weight, layer.scales[o]!) : weight;
        part[o] = add(part[o]!, product(values[categories[k]! * dims + d]!, float));
      }
    for (let o = 0; o < layer.outputs; o++) sums[o] = add(sums[o]!, part[o]!);
    at += dims;
  }
  const rest = range(0, dense).filter((one) => !whole.includes(one));
  accumulate(layer, sums, [rest.map((one) => z(row, one)), rest, true]);
  return activated(layer, sums);
}

export function naiveNetwork(
  spec: NetworkSpec,
  x: Float32Array,
  [rows, categories]: readonly [number, Uint16Array?],
): Float32Array {
  const { dense, embeddings = [], standard, layers } = spec;
  const z = (row: number, at: number): number => {
    const value = x[row * dense + at]!;
    if (!standard) return value;
    const deviation = standard.deviations[at]!;
    const inverse = deviation > 0 ? Math.fround(1 / deviation) : 0;
    const score = product(Math.fround(value - standard.means[at]!), inverse);
    return score > standard.most ? standard.most : score < -standard.most ? -standard.most : score;
  };
  const equal = (at: number): boolean =>
    range(0, rows).every((row) => x[row * dense + at]! === x[at]!) && !Number.isNaN(x[at]);
  const told = spec.whole ?? [];
  const whole = range(0, dense).filter((at) => told.includes(at) || ('scales' in layers[0]! && equal(at)));
  const result: number[] = [];
  for (let row = 0; row < rows; row++) {
    const own = Array.from(
      categories?.subarray(row * embeddings.length, (row + 1) * embeddings.length) ?? [],
    );
    let values = naiveFirst(spec, z, [row, own, whole]);
    for (const [l, layer] of layers.entries()) {
      if (l === 0) continue;
      const sums = Array.from(layer.bias);
      accumulate(layer, sums, [values, range(0, layer.inputs), layers[l - 1]!.activation !== 'relu']);
      values = activated(layer, sums);
    }
    result.push(...values);
  }
  return Float32Array.from(result);
}

export const bits = (values: Float32Array): number[] =>
  Array.from(new Uint32Array(values.slice().buffer), (word, i) => (Number.isNaN(values[i]) ? -1 : word));

export function same(found: ScanResult, expected: ScanResult): void {
  expect([...found.rows]).toEqual([...expected.rows]);
  expect(bits(found.scores)).toEqual(bits(expected.scores));
}
