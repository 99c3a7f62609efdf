import type { ModelCard, SparseRows } from '../contract.ts';
import { collectRows } from '../sparse.ts';

export interface KinSettings {
  /** likenesses (squared) that a new item's kin must have together for its signals to count in full */
  readonly doubt: number;
  /** entries that a list keeps beside those of the kin themselves, and all of them together an item of the catalogue */
  readonly most: number;
  readonly anItem: number;
}

export const DEFAULT_KIN: KinSettings = { doubt: 0.1, most: 960, anItem: 40 };

/** Least weight of a list's entry that is there for its likeness alone, as a share of the list's best. */
const SLIGHT = 1e-6;
const LEVELS = 255;

/**
 * What a new item takes over from the items that it is like: how much each known item's list says of its kin, a mean by squared
 * likeness. Lists are read uncut: on validation of Online Retail II the short ones of a device find .24 of new items by history
 * in ten, uncut ones .28; of what is inherited 100 entries a list find .25, 400 .26, 900 .28.
 * @param alike of each new item its kin and their cosines, of kin alone
 * @param listedBy of each of the kin the items whose lists hold it
 * @returns of each new item what is inherited by known item, best first; its likeness to that item as a byte in `pairs`
 */
export function inheritLists(alike: SparseRows, listedBy: SparseRows, settings: KinSettings): SparseRows {
  const sums = new Float64Array(alike.items);
  const pairs: number[] = [];
  const room = roomOf(alike, settings);
  const rows = collectRows(alike.items, (item) => {
    const likeness = new Map<number, number>();
    for (let k = alike.offsets[item]!; k < alike.offsets[item + 1]!; k++)
      likeness.set(alike.ids[k]!, alike.weights[k]!);
    if (likeness.size === 0) return { ids: [], weights: [] };
    const found = inherit(sums, { likeness, listedBy, doubt: settings.doubt });
    found.sort((a, b) => sums[b]! - sums[a]! || a - b);
    const kept = [...new Set([...found.slice(0, room), ...likeness.keys()])];
    const slight = SLIGHT * (sums[found[0] ?? -1] ?? 1);
    const weights = kept.map((id) => sums[id]! || slight);
    for (const id of kept) pairs.push(Math.round(LEVELS * Math.min(1, likeness.get(id) ?? 0)));
    for (const id of found) sums[id] = 0;
    return { ids: kept, weights };
  });
  return { ...rows, pairs: Uint8Array.from(pairs) };
}

/** Entries of all lists that a slate may read: a millisecond or two. */
const MOST_ENTRIES = 1_000_000;

/** Entries of a list: fewer where many items are new. */
function roomOf({ items, offsets }: SparseRows, { most, anItem }: KinSettings): number {
  let lists = 0;
  for (let item = 0; item < items; item++) if (offsets[item + 1]! > offsets[item]!) lists += 1;
  return Math.min(most, Math.floor(Math.min(MOST_ENTRIES, anItem * items) / Math.max(1, lists)));
}

interface Kinship {
  readonly likeness: ReadonlyMap<number, number>;
  readonly listedBy: SparseRows;
  readonly doubt: number;
}

/** Adds what one new item inherits, by known item. @returns the known items that say anything */
function inherit(sums: Float64Array, { likeness, listedBy, doubt }: Kinship): number[] {
  let total = doubt;
  for (const own of likeness.values()) total += own * own;
  const found: number[] = [];
  for (const [kin, own] of likeness)
    for (let e = listedBy.offsets[kin]!; e < listedBy.offsets[kin + 1]!; e++) {
      const id = listedBy.ids[e]!;
      if (sums[id] === 0) found.push(id);
      sums[id]! += (own * own * listedBy.weights[e]!) / total;
    }
  return found;
}

export function kinCard(rows: SparseRows, settings: KinSettings, seed: number): ModelCard {
  return {
    model: 'kin',
    purpose: 'which shoppers an item without interactions is for',
    data: 'words of titles and descriptions; bought-together lists of the items that are alike, uncut',
    method: 'mean of the lists that hold its kin, by squared tf-idf cosine; likenesses beside it',
    source: 'documented order in models/kin/kin.ts',
    parameters: { ...settings },
    metrics: { entries: rows.ids.length },
    limits: 'what shares no word with a known item has no list',
    seed,
  };
}
