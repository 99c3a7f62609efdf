import { ln } from '../kernel/math.ts';
import type { Engine } from './contract.ts';
import { FACT } from './facts.ts';
import { ANCHORED } from './features/anchored.ts';
import { CATEGORICALS, fillCategories } from './features/categorical.ts';
import { CONTEXT, NEUTRAL_POSITION, POSITION } from './features/context.ts';
import { ENCODED } from './features/encoded.ts';
import { NEAR } from './features/evidence.ts';
import type { Family, Feature, Scene, Values } from './features/feature.ts';
import { HABIT } from './features/habit.ts';
import { ITEM } from './features/item.ts';
import { ORDER } from './features/order.ts';
import { OWNED, TASTE } from './features/pair.ts';
import { portray } from './features/portrait.ts';
import { SESSION } from './features/session.ts';
import { SOURCE } from './features/source.ts';
import { STEPS } from './features/steps.ts';
import { TOKENS } from './features/tokens.ts';
import { USER } from './features/user.ts';
import { fnv1a } from './hash.ts';
import type { Observation, Owned } from './observe.ts';
import type { Retrieval } from './retrieval/retrieve.ts';
import { placeRows } from './scratch.ts';

export { CATEGORICALS, type Categorical } from './features/categorical.ts';
export type { Feature, Origin } from './features/feature.ts';

const FAMILIES: readonly Family[] = [
  ...[USER, SESSION, ITEM, OWNED, TASTE, NEAR, SOURCE, CONTEXT],
  ...[TOKENS, ORDER, ENCODED, HABIT, ANCHORED, STEPS],
];

/**
 * Every feature there is, in the order of the ranker's inputs. Training and serving fill them here and nowhere else. To
 * add one is to add an entry to a family's `features` and its value to what the family makes, at the same place; the
 * schema changes by itself, and with it what rankers fit.
 */
export const FEATURES: readonly Feature[] = FAMILIES.flatMap(({ features }) => features);

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

const makeColumns = (scene: Scene): Values[] => FAMILIES.flatMap(({ make }) => make(scene));

function fillColumns(columns: readonly Values[], matrix: Float32Array, count: number): void {
  if (count === 0) return;
  for (let f = 0; f < columns.length; f++) {
    const column = columns[f]!;
    if (typeof column === 'number') matrix[f * count] = column;
    else matrix.set(column, f * count);
  }
}

function fillRows(columns: readonly Values[], matrix: Float32Array, count: number): void {
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
    portrait: portray(engine, seen),
    category: index.facts.pick(FACT.category, rows, lend()),
    brand: index.facts.pick(FACT.brand, rows, lend()),
    lnCount: index.facts.pick(FACT.lnCount, rows, lend()),
    price: seen.market.price.pick(rows, lend()),
    lnPrice: seen.market.lnPrice.pick(rows, lend()),
    owned,
    ownedAt,
    lend,
    zeros: () => lend().fill(0),
  };
}

function bucketsFor({ scratch }: Engine, length: number): Uint16Array {
  if (scratch.buckets.length < length) scratch.buckets = new Uint16Array(Math.ceil(length * 1.25));
  return scratch.buckets.subarray(0, length);
}
