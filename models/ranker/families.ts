import type { Layer } from './network.ts';
import {
  type RankerSettings,
  type RankerTools,
  type RankingLists,
  type TrainedRanker,
  trainRanker,
} from './train.ts';

/** What tells two kinds of lists apart. */
export interface Gate {
  /** an input with one value in all rows of one kind, above 0, and another below 0 in all rows of the other kind */
  readonly input: number;
  /** the most that an input may be, whatever its sign */
  readonly most: number;
}

/**
 * Two networks in place of one, each taught by the lists of its own kind and half as wide, laid side by side: a shopper who
 * arrives and a cart that wants completing teach each other little, and the one with more right answers drowns the other.
 * @param lists standardised
 * @returns a network of the size that `settings.hidden` says; undefined where a kind has too few lists
 */
export function trainFamilies(
  lists: RankingLists,
  settings: RankerSettings & { seed: number },
  { gate, tools }: { readonly gate: Gate; readonly tools: RankerTools },
): TrainedRanker | undefined {
  const value = (list: number): number => lists.values[list * lists.length * lists.features + gate.input]!;
  const all = [...lists.real.keys()];
  const kinds = [all.filter((list) => value(list) > 0), all.filter((list) => value(list) < 0)];
  const half = { ...settings, hidden: settings.hidden.map((width) => width >> 1) };
  const trained = kinds.map((own) => trainRanker(pickLists(lists, own), half, tools));
  const [first, second] = trained;
  if (first === undefined || second === undefined) return undefined;
  const [above, below] = kinds.map(([list]) => value(list!)) as [number, number];
  const share = kinds[0]!.length / all.length;
  return {
    layers: sideBySide(
      [
        { layers: first.layers, open: above, shut: below },
        { layers: second.layers, open: below, shut: above },
      ],
      gate,
    ),
    metrics: {
      lists: first.metrics.lists + second.metrics.lists,
      epochs: Math.max(first.metrics.epochs, second.metrics.epochs),
      heldOutLoss: share * first.metrics.heldOutLoss + (1 - share) * second.metrics.heldOutLoss,
    },
  };
}

function pickLists({ features, length, values, real, right }: RankingLists, picked: number[]): RankingLists {
  const size = length * features;
  const own = new Float32Array(picked.length * size);
  picked.forEach((list, at) => {
    own.set(values.subarray(list * size, (list + 1) * size), at * size);
  });
  const of = (column: Uint32Array) => Uint32Array.from(picked, (list) => column[list]!);
  return { features, length, values: own, real: of(real), right: of(right) };
}

/** A network, the gate's value in its own kind of lists, and in the other kind. */
interface Part {
  readonly layers: readonly Layer[];
  readonly open: number;
  readonly shut: number;
}

/**
 * One network that is each part where the gate is open for it, but for a constant of all rows; the units of the other are 0
 * there, since the gate adds less than they could ever sum up to. Both parts weigh the gate alike, so that integers with a
 * scale an input hold that exactly.
 */
export function sideBySide(parts: readonly [Part, Part], gate: Gate): Layer[] {
  const bound = Math.max(...parts.map(({ layers: [first] }) => mostOf(first!, gate)));
  return parts[0].layers.map((_, l): Layer => {
    const blocks = parts.map((part) => (l === 0 ? gated(part, gate, bound) : part.layers[l]!));
    return l === 0 ? { ...abreast(blocks), scale: 'row' } : joined(blocks, l === parts[0].layers.length - 1);
  });
}

/** What a unit of the first layer can come to at most, rounded up a little: weights are stored as integers. */
function mostOf({ inputs, outputs, weights, bias }: Layer, { input, most }: Gate): number {
  let largest = 0;
  for (let unit = 0; unit < outputs; unit++) {
    let sum = Math.abs(bias[unit]!);
    for (let at = 0; at < inputs; at++)
      sum += (at === input ? 1 : 1.1) * most * Math.abs(weights[at * outputs + unit]!);
    largest = Math.max(largest, sum);
  }
  return Math.ceil(largest) + 1;
}

/** What the gate says of its own kind goes into the bias. */
function gated({ layers: [layer], open, shut }: Part, { input }: Gate, bound: number): Layer {
  const { inputs, outputs, weights, bias } = layer!;
  const slope = bound / (open - shut);
  const own = weights.slice();
  const row = own.subarray(input * outputs, (input + 1) * outputs);
  const moved = bias.map((one, unit) => one + row[unit]! * open - slope * open);
  row.fill(slope);
  return { inputs, outputs, weights: own, bias: moved };
}

/** The same inputs, the outputs of one after those of the other. */
function abreast(blocks: readonly Layer[]): Layer {
  const { inputs } = blocks[0]!;
  const outputs = blocks.reduce((sum, block) => sum + block.outputs, 0);
  const weights = new Float32Array(inputs * outputs);
  let from = 0;
  for (const block of blocks) {
    for (let at = 0; at < inputs; at++)
      weights.set(block.weights.subarray(at * block.outputs, (at + 1) * block.outputs), at * outputs + from);
    from += block.outputs;
  }
  return { inputs, outputs, weights, bias: concatenate(blocks) };
}

/** Each with inputs of its own; and outputs of its own, but for the last layer's, which is the sum. */
function joined(blocks: readonly Layer[], isLast: boolean): Layer {
  const inputs = blocks.reduce((sum, block) => sum + block.inputs, 0);
  const outputs = isLast ? 1 : blocks.reduce((sum, block) => sum + block.outputs, 0);
  const weights = new Float32Array(inputs * outputs);
  let row = 0;
  let column = 0;
  for (const block of blocks) {
    for (let at = 0; at < block.inputs; at++)
      weights.set(
        block.weights.subarray(at * block.outputs, (at + 1) * block.outputs),
        (row + at) * outputs + column,
      );
    row += block.inputs;
    column += isLast ? 0 : block.outputs;
  }
  const bias = isLast
    ? Float32Array.of(blocks.reduce((sum, block) => sum + block.bias[0]!, 0))
    : concatenate(blocks);
  return { inputs, outputs, weights, bias };
}

const concatenate = (blocks: readonly Layer[]): Float32Array =>
  Float32Array.from(blocks.flatMap(({ bias }) => [...bias]));
