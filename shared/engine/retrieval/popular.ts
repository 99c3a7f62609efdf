import { nearestMode } from '../clusters.ts';
import type { Engine } from '../contract.ts';
import { FACT } from '../facts.ts';
import { rowOf } from '../identity.ts';
import { has } from '../mask.ts';
import { isCold, type Observation } from '../observe.ts';
import { firstOf } from './lists.ts';
import type { Retriever } from './retriever.ts';
import { order } from './top.ts';

/**
 * What many want: decayed interactions, as the release counted them. Of a cold shopper's nearest cluster, where the release
 * has clusters and the shopper has attributes: then the cluster's own list, and below it what everybody wants.
 */
export const popular: Retriever = {
  source: 'popular',
  open({ engine, seen, eligible }) {
    const { facts, best } = engine.index;
    const own = listOfOwn(engine, seen);
    const score = (rows: Uint32Array, out: Float32Array): void => {
      facts.pick(FACT.popularity, rows, out);
      for (let i = 0; i < rows.length; i++)
        out[i] = own?.scores.get(rows[i]!) ?? Math.max(0, out[i]!) * (own?.rest ?? 1);
    };
    if (own === undefined)
      return {
        propose: (limit) => firstOf(best.popular, eligible, limit),
        score,
        carrier: () => undefined,
      };
    return {
      propose(limit) {
        // What is left of the first so many without those on the list is as many as may be wanted.
        const rest = firstOf(best.popular, eligible, limit + own.scores.size);
        const rows = Uint32Array.from(new Set([...own.scores.keys(), ...rest]));
        const scores = new Float32Array(rows.length);
        score(rows, scores);
        order.begin(rows.length);
        for (let i = 0; i < rows.length; i++)
          if (scores[i]! > 0 && has(eligible, rows[i]!)) order.push(scores[i]!, rows[i]!);
        return order.best(limit).slice();
      },
      score,
      carrier: () => undefined,
      alike: (row) => own.scores.has(row),
    };
  },
};

interface OwnList {
  readonly scores: ReadonlyMap<number, number>;
  readonly rest: number;
}

/** Of the cluster nearest to a cold shopper's attributes; rows that this level of the release does not have are left out. */
function listOfOwn(engine: Engine, seen: Observation): OwnList | undefined {
  const { clusters } = engine.settings;
  if (clusters === undefined || !isCold(seen)) return undefined;
  const modes = clusters.map(({ mode }) => mode);
  const own = clusters[nearestMode(modes, seen.state.profile.attributes)];
  if (own === undefined) return undefined;
  const scores = new Map<number, number>();
  for (const item in own.top) {
    const row = rowOf(engine, item);
    if (row >= 0) scores.set(row, own.top[item]!);
  }
  return { scores, rest: own.rest };
}
