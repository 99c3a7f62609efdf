import { type SlateRequest, SOURCES, type Source } from '../protocol/slate.ts';
import type { Candidates, Engine, Moment, Scored, ShopperState } from './contract.ts';
import { describe, FEATURES } from './features.ts';
import { type Observation, observe } from './observe.ts';
import { asksRanker } from './ranking.ts';
import { retrieve } from './retrieval/retrieve.ts';
import { eligible } from './rules.ts';

/**
 * What training sees: the candidates and features that `recommend` would rank, by the same code.
 * @returns arrays of its own, to keep
 */
export function score(engine: Engine, state: ShopperState, request: SlateRequest, moment: Moment): Scored {
  return scored(engine, observe(engine, state, { request, moment }));
}

/**
 * What a ranker from outside is asked: its answer goes into `Moment.outside`.
 * @returns undefined where no ranker orders the slate: a shelf with an order of its own, a shopper of whom nothing is known
 */
export function question(
  engine: Engine,
  state: ShopperState,
  request: SlateRequest,
  moment: Moment,
): Scored | undefined {
  const seen = observe(engine, state, { request, moment });
  return asksRanker(seen) ? scored(engine, seen) : undefined;
}

function scored(engine: Engine, seen: Observation): Scored {
  const retrieval = retrieve(engine, seen, eligible(engine, seen));
  const { features, categories } = describe(
    engine,
    { seen, retrieval },
    {
      room: (rows) => new Float32Array(rows * FEATURES.length),
      layout: 'rows',
      categories: true,
    },
  );
  return {
    candidates: copyOf(retrieval.candidates),
    features,
    categories: categories!.slice(),
  };
}

function copyOf({ items, scores, ranks }: Candidates): Candidates {
  const copied = <T extends Float32Array | Int32Array>(columns: Readonly<Record<Source, T>>) =>
    Object.fromEntries(SOURCES.map((source) => [source, columns[source].slice()])) as Record<Source, T>;
  return { items: items.slice(), scores: copied(scores), ranks: copied(ranks) };
}
