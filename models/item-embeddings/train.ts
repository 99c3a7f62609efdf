import { Adam, type AdamSettings, schedule } from '../adam.ts';
import type { Arithmetic } from '../arithmetic.ts';
import type { TokenMatrix } from '../content/content.ts';
import type { Interactions, Journal, SparseRows } from '../contract.ts';
import { type DenseRows, unitRows } from '../dense.ts';
import { createRandom, type Random, shuffle } from '../random.ts';
import { learnable, type Positions, positionsOf } from './examples.ts';
import { pool, poolBackward, throughNormalisation } from './pool.ts';
import type { EmbeddingSettings } from './settings.ts';
import { sampledSoftmaxSlopes } from './softmax.ts';
import { randomisedSvd } from './svd.ts';
import { Tables } from './tables.ts';

export interface ItemEmbeddings {
  /** the side a shopper's items are read from */
  readonly query: DenseRows;
  /** the side that is scanned: unit rows (or zeros) */
  readonly candidate: DenseRows;
  /** learned scale of the cosines */
  readonly scale: number;
}

export interface EmbeddingData {
  readonly interactions: Interactions;
  readonly tokens: TokenMatrix;
  /** transitions divided by the square roots of both popularities: where the tables start from */
  readonly start: SparseRows;
}

export interface EmbeddingTools {
  readonly arithmetic: Arithmetic;
  readonly journal: Journal;
}

/**
 * Trains pooled item embeddings by sampled softmax at every position of every history, from the rank-`dims` SVD of
 * the transitions (a random start is clearly worse).
 */
export function trainEmbeddings(
  data: EmbeddingData,
  settings: EmbeddingSettings & { seed: number },
  { arithmetic, journal }: EmbeddingTools,
): ItemEmbeddings {
  const random = createRandom(settings.seed);
  const { items } = data.interactions;
  const { dims } = settings;
  const { input, output } = startingTables(data.start, { dims, random });
  const tables = new Tables(input, output, { matrix: data.tokens, dims, random });
  const users = learnable(data.interactions);
  const trainer = new Trainer({ tables, settings, arithmetic, random, items });
  const batches = batchesPerEpoch(data.interactions, settings.batch);
  const read = Math.min(batches, Math.ceil(settings.mostPositions / settings.batch));
  const steps = read * settings.epochs;
  let step = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    shuffle(users, random);
    for (let b = 0; b < read; b++) {
      const from = Math.floor((users.length * b) / batches);
      const chosen = users.subarray(from, Math.floor((users.length * (b + 1)) / batches));
      const positions = positionsOf(data.interactions, chosen, settings);
      const warm = { warmUp: Math.min(settings.warmUp, steps / 5), floor: 0.05 };
      if (positions.count > 0) trainer.step(positions, settings.rate * schedule(step, steps, warm));
      journal.stage('train embeddings', ++step, steps);
    }
  }
  const query = tables.export('input', items);
  const candidate = unitRows(tables.export('output', items));
  return { query, candidate, scale: trainer.scale };
}

const batchesPerEpoch = ({ item, users }: Interactions, batch: number): number =>
  Math.max(1, Math.round((item.length - users) / batch));

/** SVD factors scaled so that the mean squared length of an input row is a quarter. */
function startingTables(
  start: SparseRows,
  { dims, random }: { dims: number; random: Random },
): { input: Float32Array; output: Float32Array } {
  const { left, right } = randomisedSvd(start, dims, random);
  const square = left.reduce((sum, value) => sum + value * value, 0) / Math.max(1, start.items);
  const scale = square === 0 ? 1 : Math.sqrt(0.25 / square);
  return { input: left.map((value) => value * scale), output: right.map((value) => value * scale) };
}

interface TrainerParts {
  readonly tables: Tables;
  readonly settings: EmbeddingSettings;
  readonly arithmetic: Arithmetic;
  readonly random: Random;
  readonly items: number;
}

class Trainer {
  readonly #parts: TrainerParts;
  readonly #rowOf: Int32Array;
  readonly #powers: Float64Array;
  readonly #logScale: Adam;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
    this.#rowOf = new Int32Array(parts.items).fill(-1);
    this.#powers = Float64Array.from(
      { length: parts.settings.pooled },
      (_, age) => parts.settings.decay ** age,
    );
    this.#logScale = new Adam(Float32Array.of(Math.log(parts.settings.scale)));
  }

  get scale(): number {
    return Math.exp(this.#logScale.values[0]!);
  }

  step(positions: Positions, rate: number): void {
    const { arithmetic, settings } = this.#parts;
    const adam: AdamSettings = { rate, beta1: 0.9, beta2: 0.98 };
    const anchors = this.#gatherAnchors(positions);
    const at = { rowOf: this.#rowOf, dims: settings.dims, powers: this.#powers };
    const pooled = pool(positions, anchors.rows, at);
    const anchorSlopes = new Float32Array(anchors.rows.length);
    const rowOfAnchor = this.#rowOf.slice();
    this.#forget(anchors.items);
    const choices = this.#gatherChoices(positions);
    const slopes = sampledSoftmaxSlopes(arithmetic, {
      queries: pooled.queries,
      choices: choices.rows,
      target: positions.target.map((item) => this.#rowOf[item]!),
      weight: normalised(positions.weight),
      dims: settings.dims,
      scale: this.scale,
      smoothing: settings.smoothing,
    });
    this.#forget(choices.items);
    poolBackward(positions, pooled, slopes.queries, { ...at, rowOf: rowOfAnchor, rows: anchorSlopes });
    this.#apply('input', anchors.items, maskedBy(anchorSlopes, anchors.mask), adam);
    choices.items.forEach((_, c) => {
      throughNormalisation(choices.rows, slopes.choices, {
        at: c * settings.dims,
        dims: settings.dims,
        shrink: choices.shrink[c]!,
      });
    });
    this.#apply('output', choices.items, slopes.choices, adam);
    this.#parts.tables.updateTokens(adam);
    this.#logScale.update(0, Float32Array.of(slopes.logScale), 0, adam);
  }

  #apply(side: 'input' | 'output', items: readonly number[], slopes: Float32Array, adam: AdamSettings): void {
    const { dims } = this.#parts.settings;
    items.forEach((item, at) => {
      this.#parts.tables.update(side, item, { of: slopes, at: at * dims }, adam);
    });
  }

  /** Rows of the distinct anchors, with inverted dropout drawn once a step and item. */
  #gatherAnchors({ anchors }: Positions): { items: number[]; rows: Float32Array; mask: Float32Array } {
    const { tables, settings, random } = this.#parts;
    const items = this.#distinct(anchors, []);
    const rows = new Float32Array(items.length * settings.dims);
    items.forEach((item, at) => {
      tables.row('input', item, rows, at * settings.dims);
    });
    const kept = 1 / (1 - settings.dropout);
    const mask = rows.map(() => (random.next() < settings.dropout ? 0 : kept));
    return { items, rows: maskedBy(rows, mask), mask };
  }

  /** Unit rows of all targets of the step and of random items. */
  #gatherChoices({ target }: Positions): { items: number[]; rows: Float32Array; shrink: Float32Array } {
    const { tables, settings, random } = this.#parts;
    const { dims } = settings;
    const items = this.#distinct(target, []);
    const drawn = Uint32Array.from({ length: settings.negatives }, () => random.below(this.#parts.items));
    this.#distinct(drawn, items);
    const rows = new Float32Array(items.length * dims);
    const shrink = new Float32Array(items.length);
    items.forEach((item, i) => {
      tables.row('output', item, rows, i * dims);
      let square = 1e-12;
      for (let d = 0; d < dims; d++) square += rows[i * dims + d]! ** 2;
      shrink[i] = 1 / Math.sqrt(square);
      for (let d = 0; d < dims; d++) rows[i * dims + d]! *= shrink[i]!;
    });
    return { items, rows, shrink };
  }

  #distinct(found: Uint32Array, into: number[]): number[] {
    for (const item of found) {
      if (this.#rowOf[item] !== -1) continue;
      this.#rowOf[item] = into.length;
      into.push(item);
    }
    return into;
  }

  #forget(items: readonly number[]): void {
    for (const item of items) this.#rowOf[item] = -1;
  }
}

const maskedBy = (values: Float32Array, mask: Float32Array): Float32Array =>
  values.map((value, i) => value * mask[i]!);

function normalised(weight: Float32Array): Float32Array {
  const total = weight.reduce((sum, value) => sum + value, 0);
  return weight.map((value) => value / total);
}
