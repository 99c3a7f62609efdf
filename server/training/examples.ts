import type { Dataset, Journal } from '../../models/contract.ts';
import { createRandom, type Random } from '../../models/random.ts';
import type { RankingLists } from '../../models/ranker/train.ts';
import type { Engine, Moment } from '../../shared/engine/contract.ts';
import { CATEGORICALS, FEATURES } from '../../shared/engine/features.ts';
import { score } from '../../shared/engine/score.ts';
import { mintRecId } from '../../shared/protocol/ids.ts';
import type { Query } from './plan.ts';
import { stateOf } from './queries.ts';

const REC_ID = mintRecId(0, new Uint8Array(10));

/** The moment of a query in training and evaluation: no exploration, no server, the first market. */
export const momentOf = (now: number, rules: Moment['rules']): Moment => ({
  now,
  seed: 0,
  recId: REC_ID,
  utcOffsetMinutes: 0,
  rules,
});

export interface ExampleSettings {
  /** candidates kept of a list: the right ones and random others */
  readonly length: number;
  readonly rules: Moment['rules'];
  readonly seed: number;
}

/** Share of a list that right answers take at most; further ones are left out, since they are not wrong. */
const MOST_RIGHT = 0.25;

/**
 * Ranking lists from the funnel itself: the candidates and features of every query of which retrieval found a right
 * answer, right ones first.
 */
export function collectLists(
  asked: { engine: Engine; whole: Dataset; queries: readonly Query[] },
  { length, rules, seed }: ExampleSettings,
  journal: Journal,
): RankingLists {
  const { engine, whole, queries } = asked;
  const random = createRandom(seed);
  const width = FEATURES.length;
  const lists: Float32Array[] = [];
  const buckets: Uint16Array[] = [];
  const real: number[] = [];
  const right: number[] = [];
  queries.forEach((query, q) => {
    if (q % 100 === 0) journal.stage('score examples', q, queries.length);
    const state = stateOf(whole, query);
    const { candidates, features, categories } = score(
      engine,
      state,
      query.request,
      momentOf(query.now, rules),
    );
    const targets = new Set(query.targets);
    const all = [...candidates.items.keys()];
    const found = all.filter((at) => targets.has(candidates.items[at]!));
    const others = all.filter((at) => !targets.has(candidates.items[at]!));
    if (others.length < 2 || found.length === 0) return;
    const answers = draw(found, Math.max(1, Math.floor(length * MOST_RIGHT)), random);
    const chosen = [...answers, ...draw(others, length - answers.length, random)];
    const list = new Float32Array(length * width);
    chosen.forEach((at, c) => {
      list.set(features.subarray(at * width, (at + 1) * width), c * width);
    });
    lists.push(list);
    const own = new Uint16Array(length * CATEGORICALS.length);
    chosen.forEach((at, c) => {
      const from = at * CATEGORICALS.length;
      own.set(categories.subarray(from, from + CATEGORICALS.length), c * CATEGORICALS.length);
    });
    buckets.push(own);
    real.push(chosen.length);
    right.push(answers.length);
  });
  journal.stage('score examples', queries.length, queries.length);
  journal.log('examples', { queries: queries.length, lists: real.length });
  return {
    features: width,
    length,
    values: concatenate(lists, (size) => new Float32Array(size)),
    categories: concatenate(buckets, (size) => new Uint16Array(size)),
    real: Uint32Array.from(real),
    right: Uint32Array.from(right),
  };
}

export function concatenate<T extends Float32Array | Uint16Array>(
  parts: readonly T[],
  make: (size: number) => T,
): T {
  const joined = make(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** `most` of the values at random, without replacement. */
function draw(values: number[], most: number, random: Random): number[] {
  const count = Math.min(most, values.length);
  for (let i = 0; i < count; i++) {
    const j = i + random.below(values.length - i);
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
  return values.slice(0, count);
}

/** One after another; all of one length and width. */
export function joinLists(parts: readonly RankingLists[]): RankingLists {
  const [first] = parts as [RankingLists];
  if (parts.length === 1) return first;
  const count = (part: RankingLists): number => part.real.length;
  const seen = parts.some((part) => part.seen !== undefined) && {
    isSeen: Uint8Array.from(parts.flatMap((part) => [...(part.seen?.isSeen ?? new Uint8Array(count(part)))])),
    worth: concatenate(
      parts.map((part) => part.seen?.worth ?? new Float32Array(count(part) * part.length)),
      (size) => new Float32Array(size),
    ),
  };
  return {
    features: first.features,
    length: first.length,
    values: concatenate(
      parts.map(({ values }) => values),
      (size) => new Float32Array(size),
    ),
    categories: concatenate(
      parts.flatMap(({ categories }) => (categories === undefined ? [] : [categories])),
      (size) => new Uint16Array(size),
    ),
    real: Uint32Array.from(parts.flatMap(({ real }) => [...real])),
    right: Uint32Array.from(parts.flatMap(({ right }) => [...right])),
    ...(seen ? { seen } : {}),
  };
}
