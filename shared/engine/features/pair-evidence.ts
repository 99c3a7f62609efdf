import { COUNT_LEVELS } from '../../bundle/contract.ts';
import { FACT } from '../facts.ts';
import { listOf } from '../retrieval/lists.ts';
import type { Scene } from './feature.ts';

type Six = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

const MOST_ITEMS = 10;
const DECAY = 0.6;
const SHARE_DECAY = 0.8;
const PRIOR = 2;

/**
 * How often candidates came directly after, or anywhere before, the shopper's last items, where the release says it: counts
 * after the last item and over recent items decayed by .6 an item, the same before them, and count after an item /
 * (its interactions + 2): the last item's, and over recent items decayed by .8.
 */
export function gatherPairs({ engine, seen: { recent }, zeros }: Scene): Float32Array[] {
  const { transitions, index, scratch } = engine;
  const found = Array.from({ length: 6 }, zeros);
  const [afterLast, after, beforeLast, before, shareLast, share] = found as Six;
  const { pairs } = transitions;
  if (pairs === undefined) return found;
  const { facts } = index;
  let weight = 1;
  let shareWeight = 1;
  for (let age = 0; age < Math.min(MOST_ITEMS, recent.length); age++) {
    const { row } = recent[age]!;
    const total = facts.of(FACT.views, row) + facts.of(FACT.purchases, row) + PRIOR;
    const { ids, count } = listOf(transitions, row);
    const from = transitions.start(row);
    for (let at = 0; at < count; at++) {
      const packed = pairs[from + at]!;
      const i = packed === 0 ? -1 : scratch.places[ids[at]!]! - 1;
      if (i < 0) continue;
      const follows = COUNT_LEVELS[packed & 15]!;
      const leads = COUNT_LEVELS[packed >>> 4]!;
      if (age === 0) {
        afterLast[i] = follows;
        beforeLast[i] = leads;
        shareLast[i] = follows / total;
      }
      after[i] = after[i]! + weight * follows;
      before[i] = before[i]! + weight * leads;
      share[i] = share[i]! + (shareWeight * follows) / total;
    }
    weight *= DECAY;
    shareWeight *= SHARE_DECAY;
  }
  return found;
}
