import type { Dataset, Journal } from '../../../models/contract.ts';
import type { RankingLists } from '../../../models/ranker/train.ts';
import type { Engine } from '../../../shared/engine/contract.ts';
import { CATEGORICALS, FEATURES, writePosition } from '../../../shared/engine/features.ts';
import { score } from '../../../shared/engine/score.ts';
import { concatenate, type ExampleSettings, momentOf } from '../examples.ts';
import type { SeenSlate } from '../plan.ts';
import { stateOf } from '../queries.ts';

/**
 * Ranking lists of slates as they were seen: each item's features as the funnel made them at that moment, with the place where it
 * stood. What was seen and not chosen is wrong; what the log does not say was in view is left out.
 */
export function collectSeen(
  asked: { engine: Engine; whole: Dataset; slates: readonly SeenSlate[] },
  { length, rules }: Omit<ExampleSettings, 'seed'>,
  journal: Journal,
): RankingLists {
  const { engine, whole, slates } = asked;
  const kept = slates.flatMap((slate) => {
    const list = listOf(score(engine, stateOf(whole, slate), slate.request, momentOf(slate.now, rules)), {
      slate,
      length,
    });
    return list === undefined ? [] : [list];
  });
  journal.log('slates seen', { slates: slates.length, lists: kept.length });
  const joined = (of: (list: SeenList) => Float32Array) =>
    concatenate(kept.map(of), (size) => new Float32Array(size));
  return {
    features: FEATURES.length,
    length,
    values: joined(({ values }) => values),
    categories: concatenate(
      kept.map(({ categories }) => categories),
      (size) => new Uint16Array(size),
    ),
    real: Uint32Array.from(kept, ({ real }) => real),
    right: Uint32Array.from(kept, ({ right }) => right),
    seen: { isSeen: new Uint8Array(kept.length).fill(1), worth: joined(({ worth }) => worth) },
  };
}

interface SeenList {
  readonly values: Float32Array;
  readonly categories: Uint16Array;
  readonly worth: Float32Array;
  readonly real: number;
  readonly right: number;
}

/** @returns undefined where the candidates no longer tell what was chosen from what was not */
function listOf(
  { candidates, features, categories }: ReturnType<typeof score>,
  { slate, length }: { readonly slate: SeenSlate; readonly length: number },
): SeenList | undefined {
  const width = FEATURES.length;
  const buckets = CATEGORICALS.length;
  const found = slate.seen
    .map((one) => ({ ...one, at: candidates.items.indexOf(one.row) }))
    .filter(({ at }) => at >= 0)
    .slice(0, length);
  const right = found.filter(({ worth }) => worth > 0).length;
  if (right === 0 || right === found.length) return undefined;
  const list = {
    values: new Float32Array(length * width),
    categories: new Uint16Array(length * buckets),
    worth: new Float32Array(length),
  };
  found.forEach(({ at, position, worth }, c) => {
    writePosition(features, at, position);
    list.values.set(features.subarray(at * width, (at + 1) * width), c * width);
    list.categories.set(categories.subarray(at * buckets, (at + 1) * buckets), c * buckets);
    list.worth[c] = worth;
  });
  return { ...list, real: found.length, right };
}
