import { ln } from '../kernel/math.ts';
import type { Engine } from './contract.ts';
import { FACT } from './facts.ts';
import { ANCHORED } from './features/anchored.ts';
import { CATEGORICALS, fillCategories } from './features/categorical.ts';
import { CONTEXT, NEUTRAL_POSITION, POSITION } from './features/context.ts';
import { ENCODED } from './features/encoded.ts';
import { gather } from './features/evidence.ts';
import type { Feature, Scene } from './features/feature.ts';
import { HABIT, habitsOf } from './features/habit.ts';
import { ITEM } from './features/item.ts';
import { ORDER } from './features/order.ts';
import { PAIR } from './features/pair.ts';
import { gatherPairs } from './features/pair-evidence.ts';
import { portray } from './features/portrait.ts';
import { SESSION } from './features/session.ts';
import { SOURCE } from './features/source.ts';
import { gatherTokens } from './features/token-evidence.ts';
import { TOKENS } from './features/tokens.ts';
import { USER } from './features/user.ts';
import { fnv1a } from './hash.ts';
import type { Observation, Owned } from './observe.ts';
import type { Retrieval } from './retrieval/retrieve.ts';
import { placeRows } from './scratch.ts';

export { CATEGORICALS, type Categorical } from './features/categorical.ts';
export type { Feature, Origin } from './features/feature.ts';

/**
 * Every feature there is, in the order of the ranker's inputs. Training and serving fill them here and nowhere else. To
 * add one is to add one entry to one of these lists: `whole` if it is the same for all candidates (it then costs next to
 * nothing), else `column`, `fact` or `own` (see `Feature`); the schema changes by itself, and with it what rankers fit.
 */
export const FEATURES: readonly Feature[] = [
  ...[...USER, ...SESSION, ...ITEM, ...PAIR, ...SOURCE, ...CONTEXT],
  ...[...TOKENS, ...ORDER, ...ENCODED, ...HABIT, ...ANCHORED],
];

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

/** What a ranker reads: valid until the engine's next recommendation. */
export interface Described {
  /** `candidates x FEATURES.length`, as `Wanted.layout` says */
  readonly features: Float32Array;
  /** row-major `candidates x CATEGORICALS.length`; absent where they were not asked for */
  readonly categories: Uint16Array | undefined;
}

/** Where features go, and which. */
export interface Wanted {
  /** room for `rows x FEATURES.length` */
  readonly room: (rows: number) => Float32Array;
  /** row-major; or column-major, where of a feature that is the same for all candidates the first is written alone */
  readonly layout: 'rows' | 'columns';
  readonly categories: boolean;
}

/** Features and categoricals of all candidates. */
export function describe(
  engine: Engine,
  { seen, retrieval }: { readonly seen: Observation; readonly retrieval: Retrieval },
  wanted: Wanted,
): Described {
  const scene = setScene(engine, seen, retrieval);
  const count = scene.rows.length;
  const columns = makeColumns(scene);
  const categories = wanted.categories ? bucketsFor(engine, count * CATEGORICALS.length) : undefined;
  if (categories !== undefined) fillCategories(scene, categories);
  const features = wanted.room(count);
  if (wanted.layout === 'rows') fillRows(columns, features, count);
  else fillColumns(columns, features, count);
  return { features, categories };
}

/** One column a feature; a number where it is the same for all candidates. */
type FeatureColumn = Float32Array | number;

const makeColumns = (scene: Scene): FeatureColumn[] => FEATURES.map((feature) => columnOf(feature, scene));

function columnOf(feature: Feature, scene: Scene): FeatureColumn {
  if ('whole' in feature) return feature.whole(scene);
  if ('column' in feature) return feature.column(scene);
  const out = scene.lend();
  if ('fact' in feature) return scene.engine.index.facts.pick(feature.fact, scene.rows, out);
  if ('byRow' in feature) return pick(feature.byRow(scene), scene.rows, out);
  if ('own' in feature) {
    out.fill(0);
    for (let k = 0; k < scene.owned.length; k++) out[scene.ownedAt[k]!] = feature.own(scene, scene.owned[k]!);
    return out;
  }
  for (let i = 0; i < out.length; i++) out[i] = feature.each(scene, i);
  return out;
}

function pick(values: Float32Array, rows: Uint32Array, out: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

function fillColumns(columns: readonly FeatureColumn[], matrix: Float32Array, count: number): void {
  if (count === 0) return;
  for (let f = 0; f < columns.length; f++) {
    const column = columns[f]!;
    if (typeof column === 'number') matrix[f * count] = column;
    else matrix.set(column, f * count);
  }
}

function fillRows(columns: readonly FeatureColumn[], matrix: Float32Array, count: number): void {
  const width = FEATURES.length;
  for (let f = 0; f < width; f++) {
    const column = columns[f]!;
    for (let i = 0, at = f; i < count; i++, at += width)
      matrix[at] = typeof column === 'number' ? column : column[i]!;
  }
}

function setScene(engine: Engine, seen: Observation, retrieval: Retrieval): Scene {
  const rows = retrieval.candidates.items;
  const { scratch, index } = engine;
  const lend = () => scratch.columns.lend(rows.length);
  const work = { rows, columns: scratch.columns };
  placeRows(scratch, rows);
  const owned: Owned[] = [];
  const ownedAt: number[] = [];
  for (const own of seen.owned.values()) {
    const at = scratch.places[own.row]! - 1;
    if (at < 0) continue;
    owned.push(own);
    ownedAt.push(at);
  }
  return {
    engine,
    seen,
    retrieval,
    rows,
    evidence: gather(engine, seen, rows),
    tokens: gatherTokens(index.tokens, seen.recent, work),
    pairs: gatherPairs(engine, seen.recent, work),
    portrait: portray(engine, seen),
    habits: habitsOf(seen),
    category: index.facts.pick(FACT.category, rows, lend()),
    brand: index.facts.pick(FACT.brand, rows, lend()),
    owned,
    ownedAt,
    lend,
  };
}

function bucketsFor({ scratch }: Engine, length: number): Uint16Array {
  if (scratch.buckets.length < length) scratch.buckets = new Uint16Array(Math.ceil(length * 1.25));
  return scratch.buckets.subarray(0, length);
}
