import { sumOf } from './merge.ts';
import type { Layer } from './network.ts';
import type { RankingLists, TrainedRanker } from './train.ts';

/** What tells two kinds of lists apart. */
export interface Gate {
  /** an input with one value in all rows of one kind, above 0, and another below 0 in all rows of the other kind */
  readonly input: number;
  /** the most that an input may be, whatever its sign */
  readonly most: number;
}

/** Lists of one kind, which get a network of their own. */
export interface Kind {
  readonly lists: RankingLists;
  /** the gate's value in them */
  readonly own: number;
  /** in all others */
  readonly other: number;
}

/**
 * The lists that have the gate above 0.
 * @param lists standardised
 * @returns undefined where there is but one kind
 */
export function kindOf(lists: RankingLists, { input }: Gate): Kind | undefined {
  const value = (list: number): number => lists.values[list * lists.length * lists.features + input]!;
  const rows = [...lists.real.keys()];
  const others = rows.find((list) => value(list) < 0);
  const own = rows.filter((list) => value(list) > 0);
  if (others === undefined || own.length === 0) return undefined;
  return { lists: pickLists(lists, own), own: value(own[0]!), other: value(others) };
}

/**
 * What a kind's lists alone have taught, laid beside what all lists taught, which then ranks the others: who arrives is told by
 * past visits, which carts and pages say little of. The others do learn from those who arrive.
 * @returns both as one network, as wide as the two together
 */
export function joinApart(
  taught: { readonly own: TrainedRanker; readonly all: TrainedRanker },
  { own: above, other: below }: Kind,
  gate: Gate,
): TrainedRanker {
  const { own, all } = taught;
  const parts = [
    { layers: own.layers, open: above, shut: below },
    { layers: all.layers, open: below, shut: above },
  ] as const;
  return { layers: behindGate(parts, gate), metrics: { ...all.metrics, ownLists: own.metrics.lists } };
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
export function behindGate(parts: readonly [Part, Part], gate: Gate): Layer[] {
  const bound = Math.max(...parts.map(({ layers: [first] }) => mostOf(first!, gate)));
  const gates = parts.map((part) => [gated(part, gate, bound), ...part.layers.slice(1)]);
  return sumOf(gates).map((layer, l) => (l === 0 ? { ...layer, scale: 'row' } : layer));
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
