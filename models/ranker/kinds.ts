import { sumOf } from './merge.ts';
import type { Layer } from './network.ts';

/** What a question of some kind has added to all its logits. */
export interface Addition {
  /** an input that tells the kind: the same in all rows of a question */
  readonly input: number;
  /** its value in questions of the kind, and in all others, which is lower */
  readonly on: number;
  readonly off: number;
  readonly adds: number;
}

/**
 * The same network with so much added: a unit each, open where the input is on, that hidden layers pass on. What an addition comes
 * to is in its own column, so that the last layer weighs it by as much as its largest weight: integers hold all others, and the
 * addition, as if they were alone. It is added last, so that within one kind of question no order changes, but for ties that
 * floats make.
 * @param layers with a hidden layer at least
 */
export function withAdditions(layers: readonly Layer[], additions: readonly Addition[]): readonly Layer[] {
  const open = additions.filter(({ adds }) => adds !== 0);
  return open.length === 0 ? layers : sumOf([layers, passing(layers, open)]);
}

function passing(layers: readonly Layer[], additions: readonly Addition[]): Layer[] {
  const [first] = layers as [Layer];
  const units = additions.length;
  const most = mostOf(layers[layers.length - 1]!.weights) || 1;
  const isDeep = layers.length > 2;
  const enters = layer(first.inputs, units);
  const gains = additions.map(({ input, on, off, adds }, unit) => {
    const wanted = Math.abs(adds) / most;
    // A row with one scale for all units must not be made coarser for the others.
    const row = first.weights.subarray(input * first.outputs, (input + 1) * first.outputs);
    const slope = (isDeep && first.scale === 'row' && mostOf(row)) || wanted / (on - off);
    enters.weights[input * units + unit] = slope;
    enters.bias[unit] = -slope * off;
    return wanted / (slope * (on - off));
  });
  return layers.map((_, l) => {
    if (l === 0) return enters;
    const isLast = l === layers.length - 1;
    const own = layer(units, isLast ? 1 : units);
    additions.forEach(({ adds }, unit) => {
      if (isLast) own.weights[unit] = Math.sign(adds) * most;
      else own.weights[unit * units + unit] = l === 1 ? gains[unit]! : 1;
    });
    return own;
  });
}

const layer = (inputs: number, outputs: number): Layer => ({
  inputs,
  outputs,
  weights: new Float32Array(inputs * outputs),
  bias: new Float32Array(outputs),
});

const mostOf = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
