import { COUNT_LEVELS } from '../../bundle/contract.ts';
import type { Engine } from '../contract.ts';
import { FACT } from '../facts.ts';
import type { Anchor } from '../observe.ts';
import { listOf } from '../retrieval/lists.ts';
import type { Columns } from '../scratch.ts';

/** How often candidates came directly after, or anywhere before, the shopper's last items, where the release says it. */
export interface PairEvidence {
  /** counts, over recent items decayed by .6 an item, and of the last item alone */
  readonly after: Float32Array;
  readonly afterLast: Float32Array;
  readonly before: Float32Array;
  readonly beforeLast: Float32Array;
  /** count after an item / (its interactions + 2): the last item's, and over recent items decayed by .8 */
  readonly shareLast: Float32Array;
  readonly share: Float32Array;
}

const MOST_ITEMS = 10;
const DECAY = 0.6;
const SHARE_DECAY = 0.8;
const PRIOR = 2;

export function gatherPairs(
  { transitions, index, scratch }: Engine,
  recent: readonly Anchor[],
  { rows, columns }: { readonly rows: Uint32Array; readonly columns: Columns },
): PairEvidence {
  const zeros = () => columns.zeros(rows.length);
  const found = {
    ...{ after: zeros(), afterLast: zeros(), before: zeros(), beforeLast: zeros() },
    ...{ shareLast: zeros(), share: zeros() },
  };
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
      const after = COUNT_LEVELS[packed & 15]!;
      const before = COUNT_LEVELS[packed >>> 4]!;
      if (age === 0) {
        found.afterLast[i] = after;
        found.beforeLast[i] = before;
        found.shareLast[i] = after / total;
      }
      found.after[i] = found.after[i]! + weight * after;
      found.before[i] = found.before[i]! + weight * before;
      found.share[i] = found.share[i]! + (shareWeight * after) / total;
    }
    weight *= DECAY;
    shareWeight *= SHARE_DECAY;
  }
  return found;
}
