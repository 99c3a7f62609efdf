import { Adam, schedule } from '../../adam.ts';
import type { Arithmetic } from '../../arithmetic.ts';
import { createRandom, type Random, shuffle } from '../../random.ts';
import { classWeights } from '../classes.ts';
import { crossEntropy } from '../network.ts';
import { busiestFirst } from '../order.ts';
import { drawSeen } from '../seen.ts';
import type { RankerTools, RankingLists } from '../train.ts';
import { type FoldedDeep, fold } from './fold.ts';
import {
  backward,
  copyDeep,
  createDeep,
  type DeepNetwork,
  type DeepRows,
  forward,
  parametersOf,
} from './network.ts';

export interface DeepSettings {
  readonly hidden: readonly number[];
  /** of a category's vector */
  readonly dims: number;
  /** candidates of a list in a step: the right ones and random others */
  readonly listLength: number;
  /** lists of a step */
  readonly batch: number;
  readonly epochs: number;
  /** epochs without a better held-out loss before it stops */
  readonly patience: number;
  readonly rate: number;
  readonly dropout: number;
  readonly warmUp: number;
  /** share of lists held out to stop early */
  readonly heldOut: number;
  /** below it a small network does as well, in a tenth of the time: none is trained */
  readonly leastLists: number;
  /** lists that are learned from at most */
  readonly mostLists: number;
  /** categorical that tells classes of lists apart: rare classes weigh more, by the root of how rare they are */
  readonly classesBy: number | undefined;
}

export const DEFAULT_DEEP: DeepSettings = {
  hidden: [512, 256, 128],
  dims: 16,
  listLength: 32,
  batch: 48,
  epochs: 12,
  patience: 3,
  rate: 1e-3,
  dropout: 0.3,
  warmUp: 50,
  heldOut: 0.1,
  leastLists: 3000,
  mostLists: 5000,
  classesBy: undefined,
};

export interface TrainedDeep {
  readonly network: FoldedDeep;
  readonly metrics: { readonly lists: number; readonly epochs: number; readonly heldOutLoss: number };
}

/**
 * Trains the deep ranker on lists with their right candidates first; the best epoch is kept. A position that the lists
 * tell is an input like the others, so that what a lower place costs is learned apart from the item.
 * @returns undefined where there are too few lists to learn from
 */
export function trainDeep(
  lists: RankingLists,
  settings: DeepSettings & { seed: number; vocabularies: readonly number[] },
  { arithmetic, journal }: RankerTools,
): TrainedDeep | undefined {
  const random = createRandom(settings.seed);
  const order = shuffle(
    Uint32Array.from({ length: lists.real.length }, (_, i) => i),
    random,
  ).subarray(0, settings.mostLists);
  if (order.length < settings.leastLists) return undefined;
  const aside = Math.max(8, Math.floor(order.length * settings.heldOut));
  const held = order.slice(0, aside);
  const train = order.slice(aside);
  const { dims, hidden, vocabularies } = settings;
  const network = createDeep({ dense: lists.features, vocabularies, dims, hidden }, random);
  const parameters = parametersOf(network);
  const adams = parameters.map(
    (values, p) => new Adam(values, p < vocabularies.length ? dims : values.length),
  );
  const weights = classWeights(lists, train, settings.classesBy);
  const steps = Math.ceil(train.length / settings.batch) * settings.epochs;
  const warm = { warmUp: Math.min(settings.warmUp, steps / 5), floor: 0.02 };
  let best = { loss: Number.POSITIVE_INFINITY, network: copyDeep(network), epoch: 0 };
  let step = 0;
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    shuffle(train, random);
    let loss = 0;
    for (let from = 0; from < train.length; from += settings.batch) {
      const picked = train.subarray(from, from + settings.batch);
      const adam = { rate: settings.rate * schedule(step++, steps, warm), beta1: 0.9, beta2: 0.999 };
      const made = slopesOf({ lists, picked, settings, random, arithmetic, network, weights });
      made.slopes.forEach((slope, p) => {
        updateParameter(adams[p]!, slope, p < vocabularies.length ? dims : slope.length, adam);
      });
      loss += (made.loss * picked.length) / train.length;
      journal.stage('train deep ranker', step, steps);
    }
    const heldOutLoss = measureDeep(lists, held, { arithmetic, network });
    journal.log('deep ranker epoch', { epoch, loss, heldOutLoss });
    if (heldOutLoss < best.loss) best = { loss: heldOutLoss, network: copyDeep(network), epoch };
    else if (epoch - best.epoch >= settings.patience) break;
  }
  journal.stage('train deep ranker', steps, steps);
  const metrics = { lists: order.length, epochs: best.epoch, heldOutLoss: best.loss };
  return { network: inOrder(best.network, { lists, held, arithmetic }), metrics };
}

/** Rows that say which units are busy. */
const MOST_SAMPLED = 2048;

/** As it ships, its units in the order of how often rows of the lists that were held out open them. */
function inOrder(
  network: DeepNetwork,
  { lists, held, arithmetic }: { lists: RankingLists; held: Uint32Array; arithmetic: Arithmetic },
): FoldedDeep {
  const each = Math.max(1, Math.floor(MOST_SAMPLED / held.length));
  const chosen = Array.from(held, (list) =>
    Array.from({ length: Math.min(each, lists.real[list]!) }, (_, at) => {
      // Spread over the list: its right ones come first.
      const row = Math.floor((at * lists.real[list]!) / Math.min(each, lists.real[list]!));
      return list * lists.length + row;
    }),
  ).flat();
  const [first] = forward(arithmetic, network, rowsOf(lists, Uint32Array.from(chosen))).steps;
  const folded = fold(network);
  return { ...folded, layers: busiestFirst(folded.layers, first!.inputs) };
}

/** Rows of zeros are left alone: a category that no list held keeps its moments. */
function updateParameter(
  adam: Adam,
  slope: Float32Array,
  width: number,
  settings: { rate: number; beta1: number; beta2: number },
): void {
  for (let row = 0; row * width < slope.length; row++) {
    if (width < slope.length && slope.subarray(row * width, (row + 1) * width).every((value) => value === 0))
      continue;
    adam.update(row, slope, row * width, settings);
  }
}

interface StepParts {
  readonly lists: RankingLists;
  readonly picked: Uint32Array;
  readonly settings: DeepSettings;
  readonly random: Random;
  readonly arithmetic: Arithmetic;
  readonly network: DeepNetwork;
  readonly weights: Float32Array;
}

function slopesOf(parts: StepParts): { loss: number; slopes: Float32Array[] } {
  const { lists, picked, settings, random, arithmetic, network, weights } = parts;
  const length = Math.min(settings.listLength, lists.length);
  const chosen = new Uint32Array(picked.length * length);
  const truth = new Float32Array(chosen.length);
  const shut = new Float32Array(chosen.length);
  picked.forEach((list, p) => {
    const drawn = drawSeen(lists, list, length);
    if (drawn) {
      drawn.at.forEach((at, c) => {
        chosen[p * length + c] = list * lists.length + at;
        truth[p * length + c] = weights[list]! * drawn.truth[c]!;
      });
      shut.set(drawn.shut, p * length);
      return;
    }
    // Right ones take a quarter of a step's list at most: what they are told apart from matters as much.
    const right = Math.min(lists.right[list]!, Math.max(1, length >> 2));
    const others = lists.real[list]! - lists.right[list]!;
    for (let c = 0; c < length; c++) {
      const other = others <= length ? (c - right) % Math.max(1, others) : random.below(others);
      const at = c < right ? c : Math.min(lists.right[list]! + other, lists.real[list]! - 1);
      chosen[p * length + c] = list * lists.length + at;
    }
    truth.fill(weights[list]! / Math.sqrt(right), p * length, p * length + right);
  });
  const rows = rowsOf(lists, chosen);
  const way = forward(arithmetic, network, rows, { share: settings.dropout, random });
  const open = lists.seen ? way.logits.map((logit, at) => logit + shut[at]!) : way.logits;
  const { loss, slope } = crossEntropy(softmax(open, length), { truth, lists: picked.length, length });
  return { loss, slopes: backward(arithmetic, network, { rows, way, slope }) };
}

function rowsOf(lists: RankingLists, chosen: Uint32Array): DeepRows {
  const { features, values, categories } = lists;
  const width = categories === undefined ? 0 : categories.length / (lists.real.length * lists.length);
  const rows = {
    features: new Float32Array(chosen.length * features),
    categories: new Uint16Array(chosen.length * width),
  };
  chosen.forEach((from, to) => {
    rows.features.set(values.subarray(from * features, (from + 1) * features), to * features);
    if (categories) rows.categories.set(categories.subarray(from * width, (from + 1) * width), to * width);
  });
  return rows;
}

function softmax(logits: Float32Array, length: number): Float32Array {
  const out = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += length) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + length; i++) most = Math.max(most, logits[i]!);
    let sum = 0;
    for (let i = from; i < from + length; i++) {
      out[i] = Math.exp(logits[i]! - most);
      sum += out[i]!;
    }
    for (let i = from; i < from + length; i++) out[i] = out[i]! / sum;
  }
  return out;
}

/** Mean cross-entropy over whole lists as the network is used. */
function measureDeep(
  lists: RankingLists,
  picked: Uint32Array,
  { arithmetic, network }: { arithmetic: Arithmetic; network: DeepNetwork },
): number {
  let loss = 0;
  for (const list of picked) {
    const real = lists.real[list]!;
    const chosen = Uint32Array.from({ length: real }, (_, at) => list * lists.length + at);
    const own = forward(arithmetic, network, rowsOf(lists, chosen)).logits;
    const chance = softmax(own, real);
    const answers = lists.right[list]!;
    for (let at = 0; at < answers; at++)
      loss -= Math.log(Math.max(chance[at]!, 1e-30)) / (Math.sqrt(answers) * picked.length);
  }
  return loss;
}
