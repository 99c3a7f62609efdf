import type { Arithmetic } from '../arithmetic.ts';
import { type Interactions, KINDS, type ModelCard, type SparseRows } from '../contract.ts';
import { collectRows, userOfRow } from '../sparse.ts';
import { invertPositive } from './inverse.ts';

/**
 * EASE (Steck 2019): item-item weights B that rebuild every set of items from the rest of itself, in closed form, with
 * a diagonal of 0. A set is a basket (what completes a cart) or a person's whole history (what people with these items
 * have too).
 */
export interface EaseSettings {
  readonly sets: 'baskets' | 'people';
  /** L2 penalty of the weights */
  readonly penalty: number;
  /** items with fewer sets have no row and are in none */
  readonly leastSets: number;
  /** the items in most sets, at most: the inverse costs their number cubed */
  readonly mostItems: number;
  /** people who had both items of a pair, at least */
  readonly minSupport: number;
  /** entries a row keeps */
  readonly most: number;
}

export const DEFAULT_EASE: Record<EaseSettings['sets'], EaseSettings> = {
  baskets: { sets: 'baskets', penalty: 80, leastSets: 5, mostItems: 6000, minSupport: 2, most: 30 },
  people: { sets: 'people', penalty: 200, leastSets: 5, mostItems: 6000, minSupport: 2, most: 30 },
};

/** B of the items that were kept: weight of pair (i, j) is `values[i * rows.length + j]`, from item i to item j. */
export interface EaseMatrix {
  /** catalogue rows, ascending */
  readonly rows: Uint32Array;
  readonly values: Float32Array;
  /** how many people had both items, by the same index; capped at 65535 */
  readonly people: Uint16Array;
}

/** Distinct items of each set, one after another. */
interface Sets {
  readonly offsets: readonly number[];
  readonly item: readonly number[];
}

const PURCHASE = KINDS.indexOf('purchase');

/** Where anything is bought, what was bought; else every interaction. */
function setsOf(interactions: Interactions, kind: EaseSettings['sets']): Sets {
  const { item, visit } = interactions;
  const user = userOfRow(interactions);
  const bought = interactions.kind.includes(PURCHASE);
  const offsets: number[] = [0];
  const items: number[] = [];
  let seen = new Set<number>();
  let last = -1;
  for (let r = 0; r < item.length; r++) {
    if (bought && interactions.kind[r] !== PURCHASE) continue;
    const key = kind === 'people' ? user[r]! : visit[r]!;
    if (key !== last) {
      if (items.length > offsets.at(-1)!) offsets.push(items.length);
      seen = new Set();
      last = key;
    }
    if (seen.has(item[r]!)) continue;
    seen.add(item[r]!);
    items.push(item[r]!);
  }
  if (items.length > offsets.at(-1)!) offsets.push(items.length);
  return { offsets, item: items };
}

/** The items in most sets, ascending by row. */
function keep({ item }: Sets, items: number, { leastSets, mostItems }: EaseSettings): Uint32Array {
  const count = new Uint32Array(items);
  for (const row of item) count[row]!++;
  const order = [...count.keys()].filter((row) => count[row]! >= leastSets);
  order.sort((a, b) => count[b]! - count[a]! || a - b);
  return Uint32Array.from(order.slice(0, mostItems)).sort();
}

/** Adds 1 to every pair of every set (and to the diagonal). */
function countPairs(
  { offsets, item }: Sets,
  at: Int32Array,
  into: Float32Array | Uint16Array,
  n: number,
): void {
  for (let s = 0; s + 1 < offsets.length; s++) {
    const own: number[] = [];
    for (let l = offsets[s]!; l < offsets[s + 1]!; l++) if (at[item[l]!]! >= 0) own.push(at[item[l]!]!);
    for (const i of own) for (const j of own) into[i * n + j]!++;
  }
}

/** @returns undefined where fewer than two items are in sets enough */
export function fitEaseMatrix(
  interactions: Interactions,
  settings: EaseSettings,
  arithmetic: Arithmetic,
): EaseMatrix | undefined {
  const sets = setsOf(interactions, settings.sets);
  const rows = keep(sets, interactions.items, settings);
  const n = rows.length;
  if (n < 2) return undefined;
  const at = new Int32Array(interactions.items).fill(-1);
  rows.forEach((row, index) => {
    at[row] = index;
  });
  const gram = new Float32Array(n * n);
  countPairs(sets, at, gram, n);
  const people = new Uint16Array(n * n);
  countPairs(settings.sets === 'people' ? sets : setsOf(interactions, 'people'), at, people, n);
  for (let i = 0; i < n; i++) gram[i * n + i]! += settings.penalty;
  const values = invertPositive(gram, n, arithmetic);
  const diagonal = Float64Array.from({ length: n }, (_, i) => values[i * n + i]!);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) values[i * n + j] = i === j ? 0 : -values[i * n + j]! / diagonal[j]!;
  return { rows, values, people };
}

/** The largest positive weights of each item's row, with people enough behind them. */
export function easeLists(matrix: EaseMatrix, items: number, { minSupport, most }: EaseSettings): SparseRows {
  const { rows, values, people } = matrix;
  const n = rows.length;
  const at = new Int32Array(items).fill(-1);
  rows.forEach((row, index) => {
    at[row] = index;
  });
  return collectRows(items, (item) => {
    const i = at[item]!;
    if (i < 0) return { ids: [], weights: [] };
    const found: number[] = [];
    for (let j = 0; j < n; j++) if (values[i * n + j]! > 0 && people[i * n + j]! >= minSupport) found.push(j);
    found.sort((a, b) => values[i * n + b]! - values[i * n + a]! || a - b);
    const kept = found.slice(0, most);
    return { ids: kept.map((j) => rows[j]!), weights: kept.map((j) => values[i * n + j]!) };
  });
}

/** @returns lists by item, best first; empty ones where there is nothing to learn from */
export function fitEase(
  interactions: Interactions,
  settings: EaseSettings,
  arithmetic: Arithmetic,
): SparseRows {
  const { items } = interactions;
  const matrix = fitEaseMatrix(interactions, settings, arithmetic);
  return matrix === undefined
    ? collectRows(items, () => ({ ids: [], weights: [] }))
    : easeLists(matrix, items, settings);
}

export function easeCard(rows: SparseRows, settings: EaseSettings, seed: number): ModelCard {
  const baskets = settings.sets === 'baskets';
  return {
    model: `ease-${settings.sets}`,
    purpose: baskets ? 'what completes a cart' : 'what people with these items have too',
    data: baskets ? 'distinct items of each basket' : 'distinct items of each person',
    method: 'closed-form ridge regression of each item on all others, largest positive weights kept',
    source: 'Steck 2019, Embarrassingly Shallow Autoencoders for Sparse Data',
    parameters: { ...settings },
    metrics: { entries: rows.ids.length, items: rows.items },
    limits: 'cost grows with the cube of the items kept; counts people behind a pair, no privacy guarantee',
    seed,
  };
}
