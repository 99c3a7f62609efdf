import { type Reason, SOURCES, type Source } from '../protocol/slate.ts';
import type { Engine } from './contract.ts';
import { FACT } from './facts.ts';
import type { Anchor, Observation } from './observe.ts';
import { isPromoted } from './reranking/boosts.ts';
import { blendOf, type Retrieval } from './retrieval/retrieve.ts';

/** What one source contributes to the evidence for a candidate. */
export interface Contribution {
  readonly source: Source;
  readonly value: number;
}

/** Positive contributions to a candidate's evidence, largest first. */
export function contributions(engine: Engine, seen: Observation, retrieval: Retrieval) {
  const blend = blendOf(engine, seen);
  const { scores, ranks } = retrieval.candidates;
  return (at: number): Contribution[] => {
    const all: Contribution[] = [];
    for (const source of SOURCES) {
      if (!(scores[source][at]! > 0)) continue;
      const value = blend[source] * retrieval.shaped[source][at]!;
      if (value > 0) all.push({ source, value });
    }
    if (all.length === 0) return byRank((source) => ranks[source][at]!);
    return all.sort((a, b) => b.value - a.value);
  };
}

/** Where the blend weighs nothing of what speaks for a candidate: the sources that rank it best. */
function byRank(rankOf: (source: Source) => number): Contribution[] {
  return SOURCES.filter((source) => rankOf(source) >= 0)
    .map((source) => ({ source, value: 1 / (1 + rankOf(source)) }))
    .sort((a, b) => b.value - a.value);
}

/** Why each candidate is there: the source that contributed most, and the item that carried that source's score. */
export function reasons(engine: Engine, seen: Observation, retrieval: Retrieval) {
  const contributionsOf = contributions(engine, seen, retrieval);
  return (at: number, row: number): Reason => {
    const all = contributionsOf(at);
    const source = all[0]?.source ?? 'popular';
    if (isPromoted(engine, seen, row)) return { kind: 'sponsored', source };
    for (const contribution of all) {
      const reason = reasonOf(engine, contribution.source, { row, retrieval });
      if (reason !== undefined) return reason;
    }
    return { kind: 'popular', source };
  };
}

function reasonOf(
  engine: Engine,
  source: Source,
  { row, retrieval }: { readonly row: number; readonly retrieval: Retrieval },
): Reason | undefined {
  if (source === 'popular') return { kind: 'popular', source };
  if (source === 'trending') return { kind: 'trending', source };
  if (source === 'category') {
    const name = engine.shard.categories[engine.index.facts.of(FACT.category, row)];
    return name === undefined ? undefined : { kind: 'category', source, category: name };
  }
  const carrier = retrieval.opened[source].carrier(row);
  return carrier === undefined ? undefined : carried(source, carrier);
}

const carried = (source: Source, { item, standing }: Anchor): Reason => ({ kind: standing, source, item });
