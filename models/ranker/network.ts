import type { Arithmetic, Matrix } from '../arithmetic.ts';
import type { Random } from '../random.ts';

/** A multilayer perceptron with ReLU between its layers and one logit out. `weights` are `[inputs][outputs]`. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** how integers hold the weights: with a scale an output, or an input (`row`) where one is far larger than the others */
  readonly scale?: 'row';
}

/** He initialisation; the last layer starts small, so that training starts from an even list. */
export function createLayers(sizes: readonly number[], random: Random): Layer[] {
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l]!;
    const spread = Math.sqrt(2 / inputs) * (l === sizes.length - 2 ? 0.1 : 1);
    const weights = Float32Array.from({ length: inputs * outputs }, () => random.normal() * spread);
    return { inputs, outputs, weights, bias: new Float32Array(outputs) };
  });
}

export interface Gradients {
  /** mean loss over the lists */
  readonly loss: number;
  readonly weights: readonly Float32Array[];
  readonly bias: readonly Float32Array[];
}

export interface ListBatch {
  /** row-major `lists * length x inputs`, z-scored */
  readonly features: Float32Array;
  readonly lists: number;
  readonly length: number;
  /** by row: its share of its list's loss, 0 where it is wrong; one right row of a list has 1 */
  readonly truth: Float32Array;
  /** inverted dropout of the first hidden layer, `rows x outputs`; absent: none */
  readonly mask?: Float32Array;
  /** by row, added to its logit: 0, or `SHUT` where the row is padding that must not count; absent: all count */
  readonly shut?: Float32Array;
}

/**
 * Loss and gradients of the listwise softmax cross-entropy (ListNet, Cao et al. 2007): -sum(truth * ln p) of each list.
 * Backward products transpose explicitly: see Arithmetic.
 */
export function listwiseGradients(a: Arithmetic, layers: readonly Layer[], batch: ListBatch): Gradients {
  return a.scope(() => {
    const rows = batch.lists * batch.length;
    const weights = layers.map((l) => a.matrix(l.weights, l.inputs, l.outputs));
    const mask = batch.mask && a.matrix(batch.mask, rows, layers[0]!.outputs);
    const inputs: Matrix[] = [a.matrix(batch.features, rows, layers[0]!.inputs)];
    layers.forEach((layer, l) => {
      const summed = a.add(a.multiply(inputs[l]!, weights[l]!), a.matrix(layer.bias, 1, layer.outputs));
      const last = l === layers.length - 1;
      const active = last ? summed : a.relu(summed);
      inputs.push(l === 0 && mask && !last ? a.times(active, mask) : active);
    });
    const summed = a.reshape(inputs[layers.length]!, batch.lists, batch.length);
    const chosen = a.softmax(
      batch.shut ? a.add(summed, a.matrix(batch.shut, batch.lists, batch.length)) : summed,
    );
    const { loss, slope } = crossEntropy(a.read(chosen), batch);
    return { loss, ...backward(a, { layers, weights, inputs, mask }, a.matrix(slope, rows, 1)) };
  });
}

interface Forward {
  readonly layers: readonly Layer[];
  readonly weights: readonly Matrix[];
  readonly inputs: readonly Matrix[];
  readonly mask: Matrix | undefined;
}

function backward(a: Arithmetic, f: Forward, top: Matrix): Omit<Gradients, 'loss'> {
  const weights: Float32Array[] = [];
  const bias: Float32Array[] = [];
  const ones = a.matrix(new Float32Array(top.rows).fill(1), 1, top.rows);
  let slope = top;
  for (let l = f.layers.length - 1; l >= 0; l--) {
    weights[l] = a.read(a.multiply(a.transpose(f.inputs[l]!), slope));
    bias[l] = a.read(a.multiply(ones, slope));
    if (l === 0) break;
    const below = a.multiply(slope, a.transpose(f.weights[l]!));
    slope = a.times(below, a.positive(f.inputs[l]!));
    if (l === 1 && f.mask) slope = a.times(slope, f.mask);
  }
  return { weights, bias };
}

/** @returns mean loss, and its slope by logit: (sum(truth) * probability - truth) / lists */
export function crossEntropy(
  chosen: Float32Array,
  { truth, lists, length }: Pick<ListBatch, 'truth' | 'lists' | 'length'>,
): { loss: number; slope: Float32Array } {
  const slope = new Float32Array(chosen.length);
  let loss = 0;
  for (let l = 0; l < lists; l++) {
    let total = 0;
    for (let at = l * length; at < (l + 1) * length; at++) total += truth[at]!;
    for (let at = l * length; at < (l + 1) * length; at++) {
      if (truth[at]! > 0) loss -= (truth[at]! * Math.log(Math.max(chosen[at]!, 1e-30))) / lists;
      slope[at] = (total * chosen[at]! - truth[at]!) / lists;
    }
  }
  return { loss, slope };
}

/** Logits of some rows, without dropout. */
export function logits(a: Arithmetic, layers: readonly Layer[], features: Float32Array): Float32Array {
  return a.scope(() => {
    let x = a.matrix(features, features.length / layers[0]!.inputs, layers[0]!.inputs);
    layers.forEach((layer, l) => {
      const weights = a.matrix(layer.weights, layer.inputs, layer.outputs);
      const summed = a.add(a.multiply(x, weights), a.matrix(layer.bias, 1, layer.outputs));
      x = l === layers.length - 1 ? summed : a.relu(summed);
    });
    return a.read(x);
  });
}
