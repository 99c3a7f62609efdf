import { ln } from '../../kernel/math.ts';
import { scaleOf } from '../../kernel/scale.ts';
import { FACT } from '../facts.ts';
import type { Anchor } from '../observe.ts';
import { dot } from '../retrieval/pool.ts';
import { factOf, LEAST } from './column.ts';
import { type Family, type Scene, wholes } from './feature.ts';

/** Latest steps that are read. */
const MOST_STEPS = 9;

/**
 * What each source would have said of the shopper's own steps, from one item to the next one: whose steps the lists (the
 * vectors, the tokens) foresaw is likely to go on where they point. The same for all candidates.
 */
export const STEPS: Family = {
  features: wholes('user', [
    ['step-last-cosine', 'embeddings: cosine of the last item to the one before'],
    ['step-last-transition', 'transitions: ln weight of the last item in the list of the one before'],
    ['step-last-tokens', 'tokens: idf cosine of the last item to the one before'],
    ['step-last-stage', 'column stage: stage of the last item less that of the one before'],
    ['steps-cosine', 'embeddings: mean cosine of an item to the one before, of the last nine steps'],
    ['steps-transition', 'transitions: mean ln weight in the list of the item before'],
    ['steps-tokens', 'tokens: mean idf cosine to the item before'],
    ['steps-stage', 'column stage: mean distance from the item before'],
    ['steps-end-stage', 'column stage: stage of the last item'],
    ['steps-end-tokens', 'tokens: number of the last item'],
  ]),
  make(scene) {
    const { engine, seen } = scene;
    const { recent } = seen;
    const steps: Step[] = [];
    for (let age = 0; age < Math.min(MOST_STEPS, recent.length - 1); age++)
      steps.push(stepOf(scene, recent[age + 1]!, recent[age]!));
    const last = steps[0] ?? { cosine: 0, weight: 0, tokens: 0, stage: 0 };
    const mean = (of: (step: Step) => number): number =>
      steps.reduce((sum, step) => sum + of(step), 0) / Math.max(1, steps.length);
    const row = recent[0]?.row;
    return [
      last.cosine,
      last.weight,
      last.tokens,
      last.stage,
      mean(({ cosine }) => cosine),
      mean(({ weight }) => weight),
      mean(({ tokens }) => tokens),
      mean(({ stage }) => Math.abs(stage)),
      factOf(scene, FACT.stage, row),
      row === undefined ? 0 : (engine.index.tokens?.count[row] ?? 0),
    ];
  },
};

interface Step {
  readonly cosine: number;
  /** ln, as other features read a list's weights */
  readonly weight: number;
  readonly tokens: number;
  readonly stage: number;
}

function stepOf({ engine }: Scene, { row: before }: Anchor, { row: next }: Anchor): Step {
  const { transitions, index } = engine;
  return {
    cosine: cosineOf(engine, before, next),
    weight: ln(transitions.weightOf(before, next) + LEAST),
    tokens: likeness(engine, before, next),
    stage: index.facts.of(FACT.stage, next) - index.facts.of(FACT.stage, before),
  };
}

/** From what an item says of what comes next to what the next one answers to. */
function cosineOf({ shard }: Scene['engine'], before: number, next: number): number {
  const { queryEmbeddings: from, embeddings: rows } = shard;
  return dot({ from, rows }, before, next) * scaleOf(from, before) * scaleOf(rows, next);
}

/** Idf cosine of two items' tokens. */
function likeness({ index: { tokens } }: Scene['engine'], before: number, next: number): number {
  if (tokens === undefined) return 0;
  const { shrink, table } = tokens;
  const { offsets, ids, idf } = table;
  let shared = 0;
  for (let a = offsets[before]!; a < offsets[before + 1]!; a++)
    for (let b = offsets[next]!; b < offsets[next + 1]!; b++)
      if (ids[a] === ids[b]) shared += idf[ids[a]!]! * idf[ids[a]!]!;
  return shared * shrink[before]! * shrink[next]!;
}
