import { type Reason, SOURCES, type Source } from '../protocol/slate.ts';
import type { Engine } from './contract.ts';
import { FACT } from './facts.ts';
import type { Anchor, Observation } from './observe.ts';
import { isPromoted } from './reranking/boosts.ts';
import { largest } from './retrieval/anchors.ts';
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

/** Why each candidate is there: what contributed most, and, where items of the shopper carried it, the one that did. */
export function reasons(engine: Engine, seen: Observation, retrieval: Retrieval) {
  const contributionsOf = contributions(engine, seen, retrieval);
  return (at: number, row: number): Reason => {
    const all = contributionsOf(at);
    const source = all[0]?.source ?? 'popular';
    if (isPromoted(engine, seen, row)) return { kind: 'sponsored', source };
    for (const contribution of all) {
      const reason =
        ofAll(engine, contribution.source, row) ?? carried(all, contribution, { row, seen, retrieval });
      if (reason !== undefined) return reason;
    }
    return { kind: 'popular', source };
  };
}

/** Of sources that speak of no item of the shopper. */
function ofAll(engine: Engine, source: Source, row: number): Reason | undefined {
  if (source === 'popular') return { kind: 'popular', source };
  if (source === 'trending') return { kind: 'trending', source };
  if (source !== 'category') return undefined;
  const name = engine.shard.categories[engine.index.facts.of(FACT.category, row)];
  return name === undefined ? undefined : { kind: 'category', source, category: name };
}

interface Shown {
  readonly row: number;
  readonly seen: Observation;
  readonly retrieval: Retrieval;
}

/** A contribution that is less than this share of the first one changes no reason. */
const LEAST = 1 / 16;

/**
 * The shopper's item that all sources together say most of. A whole visit is a little like everything, the newest item
 * above all; what a list says of one item alone is added to that before anybody is named.
 */
function carried(all: readonly Contribution[], first: Contribution, shown: Shown): Reason | undefined {
  const carrier = shown.retrieval.opened[first.source].carrier(shown.row);
  if (carrier === undefined) return undefined;
  const { anchors } = shown.seen;
  const sums = new Float64Array(anchors.length);
  const most = new Float64Array(anchors.length);
  const sources: Source[] = [];
  for (const contribution of all) {
    if (contribution.value < first.value * LEAST) break;
    addShares(contribution, shown, (at, part) => {
      sums[at] = sums[at]! + part;
      if (part <= most[at]!) return;
      most[at] = part;
      sources[at] = contribution.source;
    });
  }
  const anchor = largest(anchors, (at) => sums[at]!);
  // An item of the shopper that is no anchor of this shelf carries itself alone.
  if (anchor === undefined || !anchors.includes(carrier))
    return { kind: carrier.standing, source: first.source, item: carrier.item };
  return { kind: anchor.standing, source: sources[anchors.indexOf(anchor)]!, item: anchor.item };
}

/** Deals a contribution out among the anchors that it comes from. */
function addShares(
  { source, value }: Contribution,
  { row, seen: { anchors }, retrieval }: Shown,
  add: (at: number, part: number) => void,
): void {
  const { share, carrier } = retrieval.opened[source];
  if (share === undefined) {
    const at = anchors.indexOf(carrier(row) as Anchor);
    if (at >= 0) add(at, value);
    return;
  }
  const shareOf = share(row);
  const shares = anchors.map((anchor, at) => Math.max(0, shareOf(at, anchor)));
  const total = shares.reduce((a, b) => a + b, 0);
  if (total > 0) for (const [at, one] of shares.entries()) add(at, (value * one) / total);
}
