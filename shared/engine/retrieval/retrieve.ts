import { SOURCES, type Source } from '../../protocol/slate.ts';
import type { Candidates, Engine } from '../contract.ts';
import { add } from '../mask.ts';
import { isCold, type Observation } from '../observe.ts';
import { beginScratch, type Columns } from '../scratch.ts';
import type { Blend } from '../settings.ts';
import { basket } from './basket.ts';
import { blendShaped, isShaped, type ScoreColumns, shape } from './blend.ts';
import { boughtTogether } from './bought-together.ts';
import { category } from './category.ts';
import { content } from './content.ts';
import { embedding } from './embedding.ts';
import { fresh } from './fresh.ts';
import { history } from './history.ts';
import { popular } from './popular.ts';
import { type Opened, type Retriever, SILENT } from './retriever.ts';
import { server } from './server.ts';
import { taste } from './taste.ts';
import { order } from './top.ts';
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
  taste,
  basket,
  fresh,
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
 * @returns columns in the engine's scratch: valid until its next recommendation
 */
export function retrieve(engine: Engine, seen: Observation, eligible: Uint32Array): Retrieval {
  beginScratch(engine.scratch);
  const query = { engine, seen, eligible };
  const opened = bySource((source) => RETRIEVERS[source].open(query));
  const rows = merge(engine, seen, opened);
  return cut(engine, { rows, opened, blend: blendOf(engine, seen), ...scoreAll(engine, opened, rows) });
}

/** What sources propose, and columns that have room for as many values at least. */
interface Merged {
  readonly rows: Uint32Array;
  readonly scores: ScoreColumns;
  readonly shaped: ScoreColumns;
}

function cut(
  { scratch: { columns }, settings }: Engine,
  { opened, blend, rows, scores, shaped }: Merged & { opened: Retrieval['opened']; blend: Blend },
): Retrieval {
  order.begin(rows.length);
  order.pushAll(
    blendShaped(shaped, forCut(blend), columns.room(rows.length), rows.length),
    rows.length,
    true,
  );
  const kept = order.most(settings.ranked);
  const pick = (column: Float32Array): Float32Array => gather(column, kept, columns.lend(kept.length));
  const keptScores = bySpeaking(opened, (source) => pick(scores[source]));
  const keptShaped = bySpeaking(opened, (source) =>
    shaped[source] === scores[source] ? keptScores[source] : pick(shaped[source]),
  );
  return {
    candidates: {
      items: kept.map((at) => rows[at]!),
      scores: keptScores,
      ranks: bySpeaking(opened, (source) => rank(keptScores[source], columns)),
    },
    shaped: keptShaped,
    blended: blendShaped(keptShaped, blend, columns.lend(kept.length)),
    opened,
  };
}

/** A shelf's own blend, else the cold one where nothing is known, else the release's. */
export function blendOf(engine: Engine, seen: Observation): Blend {
  if (seen.shelf.blend !== undefined) return seen.shelf.blend;
  return isCold(seen) ? engine.settings.cold : engine.settings.blend;
}

/** A negative weight lowers a candidate in the order, but never keeps it from the ranker. */
const forCut = (blend: Blend): Blend => bySource((source) => Math.max(0, blend[source]));

function bySource<T>(make: (source: Source) => T): Record<Source, T> {
  const record = {} as Record<Source, T>;
  for (const source of SOURCES) record[source] = make(source);
  return record;
}

/** What is made of a source that has nothing to say is made once for all of those. */
function bySpeaking<T>(opened: Retrieval['opened'], make: (source: Source) => T): Record<Source, T> {
  let silence: T | undefined;
  return bySource((source) => {
    if (opened[source] !== SILENT) return make(source);
    silence ??= make(source);
    return silence;
  });
}

/** Distinct rows of all proposals, ascending. */
function merge(
  { scratch: { merged }, settings }: Engine,
  { shelf }: Observation,
  opened: Retrieval['opened'],
): Uint32Array {
  let proposals = 0;
  for (const source of shelf.sources) {
    const proposed = opened[source].propose(settings.proposals[source]);
    for (let i = 0; i < proposed.length; i++) add(merged, proposed[i]!);
    proposals += proposed.length;
  }
  const rows = new Uint32Array(proposals);
  let size = 0;
  for (let at = 0; at < merged.length; at++) {
    for (let word = merged[at]!; word !== 0; word &= word - 1)
      rows[size++] = (at << 5) + 31 - Math.clz32(word & -word);
    merged[at] = 0;
  }
  return rows.subarray(0, size);
}

function scoreAll(
  { scratch: { columns } }: Engine,
  opened: Retrieval['opened'],
  rows: Uint32Array,
): Omit<Merged, 'rows'> {
  const scores = bySpeaking(opened, (source) => {
    const column = columns.room(rows.length);
    opened[source].score(rows, column);
    return column;
  });
  const shaped = bySpeaking(opened, (source) =>
    isShaped(source) ? shape(scores[source], columns.room(rows.length), rows.length) : scores[source],
  );
  return { scores, shaped };
}

function gather(column: Float32Array, at: Uint32Array, into: Float32Array): Float32Array {
  for (let i = 0; i < at.length; i++) into[i] = column[at[i]!]!;
  return into;
}

function rank(column: Float32Array, columns: Columns): Int32Array {
  const ranks = columns.integers(column.length).fill(-1);
  order.begin(column.length);
  order.pushAll(column, column.length, false);
  const ranked = order.best(column.length);
  for (let at = 0; at < ranked.length; at++) ranks[ranked[at]!] = at;
  return ranks;
}
