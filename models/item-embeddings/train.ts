import { Adam, type AdamSettings, schedule } from '../adam.ts';
import type { Arithmetic } from '../arithmetic.ts';
import type { TokenMatrix } from '../content/content.ts';
import type { Interactions, Journal, SparseRows } from '../contract.ts';
import { type DenseRows, unitRows } from '../dense.ts';
import { createRandom, type Random, shuffle } from '../random.ts';
import {
  ATTENTION_PARTS,
  type AttentionSlopes,
  type AttentionWeights,
  attend,
  attendBackward,
  createAttention,
  throughNormalisation,
} from './attention.ts';
import { createDrawing, type Drawing } from './draw.ts';
import { learnable, type Positions, positionsOf } from './examples.ts';
import { fitPpmi } from './ppmi.ts';
import type { EmbeddingSettings } from './settings.ts';
import { type EmbeddingStart, warmStart } from './start.ts';
import { randomisedSvd } from './svd.ts';
import { type Side, Tables } from './tables.ts';

export interface ItemEmbeddings {
  /** unit rows (or zeros): the side a shopper's items are read from; the same object where tables are tied */
  readonly query: DenseRows;
  /** unit rows (or zeros): the side that is scanned */
  readonly candidate: DenseRows;
  /** absent where vectors came without one */
  readonly encoder: AttentionWeights | undefined;
  /** learned scale of the cosines */
  readonly scale: number;
}

export interface EmbeddingData {
  readonly interactions: Interactions;
  readonly tokens: TokenMatrix;
  /** transitions divided by the square roots of both popularities: where two tables start from */
  readonly start: () => SparseRows;
  /** an earlier fit to go on from in place of it */
  readonly from?: EmbeddingStart;
}

export interface EmbeddingTools {
  readonly arithmetic: Arithmetic;
  readonly journal: Journal;
}

/**
 * Trains item embeddings and the encoder that pools them, by sampled softmax at every position of every history, from
 * the rank-`dims` SVD of what follows what (a random start is clearly worse).
 */
export function trainEmbeddings(
  data: EmbeddingData,
  settings: EmbeddingSettings & { seed: number },
  { arithmetic, journal }: EmbeddingTools,
): ItemEmbeddings {
  const random = createRandom(settings.seed);
  const { items } = data.interactions;
  const { dims } = settings;
  const start = data.from
    ? warmStart(data, data.from)
    : settings.tied
      ? tiedStart(data, { dims, random })
      : untiedStart(data.start(), { dims, random });
  const tables = new Tables(start, { matrix: data.tokens, dims, random, moving: settings.moving });
  const drawing = createDrawing(data.interactions, settings.popularShare);
  const users = learnable(data.interactions);
  const { from } = data;
  const trainer = new Trainer({ tables, settings, arithmetic, random, items, drawing, from });
  const batches = batchesPerEpoch(data.interactions, settings.batch);
  const read = Math.min(batches, Math.ceil(settings.mostPositions / settings.batch));
  const steps = read * settings.epochs;
  const warm = { warmUp: Math.min(settings.warmUp, steps / 5), floor: settings.floor };
  let step = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    shuffle(users, random);
    let loss = 0;
    for (let b = 0; b < read; b++) {
      const from = Math.floor((users.length * b) / batches);
      const chosen = users.subarray(from, Math.floor((users.length * (b + 1)) / batches));
      const positions = positionsOf(data.interactions, chosen, settings);
      if (positions.count > 0)
        loss += trainer.step(positions, settings.rate * schedule(step, steps, warm)) / read;
      journal.stage('train embeddings', ++step, steps);
    }
    journal.log('embeddings epoch', { epoch: epoch + 1, loss, scale: trainer.scale });
  }
  const candidate = unitRows(tables.export('candidate', items));
  return {
    query: tables.tied ? candidate : unitRows(tables.export('query', items)),
    candidate,
    encoder: trainer.encoder,
    scale: trainer.scale,
  };
}

const batchesPerEpoch = ({ item, users }: Interactions, batch: number): number =>
  Math.max(1, Math.round((item.length - users) / batch));

interface Start {
  readonly dims: number;
  readonly random: Random;
}

/** SVD factors scaled so that the mean squared length of an input row is a quarter. */
function untiedStart(start: SparseRows, { dims, random }: Start): Record<Side, Float32Array> {
  const { left, right } = randomisedSvd(start, dims, random);
  const square = left.reduce((sum, value) => sum + value * value, 0) / Math.max(1, start.items);
  const scale = square === 0 ? 1 : Math.sqrt(0.25 / square);
  return { query: left.map((value) => value * scale), candidate: right.map((value) => value * scale) };
}

const NOISE = 0.03;

/** Unit rows of the SVD of what stands near what, shaken a little, so that no two rows are one. */
function tiedStart({ interactions }: EmbeddingData, { dims, random }: Start): Record<Side, Float32Array> {
  const { left } = randomisedSvd(fitPpmi(interactions), dims, random);
  const { values } = unitRows({ items: interactions.items, dims, values: left });
  for (let i = 0; i < values.length; i++) values[i]! += NOISE * random.normal();
  return { query: values, candidate: values };
}

interface TrainerParts {
  readonly tables: Tables;
  readonly settings: EmbeddingSettings;
  readonly arithmetic: Arithmetic;
  readonly random: Random;
  readonly items: number;
  readonly drawing: Drawing;
  readonly from: EmbeddingStart | undefined;
}

/** Unit rows of the distinct items of a step. */
interface Gathered {
  readonly items: readonly number[];
  readonly rows: Float32Array;
  readonly shrink: Float32Array;
}

class Trainer {
  readonly encoder: AttentionWeights;
  readonly #parts: TrainerParts;
  readonly #rowOf: Int32Array;
  readonly #logScale: Adam;
  readonly #adams: Readonly<Record<keyof AttentionSlopes, Adam>>;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
    this.#rowOf = new Int32Array(parts.items).fill(-1);
    this.#logScale = new Adam(Float32Array.of(Math.log(parts.from?.scale ?? parts.settings.scale)));
    const fresh = createAttention(parts.settings, parts.random);
    this.encoder = parts.from ? copied(parts.from.encoder) : fresh;
    this.#adams = Object.fromEntries(
      ATTENTION_PARTS.map((part) => [part, new Adam(this.encoder[part])]),
    ) as Record<keyof AttentionSlopes, Adam>;
  }

  get scale(): number {
    return Math.exp(this.#logScale.values[0]!);
  }

  /** @returns the step's loss */
  step(positions: Positions, rate: number): number {
    const { arithmetic, settings, tables } = this.#parts;
    const adam: AdamSettings = { rate, beta1: 0.9, beta2: 0.98 };
    const anchors = this.#gather('query', this.#distinct(positions.anchors, []));
    const mask = this.#dropout(anchors.rows.length);
    const at = { rows: anchors.rows.map((value, i) => value * mask[i]!), rowOf: this.#rowOf.slice() };
    this.#forget(anchors.items);
    const attended = attend(arithmetic, positions, this.encoder, at);
    const choices = this.#choices(positions);
    const slopes = arithmetic.sampledSoftmax({
      queries: attended.queries,
      choices: choices.rows,
      target: positions.target.map((item) => this.#rowOf[item]!),
      weight: normalised(positions.weight),
      ...(settings.corrected ? { bias: this.#bias(choices, positions.count) } : {}),
      dims: settings.dims,
      scale: this.scale,
      smoothing: settings.smoothing,
    });
    this.#forget(choices.items);
    const ofAnchors = new Float32Array(anchors.rows.length);
    const own = attendBackward(arithmetic, positions, this.encoder, {
      at,
      attended,
      slope: slopes.queries,
      slopes: ofAnchors,
    });
    for (let i = 0; i < ofAnchors.length; i++) ofAnchors[i]! *= mask[i]!;
    this.#add('query', anchors, ofAnchors);
    this.#add('candidate', choices, slopes.choices);
    tables.update(adam);
    const slower = { ...adam, rate: rate / 2 };
    for (const part of ATTENTION_PARTS) this.#adams[part].update(0, own[part], 0, slower);
    this.#logScale.update(0, Float32Array.of(slopes.logScale), 0, slower);
    return slopes.loss;
  }

  #bias({ items }: Gathered, positions: number): Float32Array {
    const { drawing, settings } = this.#parts;
    return Float32Array.from(items, (item) => drawing.correction(item, positions, settings.negatives));
  }

  #add(side: Side, { items, rows, shrink }: Gathered, slopes: Float32Array): void {
    const { dims } = this.#parts.settings;
    items.forEach((item, i) => {
      const at = i * dims;
      throughNormalisation(rows, slopes, { at, dims, shrink: shrink[i]! });
      this.#parts.tables.add(side, item, slopes, at);
    });
  }

  /** Inverted dropout, drawn once a step and item. */
  #dropout(length: number): Float32Array {
    const { settings, random } = this.#parts;
    const kept = 1 / (1 - settings.dropout);
    return Float32Array.from({ length }, () => (random.next() < settings.dropout ? 0 : kept));
  }

  /** All targets of the step and random items. */
  #choices({ target }: Positions): Gathered {
    const { settings, random, drawing } = this.#parts;
    const items = this.#distinct(target, []);
    this.#distinct(
      Uint32Array.from({ length: settings.negatives }, () => drawing.next(random)),
      items,
    );
    return this.#gather('candidate', items);
  }

  #gather(side: Side, items: readonly number[]): Gathered {
    const { tables, settings } = this.#parts;
    const { dims } = settings;
    const rows = new Float32Array(items.length * dims);
    const shrink = new Float32Array(items.length);
    items.forEach((item, i) => {
      tables.row(side, item, rows, i * dims);
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

const copied = (encoder: AttentionWeights): AttentionWeights => ({
  ...encoder,
  ...Object.fromEntries(ATTENTION_PARTS.map((part) => [part, encoder[part].slice()])),
});

function normalised(weight: Float32Array): Float32Array {
  const total = weight.reduce((sum, value) => sum + value, 0);
  return weight.map((value) => value / total);
}
