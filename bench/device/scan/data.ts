import { createRandom, type Random } from '../../../models/random.ts';

/** Unit rows and unit queries: cosine, dot product and Euclidean distance order them alike, so that every peer can take part. */
export interface VectorData {
  readonly kind: DataKind;
  readonly items: number;
  readonly dims: number;
  readonly values: Float32Array;
  readonly queries: Float32Array;
}
export const DATA_KINDS = ['clustered', 'hard', 'real'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

export const DIMS = 64;
const CLUSTERS = 256;
/** deviation of an item around its cluster's centre, whose components have deviation 1 */
const WITHIN = 0.5;
/** deviation of a query around its item */
const BESIDE = 0.25;
/** component d has deviation (d + 1) ^ -DECAY */
const DECAY = 0.25;

export interface DataSize {
  readonly items: number;
  readonly queries: number;
  readonly seed: number;
}

/** 256 Gaussian clusters; a query lies beside an item, so its neighbours share a cluster: easy for a graph index. */
export function clustered({ items, queries, seed }: DataSize): VectorData {
  const random = createRandom(seed);
  const centres = normals(CLUSTERS * DIMS, random);
  const values = new Float32Array(items * DIMS);
  for (let r = 0; r < items; r++) {
    const centre = random.below(CLUSTERS) * DIMS;
    for (let d = 0; d < DIMS; d++) values[r * DIMS + d] = centres[centre + d]! + WITHIN * random.normal();
  }
  const asked = new Float32Array(queries * DIMS);
  for (let q = 0; q < queries; q++) {
    const item = random.below(items) * DIMS;
    for (let d = 0; d < DIMS; d++) asked[q * DIMS + d] = values[item + d]! + BESIDE * random.normal();
  }
  return { kind: 'clustered', items, dims: DIMS, values: unit(values), queries: unit(asked) };
}

/** Gaussians with a decaying spectrum and queries of their own: neighbours are far away and everywhere. */
export function hard({ items, queries, seed }: DataSize): VectorData {
  const random = createRandom(seed + 1);
  const deviations = Float64Array.from({ length: DIMS }, (_, d) => (d + 1) ** -DECAY);
  const draw = (count: number): Float32Array => {
    const values = normals(count * DIMS, random);
    for (let i = 0; i < values.length; i++) values[i]! *= deviations[i % DIMS]!;
    return unit(values);
  };
  return { kind: 'hard', items, dims: DIMS, values: draw(items), queries: draw(queries) };
}

function normals(count: number, random: Random): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = random.normal();
  return values;
}

/** Rows of length 1, in place; a row of zeros stays. */
export function unit(values: Float32Array, dims = DIMS): Float32Array {
  for (let at = 0; at < values.length; at += dims) {
    let square = 0;
    for (let d = 0; d < dims; d++) square += values[at + d]! * values[at + d]!;
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let d = 0; d < dims; d++) values[at + d]! *= scale;
  }
  return values;
}

/** The `k` items of the largest float32 dot product with each of the first `asked` queries: what recall is measured against. */
export function exactNeighbours(data: VectorData, asked: number, k: number): number[][] {
  const { items, dims, values, queries } = data;
  const scores = new Float32Array(items);
  return Array.from({ length: asked }, (_, q) => {
    for (let r = 0; r < items; r++) {
      let dot = 0;
      for (let d = 0; d < dims; d++) dot += values[r * dims + d]! * queries[q * dims + d]!;
      scores[r] = dot;
    }
    return best(scores, k);
  });
}

/** Rows of the `k` largest scores, best first; of equal ones the lower row. */
function best(scores: Float32Array, k: number): number[] {
  const least = scores.slice().sort()[Math.max(0, scores.length - k)]!;
  const rows: number[] = [];
  for (let r = 0; r < scores.length; r++) if (scores[r]! >= least) rows.push(r);
  return rows.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, k);
}

/** Share of the exact neighbours that were found, over all queries. */
export function recallOf(
  found: readonly (readonly number[])[],
  exact: readonly (readonly number[])[],
): number {
  let hits = 0;
  let wanted = 0;
  exact.forEach((rows, q) => {
    const known = new Set(found[q]);
    hits += rows.filter((row) => known.has(row)).length;
    wanted += rows.length;
  });
  return hits / wanted;
}
