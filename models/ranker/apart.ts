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
 * A network of its own for one kind of lists, laid beside the one that all lists taught, which then ranks the others: who
 * arrives is told by past visits, which carts and pages say little of. The others do learn from those who arrive.
 * @param lists standardised
 * @param all what all of them taught
 * @returns both as one network, as wide as the two together; undefined where there is but one kind, or too few lists of it
 */
export function trainApart(
  lists: RankingLists,
  all: TrainedRanker,
  { settings, gate, tools }: Apart,
): TrainedRanker | undefined {
  const value = (list: number): number => lists.values[list * lists.length * lists.features + gate.input]!;
  const rows = [...lists.real.keys()];
  const others = rows.find((list) => value(list) < 0);
  const own = rows.filter((list) => value(list) > 0);
  if (others === undefined) return undefined;
  const trained = trainRanker(pickLists(lists, own), settings, tools);
  if (trained === undefined) return undefined;
  const [above, below] = [value(own[0]!), value(others)];
  const parts = [
    { layers: trained.layers, open: above, shut: below },
    { layers: all.layers, open: below, shut: above },
  ] as const;
  return { layers: sideBySide(parts, gate), metrics: { ...all.metrics, ownLists: own.length } };
}

export interface Apart {
  /** of the network of its own */
  readonly settings: RankerSettings & { readonly seed: number };
  readonly gate: Gate;
  readonly tools: RankerTools;
}

function pickLists(
  { features, length, values, real, right, seen }: RankingLists,
  picked: number[],
): RankingLists {
  const size = length * features;
  const own = new Float32Array(picked.length * size);
  picked.forEach((list, at) => {
    own.set(values.subarray(list * size, (list + 1) * size), at * size);
  });
  const of = (column: Uint32Array) => Uint32Array.from(picked, (list) => column[list]!);
  const plain = { features, length, values: own, real: of(real), right: of(right) };
  if (seen === undefined) return plain;
  const worth = Float32Array.from({ length: picked.length * length }, (_, at) => {
    return seen.worth[picked[Math.floor(at / length)]! * length + (at % length)]!;
  });
  return { ...plain, seen: { isSeen: Uint8Array.from(picked, (list) => seen.isSeen[list]!), worth } };
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
