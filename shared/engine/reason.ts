import { type Reason, SOURCES, type Source } from '../protocol/slate.ts';
import type { Engine } from './contract.ts';
import { FACT } from './facts.ts';
import type { Observation } from './observe.ts';
import { isPromoted } from './reranking/boosts.ts';
import { largestOf } from './retrieval/anchors.ts';
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
        ofAll(engine, contribution.source, { row, seen, retrieval }) ??
        carried(all, contribution, { row, seen, retrieval });
      if (reason !== undefined) return reason;
    }
    return { kind: 'popular', source };
  };
}

/** Of sources that speak of no item of the shopper. */
function ofAll(engine: Engine, source: Source, { row, retrieval }: Shown): Reason | undefined {
  if (source === 'popular')
    return { kind: retrieval.opened.popular.alike?.(row) ? 'popular-alike' : 'popular', source };
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
  const { anchors } = shown.seen;
  const { shares, carrier } = shown.retrieval.opened[first.source];
  const apart = shares === undefined ? carrier(shown.row) : undefined;
  if (shares === undefined && apart === undefined) return undefined;
  const sums = new Float64Array(anchors.length);
  const most = new Float64Array(anchors.length);
  const parts = new Float64Array(anchors.length);
  const sources: Source[] = [];
  for (const contribution of all) {
    if (contribution.value < first.value * LEAST) break;
    if (deal(contribution, shown, parts)) add(parts, contribution.source, { sums, most, sources });
    else if (contribution === first) return undefined;
  }
  const anchor = largestOf(anchors, sums);
  // An item of the shopper that is no anchor of this shelf carries itself alone.
  if (apart !== undefined && (anchor === undefined || !anchors.includes(apart)))
    return { kind: apart.standing, source: first.source, item: apart.item };
  if (anchor === undefined) return undefined;
  return { kind: anchor.standing, source: sources[anchors.indexOf(anchor)]!, item: anchor.item };
}

interface Sums {
  readonly sums: Float64Array;
  readonly most: Float64Array;
  /** by anchor: whose part was the largest */
  readonly sources: Source[];
}

function add(parts: Float64Array, source: Source, { sums, most, sources }: Sums): void {
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    sums[at] = sums[at]! + part;
    if (part <= most[at]!) continue;
    most[at] = part;
    sources[at] = source;
  }
}

/** Deals a contribution out among the anchors that it comes from. @returns whether it comes from any */
function deal(
  { source, value }: Contribution,
  { row, seen: { anchors }, retrieval }: Shown,
  parts: Float64Array,
): boolean {
  const { shares, carrier } = retrieval.opened[source];
  if (shares === undefined) {
    const own = carrier(row);
    const at = own === undefined ? -1 : anchors.indexOf(own);
    parts.fill(0);
    if (at >= 0) parts[at] = value;
    return own !== undefined;
  }
  shares(row, parts);
  let total = 0;
  for (let at = 0; at < parts.length; at++) total += Math.max(0, parts[at]!);
  for (let at = 0; at < parts.length; at++)
    parts[at] = total > 0 ? (value * Math.max(0, parts[at]!)) / total : 0;
  return total > 0;
}
