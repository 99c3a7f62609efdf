import { COUNT_LEVELS } from '../../shared/bundle/contract.ts';
import type { Interactions, SparseRows } from '../contract.ts';
import { occurrences } from '../sparse.ts';
import { stepsOf } from '../steps.ts';

/** Steps back that still count as "before". */
const WINDOW = 50;
const REACH = 60;

/**
 * For each entry of lists, as levels (COUNT_LEVELS) in half a byte each: how often the neighbour came in the very next
 * step after the row's item (low half), and how often it came before it (high half).
 */
export function countPairs(interactions: Interactions, lists: SparseRows): Uint8Array {
  const { items, item, users, offsets } = interactions;
  const { step } = stepsOf(interactions);
  const where = occurrences(items, item);
  const first = new Uint32Array(item.length);
  const end = new Uint32Array(item.length);
  for (let u = 0; u < users; u++) {
    first.fill(offsets[u]!, offsets[u]!, offsets[u + 1]!);
    end.fill(offsets[u + 1]!, offsets[u]!, offsets[u + 1]!);
  }
  const after = new Uint32Array(items);
  const before = new Uint32Array(items);
  const pairs = new Uint8Array(lists.ids.length);
  for (let i = 0; i < items; i++) {
    const touched: number[] = [];
    for (let o = where.offsets[i]!; o < where.offsets[i + 1]!; o++) {
      const row = where.row[o]!;
      const last = Math.min(end[row]!, row + REACH + 1);
      for (let r = row + 1; r < last && step[r]! - step[row]! <= 1; r++) {
        if (step[r] === step[row]) continue;
        after[item[r]!]!++;
        touched.push(item[r]!);
      }
      const least = Math.max(first[row]!, row - REACH);
      for (let r = row - 1; r >= least && step[row]! - step[r]! <= WINDOW; r--) {
        if (step[r] === step[row]) continue;
        before[item[r]!]!++;
        touched.push(item[r]!);
      }
    }
    for (let e = lists.offsets[i]!; e < lists.offsets[i + 1]!; e++) {
      const j = lists.ids[e]!;
      pairs[e] = levelOf(after[j]!) | (levelOf(before[j]!) << 4);
    }
    for (const j of touched) {
      after[j] = 0;
      before[j] = 0;
    }
  }
  return pairs;
}

/** The largest level that a count reaches. */
export function levelOf(count: number): number {
  let level = COUNT_LEVELS.length - 1;
  while (COUNT_LEVELS[level]! > count) level--;
  return level;
}
