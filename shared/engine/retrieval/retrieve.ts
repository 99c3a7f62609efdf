import { SOURCES, type Source } from '../../protocol/slate.ts';
import type { Candidates, Engine } from '../contract.ts';
import { add, has } from '../mask.ts';
import type { Observation } from '../observe.ts';
import type { Blend } from '../settings.ts';
import { blendShaped, type ScoreColumns, shape } from './blend.ts';
import { boughtTogether } from './bought-together.ts';
import { category } from './category.ts';
import { content } from './content.ts';
import { embedding } from './embedding.ts';
import { history } from './history.ts';
import { popular } from './popular.ts';
import type { Opened, Retriever } from './retriever.ts';
import { server } from './server.ts';
import { keysFor, sortKey, unpack } from './top.ts';
import { transitions } from './transitions.ts';
import { trending } from './trending.ts';

export const RETRIEVERS: Readonly<Record<Source, Retriever>> = {
  embedding,
  transitions,
  'bought-together': boughtTogether,
  content,
  popular,
  trending,
  category,
  history,
  server,
};

export interface Retrieval {
  readonly candidates: Candidates;
  /** the scores in units of evidence, see `shape` */
  readonly shaped: ScoreColumns;
  /** `settings.blend` (or the shelf's own) of each candidate */
  readonly blended: Float32Array;
  readonly opened: Readonly<Record<Source, Opened>>;
}

/**
 * Asks the placement's sources for candidates, has every source score all of them, and keeps the best
 * `settings.ranked` by the blend.
 */
export function retrieve(engine: Engine, seen: Observation, eligible: Uint32Array): Retrieval {
  const query = { engine, seen, eligible };
  const opened = bySource((source) => RETRIEVERS[source].open(query));
  const merged = merge(engine, seen, opened);
  const scores = scoreAll(opened, merged);
  const shaped = bySource((source) => shape(source, scores[source]));
  const blend = blendOf(engine, seen);
  const kept = best(blendShaped(shaped, forCut(blend)), engine.settings.ranked);
  const columns = bySource((source) => pick(scores[source], kept));
  const shapedKept = bySource((source) => pick(shaped[source], kept));
  return {
    candidates: {
      items: pick(merged, kept),
      scores: columns,
      ranks: bySource((source) => rank(columns[source])),
    },
    shaped: shapedKept,
    blended: blendShaped(shapedKept, blend),
    opened,
  };
}

/** A shelf's own blend, else the cold one where nothing is known, else the release's. */
export function blendOf(engine: Engine, { shelf, anchors, request }: Observation): Blend {
  if (shelf.blend !== undefined) return shelf.blend;
  return isCold(request.placement, anchors.length) ? engine.settings.cold : engine.settings.blend;
}

/** A negative weight lowers a candidate in the order, but never keeps it from the ranker. */
const forCut = (blend: Blend): Blend => bySource((source) => Math.max(0, blend[source]));

export const isCold = (placement: string, anchors: number): boolean =>
  placement === 'for-you' && anchors === 0;

function bySource<T>(make: (source: Source) => T): Record<Source, T> {
  const record = {} as Record<Source, T>;
  for (const source of SOURCES) record[source] = make(source);
  return record;
}

/** Distinct rows of all proposals, ascending. */
function merge(engine: Engine, seen: Observation, opened: Readonly<Record<Source, Opened>>): Uint32Array {
  const { merged } = engine.scratch;
  const rows: number[] = [];
  for (const source of seen.shelf.sources) {
    for (const row of opened[source].propose(engine.settings.proposals[source])) {
      if (has(merged, row)) continue;
      add(merged, row);
      rows.push(row);
    }
  }
  for (const row of rows) merged[row >>> 5] = 0;
  return Uint32Array.from(rows).sort();
}

function scoreAll(opened: Readonly<Record<Source, Opened>>, rows: Uint32Array): ScoreColumns {
  return bySource((source) => {
    const column = new Float32Array(rows.length);
    opened[source].score(rows, column);
    return column;
  });
}

/** Indices of the best `limit` values, ascending: the candidates stay in row order. */
function best(values: Float32Array, limit: number): Uint32Array {
  if (values.length <= limit) return Uint32Array.from(values.keys());
  const keys = keysFor(values.length);
  for (let i = 0; i < values.length; i++) keys[i] = sortKey(values[i]!, i);
  return unpack(keys, limit).sort();
}

function pick<T extends Float32Array | Uint32Array>(column: T, at: Uint32Array): T {
  const picked = column.slice(0, at.length) as T;
  for (let i = 0; i < at.length; i++) picked[i] = column[at[i]!]!;
  return picked;
}

function rank(column: Float32Array): Int32Array {
  const ranks = new Int32Array(column.length).fill(-1);
  const keys = keysFor(column.length);
  let found = 0;
  for (let i = 0; i < column.length; i++) {
    if (column[i] !== 0) keys[found++] = sortKey(column[i]!, i);
  }
  const order = unpack(keys.subarray(0, found), found);
  for (let at = 0; at < order.length; at++) ranks[order[at]!] = at;
  return ranks;
}
