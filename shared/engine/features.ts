import { ln } from '../kernel/math.ts';
import type { Engine } from './contract.ts';
import { CATEGORICALS, fillCategories } from './features/categorical.ts';
import { CONTEXT, NEUTRAL_POSITION, POSITION } from './features/context.ts';
import { gather } from './features/evidence.ts';
import type { Feature, Scene } from './features/feature.ts';
import { ITEM } from './features/item.ts';
import { PAIR } from './features/pair.ts';
import { portray } from './features/portrait.ts';
import { SESSION } from './features/session.ts';
import { SOURCE } from './features/source.ts';
import { USER } from './features/user.ts';
import { fnv1a } from './hash.ts';
import type { Observation } from './observe.ts';
import type { Retrieval } from './retrieval/retrieve.ts';

export { CATEGORICALS, type Categorical } from './features/categorical.ts';
export type { Feature, Origin } from './features/feature.ts';

/** Every feature there is, in the order of the ranker's inputs. Training and serving fill them here and nowhere else. */
export const FEATURES: readonly Feature[] = [...USER, ...SESSION, ...ITEM, ...PAIR, ...SOURCE, ...CONTEXT];

/** Raise it when a feature changes its meaning but not its name. */
const MEANING = 1;

/** Names the features and categoricals and their order: a ranker fits only the schema that it was trained on. */
export const FEATURE_SCHEMA = schemaOf([
  ...FEATURES.map(({ name }) => name),
  ...CATEGORICALS.map(({ name, vocabulary }) => `${name}/${vocabulary}`),
]);

function schemaOf(names: readonly string[]): string {
  const text = `${MEANING}|${names.join('|')}`;
  const hex = (hash: number) => hash.toString(16).padStart(8, '0');
  return `f${FEATURES.length}-${hex(fnv1a(text))}${hex(fnv1a(text, 0x9747b28c))}`;
}

const POSITION_AT = FEATURES.findIndex(({ name }) => name === POSITION);

/** Tells a row of training features where its item was shown: 0-based. Serving leaves it neutral. */
export function writePosition(features: Float32Array, row: number, position: number): void {
  features[row * FEATURES.length + POSITION_AT] = NEUTRAL_POSITION + ln(1 + position);
}

/** What a ranker reads, in the engine's scratch: valid until its next recommendation. */
export interface Described {
  /** row-major `candidates x FEATURES.length` */
  readonly features: Float32Array;
  /** row-major `candidates x CATEGORICALS.length` */
  readonly categories: Uint16Array;
}

/** All features and categoricals of all candidates. */
export function describe(engine: Engine, seen: Observation, retrieval: Retrieval): Described {
  const scene = setScene(engine, seen, retrieval);
  const count = scene.rows.length;
  const matrix = matrixFor(engine, count * FEATURES.length);
  FEATURES.forEach((feature, column) => {
    fillColumn(feature, scene, { matrix, column, count });
  });
  const categories = categoriesFor(engine, count * CATEGORICALS.length);
  fillCategories(scene, categories);
  return { features: matrix, categories };
}

interface Place {
  readonly matrix: Float32Array;
  readonly column: number;
  readonly count: number;
}

function fillColumn(feature: Feature, scene: Scene, { matrix, column, count }: Place): void {
  const width = FEATURES.length;
  if ('whole' in feature) {
    const value = feature.whole(scene);
    for (let i = 0; i < count; i++) matrix[i * width + column] = value;
  } else if ('byRow' in feature) {
    const values = feature.byRow(scene);
    for (let i = 0; i < count; i++) matrix[i * width + column] = values[scene.rows[i]!]!;
  } else if ('column' in feature) {
    const values = feature.column(scene);
    for (let i = 0; i < count; i++) matrix[i * width + column] = values[i]!;
  } else {
    const { each } = feature;
    for (let i = 0; i < count; i++) matrix[i * width + column] = each(scene, i);
  }
}

const TOUCH_DECAY = 0.8;

function setScene(engine: Engine, seen: Observation, retrieval: Retrieval): Scene {
  const rows = retrieval.candidates.items;
  return {
    engine,
    seen,
    retrieval,
    rows,
    evidence: gather(engine, seen, rows),
    portrait: portray(engine, seen),
    owned: Array.from(rows, (row) => seen.owned.get(row)),
    ageOf: new Map(seen.own.map(({ row, age }) => [row, age])),
    decayedTouches: decayTouches(seen),
  };
}

function decayTouches({ touches }: Observation): Map<number, number> {
  const sums = new Map<number, number>();
  let weight = 1;
  for (let at = touches.length - 1; at >= 0 && weight > 1e-6; at--) {
    const { row } = touches[at]!;
    sums.set(row, (sums.get(row) ?? 0) + weight);
    weight *= TOUCH_DECAY;
  }
  return sums;
}

function matrixFor(engine: Engine, length: number): Float32Array {
  if (engine.scratch.matrix.length < length) engine.scratch.matrix = new Float32Array(length * 2);
  return engine.scratch.matrix.subarray(0, length);
}

function categoriesFor(engine: Engine, length: number): Uint16Array {
  if (engine.scratch.categories.length < length) engine.scratch.categories = new Uint16Array(length * 2);
  return engine.scratch.categories.subarray(0, length);
}
