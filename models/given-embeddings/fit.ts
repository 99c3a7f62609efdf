import type { ModelCard } from '../contract.ts';
import { type DenseRows, unitRows } from '../dense.ts';
import { createRandom } from '../random.ts';
import { principalAxes } from './axes.ts';
import { recallLost } from './recall.ts';

export type Reduction = 'pca' | 'random';

export interface GivenSettings {
  /** of the bundle */
  readonly dims: number;
  readonly reduction: Reduction;
  readonly seed: number;
}

/** Vectors of somebody else's making, in the bundle's dimensions, and what that cost. */
export interface FittedEmbeddings {
  /** unit rows; zeros where there was no vector */
  readonly rows: DenseRows;
  readonly dimsGiven: number;
  readonly itemsWithVector: number;
  /** share of the squared length of the given unit vectors that is left: 1 where nothing had to go */
  readonly varianceKept: number;
  /** of an item's hundred nearest by the given vectors, the share that is no longer among its hundred nearest */
  readonly recallLost100: number;
}

/**
 * Brings vectors to the bundle's dimensions. More: their unit rows are projected, onto their principal axes (uncentred PCA
 * keeps inner products best in the mean square; Eckart and Young 1936) or onto random ones (Johnson and Lindenstrauss 1984).
 * Fewer: zeros are added, which changes no cosine.
 * @throws RangeError for values that are not finite
 */
export function fitGiven(given: DenseRows, settings: GivenSettings): FittedEmbeddings {
  const bad = given.values.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0)
    throw new RangeError(
      `item ${Math.floor(bad / given.dims)}, dimension ${bad % given.dims}: found ${given.values[bad]}, expected a finite number`,
    );
  const unit = unitRows(given);
  const { items, dims: dimsGiven } = given;
  const itemsWithVector = countRows(unit);
  if (dimsGiven <= settings.dims)
    return { rows: pad(unit, settings.dims), dimsGiven, itemsWithVector, varianceKept: 1, recallLost100: 0 };
  const axes = settings.reduction === 'pca' ? principalAxes(unit, settings) : randomAxes(dimsGiven, settings);
  const projected = project(unit, axes, settings.dims);
  const kept =
    settings.reduction === 'pca'
      ? squares(projected.values) / Math.max(itemsWithVector, 1e-9)
      : share(axes, dimsGiven);
  const rows = unitRows({ items, dims: settings.dims, values: projected.values });
  return {
    rows,
    dimsGiven,
    itemsWithVector,
    varianceKept: kept,
    recallLost100: recallLost(unit, rows, { most: 100, seed: settings.seed }),
  };
}

const squares = (values: Float32Array): number => values.reduce((sum, x) => sum + x * x, 0);

/** Random axes keep a share of each vector that is known beforehand. */
const share = (axes: Float32Array, dimsGiven: number): number => axes.length / dimsGiven / dimsGiven;

function countRows({ items, dims, values }: DenseRows): number {
  let count = 0;
  for (let r = 0; r < items; r++) if (values.subarray(r * dims, (r + 1) * dims).some((x) => x !== 0)) count++;
  return count;
}

function pad({ items, dims, values }: DenseRows, wanted: number): DenseRows {
  const padded = new Float32Array(items * wanted);
  for (let r = 0; r < items; r++) padded.set(values.subarray(r * dims, (r + 1) * dims), r * wanted);
  return { items, dims: wanted, values: padded };
}

/** Row-major `dimsGiven x dims`, normal and of expected length 1 an axis. */
function randomAxes(dimsGiven: number, { dims, seed }: GivenSettings): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: dimsGiven * dims }, () => random.normal() / Math.sqrt(dimsGiven));
}

function project({ items, dims, values }: DenseRows, axes: Float32Array, wanted: number): DenseRows {
  const out = new Float32Array(items * wanted);
  const sum = new Float64Array(wanted);
  for (let r = 0; r < items; r++) {
    sum.fill(0);
    for (let d = 0; d < dims; d++) {
      const x = values[r * dims + d]!;
      if (x === 0) continue;
      for (let k = 0; k < wanted; k++) sum[k]! += x * axes[d * wanted + k]!;
    }
    out.set(sum, r * wanted);
  }
  return { items, dims: wanted, values: out };
}

export function givenCard(
  fitted: FittedEmbeddings,
  { file, settings }: { readonly file: string; readonly settings: GivenSettings },
): ModelCard {
  const { dimsGiven, itemsWithVector, varianceKept, recallLost100, rows } = fitted;
  return {
    model: 'given-embeddings',
    purpose: 'the embedding space, in place of a learned one: what a decayed mean of recent items points to',
    data: `vectors of ${itemsWithVector} of ${rows.items} items from ${file}`,
    method:
      dimsGiven <= settings.dims
        ? 'zeros added'
        : settings.reduction === 'pca'
          ? 'uncentred PCA'
          : 'random projection',
    source: 'Eckart and Young 1936 (PCA); Johnson and Lindenstrauss 1984 (random projection)',
    parameters: { ...settings, dimsGiven },
    metrics: { varianceKept, recallLost100, itemsWithoutVector: rows.items - itemsWithVector },
    limits:
      'what the vectors were made from is not known here: where that held the test period, evaluation flatters them',
    seed: settings.seed,
  };
}
