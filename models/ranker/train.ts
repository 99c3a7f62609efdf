import { Adam, schedule } from '../adam.ts';
import type { Arithmetic } from '../arithmetic.ts';
import type { Journal } from '../contract.ts';
import { createRandom, type Random, shuffle } from '../random.ts';
import { classWeights } from './classes.ts';
import { createLayers, type Layer, type ListBatch, listwiseGradients, logits } from './network.ts';
import { drawSeen } from './seen.ts';

export interface RankerSettings {
  readonly hidden: readonly number[];
  /** candidates of a list in a step: the right ones and random others */
  readonly listLength: number;
  /** candidates of a list that are kept for steps to draw from: others in each epoch, so that one list teaches more */
  readonly kept: number;
  readonly batch: number;
  readonly epochs: number;
  readonly rate: number;
  readonly dropout: number;
  readonly warmUp: number;
  /** share of lists held out to stop early */
  readonly heldOut: number;
  /** categorical that tells classes of lists apart: rare classes weigh more, by the root of how rare they are; absent: none do */
  readonly classesBy?: number | undefined;
  /** networks that differ by their seeds alone and rank by their mean, as one network; 1 where it is left out */
  readonly committee?: number | undefined;
  /** feature that some lists have above 0 and others below, z-scored: the former get a network of their own, with these layers */
  readonly apart?: { readonly by: number; readonly hidden: readonly number[] } | undefined;
}

export const DEFAULT_RANKER: RankerSettings = {
  hidden: [64, 32],
  listLength: 64,
  kept: 150,
  batch: 128,
  epochs: 8,
  rate: 2e-3,
  dropout: 0.1,
  warmUp: 50,
  heldOut: 0.08,
};

/**
 * Lists of one length with their right candidates first: what the funnel scored when what came next was known, already
 * standardised by the funnel's own function.
 */
export interface RankingLists {
  readonly features: number;
  readonly length: number;
  /** row-major `lists x length x features` */
  readonly values: Float32Array;
  /** row-major `lists x length x categoricals`, for rankers that read them */
  readonly categories?: Uint16Array;
  /** candidates that are real; the rest of a list is padding */
  readonly real: Uint32Array;
  /** of those, how many are right: 1 at least */
  readonly right: Uint32Array;
  /** absent: all lists are drawn from candidates */
  readonly seen?: SeenLists;
}

/** Which lists are slates that a shopper has seen: their other rows were seen and not chosen. */
export interface SeenLists {
  /** by list: 1 where it is one */
  readonly isSeen: Uint8Array;
  /** row-major `lists x length`: what a right row of a seen list is worth */
  readonly worth: Float32Array;
}

export interface TrainedRanker {
  readonly layers: readonly Layer[];
  readonly metrics: {
    readonly lists: number;
    readonly epochs: number;
    readonly heldOutLoss: number;
    /** lists of a kind that has a network of its own */
    readonly ownLists?: number;
  };
}

export interface RankerTools {
  readonly arithmetic: Arithmetic;
  readonly journal: Journal;
}

/** @returns undefined where there are too few lists to learn from */
export function trainRanker(
  lists: RankingLists,
  settings: RankerSettings & { seed: number },
  { arithmetic, journal }: RankerTools,
): TrainedRanker | undefined {
  const count = lists.real.length;
  if (count < 50) return undefined;
  const random = createRandom(settings.seed);
  const order = shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    random,
  );
  const aside = Math.max(8, Math.floor(count * settings.heldOut));
  const held = order.slice(0, aside);
  const train = order.slice(aside);
  const weights = classWeights(lists, train, settings.classesBy);
  const layers = createLayers([lists.features, ...settings.hidden, 1], random);
  const optimisers = layers.map((layer) => ({
    weights: new Adam(layer.weights),
    bias: new Adam(layer.bias),
  }));
  const steps = Math.ceil(train.length / settings.batch) * settings.epochs;
  let best = { loss: Number.POSITIVE_INFINITY, layers: copyLayers(layers), epoch: 0 };
  let step = 0;
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    shuffle(train, random);
    let loss = 0;
    for (let from = 0; from < train.length; from += settings.batch) {
      const picked = train.subarray(from, from + settings.batch);
      const batch = drawBatch(lists, { picked, settings, random, weights });
      const gradients = listwiseGradients(arithmetic, layers, batch);
      const warm = { warmUp: Math.min(settings.warmUp, steps / 5), floor: 0.02 };
      const adam = { rate: settings.rate * schedule(step++, steps, warm), beta1: 0.9, beta2: 0.999 };
      optimisers.forEach((optimiser, l) => {
        optimiser.weights.update(0, gradients.weights[l]!, 0, adam);
        optimiser.bias.update(0, gradients.bias[l]!, 0, adam);
      });
      loss += gradients.loss * picked.length;
      journal.stage('train ranker', step, steps);
    }
    const heldOutLoss = measure(lists, { picked: held, layers, arithmetic });
    journal.log('ranker epoch', { epoch, loss: loss / train.length, heldOutLoss });
    if (heldOutLoss < best.loss) best = { loss: heldOutLoss, layers: copyLayers(layers), epoch };
    else if (epoch - best.epoch >= 3) break;
  }
  journal.stage('train ranker', steps, steps);
  const metrics = { lists: count, epochs: best.epoch, heldOutLoss: best.loss };
  return { layers: best.layers, metrics };
}

const copyLayers = (layers: readonly Layer[]): Layer[] =>
  layers.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() }));

export interface Moments {
  readonly means: Float32Array;
  readonly deviations: Float32Array;
}

/** Mean and standard deviation of each feature over real candidates; a feature that never varies has deviation 0. */
export function moments({ features, length, values, real }: RankingLists): Moments {
  const sum = new Float64Array(features);
  const square = new Float64Array(features);
  let rows = 0;
  for (let l = 0; l < real.length; l++)
    for (let c = 0; c < real[l]!; c++) {
      const at = (l * length + c) * features;
      for (let f = 0; f < features; f++) {
        const value = values[at + f]!;
        sum[f]! += value;
        square[f]! += value * value;
      }
      rows++;
    }
  const means = Float32Array.from(sum, (total) => total / rows);
  const deviations = Float32Array.from(square, (total, f) => {
    const variance = total / rows - (sum[f]! / rows) ** 2;
    return variance > 1e-10 ? Math.sqrt(variance) : 0;
  });
  return { means, deviations };
}

interface Draw {
  readonly picked: Uint32Array;
  readonly settings: RankerSettings;
  readonly random: Random;
  /** by list */
  readonly weights: Float32Array;
}

/** The right ones and random others of each picked list; a list shorter than `listLength` repeats its others. */
function drawBatch(lists: RankingLists, { picked, settings, random, weights }: Draw): ListBatch {
  const length = Math.min(settings.listLength, lists.length);
  const features = new Float32Array(picked.length * length * lists.features);
  const truth = new Float32Array(picked.length * length);
  const shut = lists.seen && new Float32Array(picked.length * length);
  picked.forEach((list, p) => {
    const drawn = drawSeen(lists, list, length);
    if (drawn) {
      drawn.at.forEach((at, c) => {
        features.set(rowOf(lists, list, at), (p * length + c) * lists.features);
        truth[p * length + c] = weights[list]! * drawn.truth[c]!;
      });
      shut?.set(drawn.shut, p * length);
      return;
    }
    // Right ones take a quarter of a step's list at most: what they are told apart from matters as much.
    const right = Math.min(lists.right[list]!, Math.max(1, length >> 2));
    const others = lists.real[list]! - lists.right[list]!;
    for (let c = 0; c < length; c++) {
      const candidate = c < right ? c : lists.right[list]! + drawOther(c - right, { others, length, random });
      features.set(
        rowOf(lists, list, Math.min(candidate, lists.real[list]! - 1)),
        (p * length + c) * lists.features,
      );
    }
    truth.fill(weights[list]! * shareOf(right), p * length, p * length + right);
  });
  const width = settings.hidden[0]!;
  const mask = new Float32Array(picked.length * length * width);
  const kept = 1 / (1 - settings.dropout);
  for (let i = 0; i < mask.length; i++) mask[i] = random.next() < settings.dropout ? 0 : kept;
  return { features, lists: picked.length, length, truth, mask, ...(shut ? { shut } : {}) };
}

/** Of the loss of a list with several right ones: a list of n weighs as sqrt(n) lists of one. */
const shareOf = (right: number): number => 1 / Math.sqrt(right);

/** Where all fit, each comes once: then the step sees the very list that is served. */
function drawOther(
  at: number,
  { others, length, random }: { others: number; length: number; random: Random },
): number {
  return others < length ? at % Math.max(1, others) : random.below(others);
}

function rowOf({ values, features, length }: RankingLists, list: number, candidate: number): Float32Array {
  const from = (list * length + candidate) * features;
  return values.subarray(from, from + features);
}

/** Mean cross-entropy over whole lists, without dropout. */
function measure(
  lists: RankingLists,
  at: { picked: Uint32Array; layers: readonly Layer[]; arithmetic: Arithmetic },
): number {
  let loss = 0;
  for (const list of at.picked) {
    const real = lists.real[list]!;
    const from = list * lists.length * lists.features;
    const scores = logits(
      at.arithmetic,
      at.layers,
      lists.values.subarray(from, from + real * lists.features),
    );
    const most = scores.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
    const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
    const right = lists.right[list]!;
    for (let r = 0; r < right; r++)
      loss += (shareOf(right) * (Math.log(sum) + most - scores[r]!)) / at.picked.length;
  }
  return loss;
}
