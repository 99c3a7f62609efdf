import type { Arithmetic } from '../../arithmetic.ts';
import type { Random } from '../../random.ts';

/**
 * The deep ranker in training: a learned vector for each category, dense layers with batch normalisation (Ioffe and
 * Szegedy 2015), ReLU and dropout between them, one logit out. Parameters are plain arrays under a name each.
 */
export interface DeepShape {
  /** dense inputs */
  readonly dense: number;
  /** sizes of the categories' vocabularies */
  readonly vocabularies: readonly number[];
  /** of a category's vector */
  readonly dims: number;
  readonly hidden: readonly number[];
}

/** One hidden layer: weights `[inputs][outputs]`; gain and shift of the normalised sums, which need no bias. */
export interface HiddenLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly gain: Float32Array;
  readonly shift: Float32Array;
  /** running mean and variance of the sums: what stands for the batch's own when the network is used */
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface DeepNetwork {
  readonly shape: DeepShape;
  readonly embeddings: readonly Float32Array[];
  readonly layers: readonly HiddenLayer[];
  /** last layer: `[inputs]` and one bias */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

const EPSILON = 1e-5;
/** Share of the running averages that a batch replaces. */
const MOMENTUM = 0.1;

export function createDeep(shape: DeepShape, random: Random): DeepNetwork {
  const normal = (length: number, spread: number): Float32Array =>
    Float32Array.from({ length }, () => random.normal() * spread);
  const sizes = [shape.dense + shape.dims * shape.vocabularies.length, ...shape.hidden];
  return {
    shape,
    embeddings: shape.vocabularies.map((size) => normal(size * shape.dims, 0.05)),
    layers: shape.hidden.map((outputs, l) => ({
      inputs: sizes[l]!,
      outputs,
      weights: normal(sizes[l]! * outputs, Math.sqrt(2 / sizes[l]!)),
      gain: new Float32Array(outputs).fill(1),
      shift: new Float32Array(outputs),
      mean: new Float32Array(outputs),
      variance: new Float32Array(outputs).fill(1),
    })),
    weights: normal(sizes.at(-1)!, 0.1 * Math.sqrt(2 / sizes.at(-1)!)),
    bias: new Float32Array(1),
  };
}

/** Everything that is learned, in one fixed order. */
export function parametersOf(network: DeepNetwork): Float32Array[] {
  const { embeddings, layers, weights, bias } = network;
  return [
    ...embeddings,
    ...layers.flatMap((layer) => [layer.weights, layer.gain, layer.shift]),
    ...[weights, bias],
  ];
}

/** A copy of its own, running averages and all. */
export const copyDeep = (network: DeepNetwork): DeepNetwork => ({
  ...network,
  embeddings: network.embeddings.map((values) => values.slice()),
  layers: network.layers.map((layer) => ({
    ...layer,
    weights: layer.weights.slice(),
    gain: layer.gain.slice(),
    shift: layer.shift.slice(),
    mean: layer.mean.slice(),
    variance: layer.variance.slice(),
  })),
  weights: network.weights.slice(),
  bias: network.bias.slice(),
});

export interface DeepRows {
  /** row-major `rows x dense`, z-scored */
  readonly features: Float32Array;
  /** row-major `rows x vocabularies` */
  readonly categories: Uint16Array;
}

interface Step {
  /** inputs of the layer */
  readonly inputs: Float32Array;
  /** normalised sums, and 1 / deviation by unit */
  readonly normalised: Float32Array;
  readonly inverse: Float32Array;
  /** 0 where the unit was shut or dropped, else what it was multiplied with */
  readonly open: Float32Array;
}

export interface Forward {
  readonly logits: Float32Array;
  readonly steps: readonly Step[];
  readonly last: Float32Array;
}

/**
 * @param dropping of units, in training: then sums are normalised by the batch and running averages move; undefined: the
 * network as it is used
 */
export function forward(
  a: Arithmetic,
  network: DeepNetwork,
  rows: DeepRows,
  dropping?: { readonly share: number; readonly random: Random },
): Forward {
  const count = rows.features.length / network.shape.dense;
  let x = joined(network, rows, count);
  const steps: Step[] = [];
  for (const layer of network.layers) {
    const sums = product(a, x, layer.weights, { rows: count, inner: layer.inputs, columns: layer.outputs });
    const step = { inputs: x, ...activate(layer, sums, dropping) };
    steps.push(step);
    x = sums;
  }
  const inner = network.weights.length;
  const logits = product(a, x, network.weights, { rows: count, inner, columns: 1 });
  for (let r = 0; r < count; r++) logits[r]! += network.bias[0]!;
  return { logits, steps, last: x };
}

/** Dense inputs, then each category's vector. */
function joined({ shape, embeddings }: DeepNetwork, rows: DeepRows, count: number): Float32Array {
  const { dense, dims, vocabularies } = shape;
  const width = dense + dims * vocabularies.length;
  const x = new Float32Array(count * width);
  for (let r = 0; r < count; r++) {
    x.set(rows.features.subarray(r * dense, (r + 1) * dense), r * width);
    for (let k = 0; k < vocabularies.length; k++) {
      const category = rows.categories[r * vocabularies.length + k]!;
      const vector = embeddings[k]!.subarray(category * dims, (category + 1) * dims);
      x.set(vector, r * width + dense + k * dims);
    }
  }
  return x;
}

/** Sums become activations, in place. */
function activate(
  layer: HiddenLayer,
  sums: Float32Array,
  dropping: { readonly share: number; readonly random: Random } | undefined,
): Omit<Step, 'inputs'> {
  const { outputs, gain, shift } = layer;
  const { mean, inverse } = dropping === undefined ? kept(layer) : ofBatch(layer, sums);
  const normalised = new Float32Array(sums.length);
  const open = new Float32Array(sums.length);
  const stays = dropping === undefined ? 1 : 1 / (1 - dropping.share);
  for (let at = 0; at < sums.length; at++) {
    const unit = at % outputs;
    const value = (sums[at]! - mean[unit]!) * inverse[unit]!;
    normalised[at] = value;
    const y = gain[unit]! * value + shift[unit]!;
    const drops = dropping !== undefined && dropping.share > 0 && dropping.random.next() < dropping.share;
    open[at] = y > 0 && !drops ? stays : 0;
    sums[at] = y > 0 ? y * open[at]! : 0;
  }
  return { normalised, inverse, open };
}

const kept = ({ mean, variance }: HiddenLayer) => ({
  mean,
  inverse: variance.map((value) => 1 / Math.sqrt(value + EPSILON)),
});

/** Mean and deviation of the batch's sums by unit; the running ones move towards them. */
function ofBatch(layer: HiddenLayer, sums: Float32Array): { mean: Float32Array; inverse: Float32Array } {
  const { outputs } = layer;
  const rows = sums.length / outputs;
  const sum = new Float64Array(outputs);
  const square = new Float64Array(outputs);
  for (let at = 0; at < sums.length; at++) {
    const value = sums[at]!;
    sum[at % outputs]! += value;
    square[at % outputs]! += value * value;
  }
  const mean = Float32Array.from(sum, (total) => total / rows);
  const variance = Float32Array.from(square, (total, unit) => Math.max(0, total / rows - mean[unit]! ** 2));
  for (let unit = 0; unit < outputs; unit++) {
    layer.mean[unit]! += MOMENTUM * (mean[unit]! - layer.mean[unit]!);
    layer.variance[unit]! += MOMENTUM * (variance[unit]! - layer.variance[unit]!);
  }
  return { mean, inverse: variance.map((value) => 1 / Math.sqrt(value + EPSILON)) };
}

/** @param slope of the logits @returns slopes of `parametersOf`, in its order */
export function backward(
  a: Arithmetic,
  network: DeepNetwork,
  { rows, way, slope }: { rows: DeepRows; way: Forward; slope: Float32Array },
): Float32Array[] {
  const count = slope.length;
  const width = network.weights.length;
  const ofWeights = turnedProduct(a, way.last, slope, { rows: count, inner: width, columns: 1 });
  const ofBias = Float32Array.of(slope.reduce((sum, value) => sum + value, 0));
  let down = new Float32Array(count * width);
  for (let r = 0; r < count; r++)
    for (let i = 0; i < width; i++) down[r * width + i] = slope[r]! * network.weights[i]!;
  const ofLayers: Float32Array[][] = [];
  for (let l = network.layers.length - 1; l >= 0; l--) {
    const layer = network.layers[l]!;
    const step = way.steps[l]!;
    const { gain, shift } = throughActivation(layer, step, down);
    const size = { rows: count, inner: layer.inputs, columns: layer.outputs };
    ofLayers.unshift([turnedProduct(a, step.inputs, down, size), gain, shift]);
    const turned = transposed(layer.weights, layer.inputs, layer.outputs);
    down = product(a, down, turned, { rows: count, inner: layer.outputs, columns: layer.inputs });
  }
  return [...throughVectors(network, rows, down), ...ofLayers.flat(), ofWeights, ofBias];
}

/** Slopes of activations become those of the sums, in place. @returns slopes of gain and shift */
function throughActivation(
  { outputs, gain }: HiddenLayer,
  { normalised, inverse, open }: Step,
  down: Float32Array,
): { gain: Float32Array; shift: Float32Array } {
  const rows = down.length / outputs;
  const ofGain = new Float64Array(outputs);
  const ofShift = new Float64Array(outputs);
  for (let at = 0; at < down.length; at++) {
    const slope = down[at]! * open[at]!;
    down[at] = slope;
    ofGain[at % outputs]! += slope * normalised[at]!;
    ofShift[at % outputs]! += slope;
  }
  // d/dx of (x - mean) / deviation over a batch: what a unit shares with the batch's mean and scale falls away.
  for (let at = 0; at < down.length; at++) {
    const unit = at % outputs;
    const shared = (ofShift[unit]! + normalised[at]! * ofGain[unit]!) / rows;
    down[at] = gain[unit]! * inverse[unit]! * (down[at]! - shared);
  }
  return { gain: Float32Array.from(ofGain), shift: Float32Array.from(ofShift) };
}

function throughVectors(
  { shape, embeddings }: DeepNetwork,
  rows: DeepRows,
  down: Float32Array,
): Float32Array[] {
  const { dense, dims, vocabularies } = shape;
  const width = dense + dims * vocabularies.length;
  const slopes = embeddings.map((values) => new Float32Array(values.length));
  for (let r = 0; r * width < down.length; r++)
    for (let k = 0; k < vocabularies.length; k++) {
      const to = rows.categories[r * vocabularies.length + k]! * dims;
      const from = r * width + dense + k * dims;
      for (let d = 0; d < dims; d++) slopes[k]![to + d]! += down[from + d]!;
    }
  return slopes;
}

interface Size {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** x w, `rows x columns`. */
function product(a: Arithmetic, x: Float32Array, w: Float32Array, size: Size): Float32Array<ArrayBuffer> {
  const { rows, inner, columns } = size;
  const made = a.scope(() => a.read(a.multiply(a.matrix(x, rows, inner), a.matrix(w, inner, columns))));
  return Float32Array.from(made);
}

/** x' y, `inner x columns`. */
function turnedProduct(a: Arithmetic, x: Float32Array, y: Float32Array, size: Size): Float32Array {
  const { rows, inner, columns } = size;
  return a.scope(() =>
    a.read(a.multiply(a.transpose(a.matrix(x, rows, inner)), a.matrix(y, rows, columns))).slice(),
  );
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  return out;
}
