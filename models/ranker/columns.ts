import type { Layer } from './network.ts';
import type { RankingLists } from './train.ts';

/** Columns that vary, ascending. */
export const varying = (deviations: Float32Array): Uint32Array =>
  Uint32Array.from(deviations.keys()).filter((column) => deviations[column]! > 0);

/**
 * The lists with some of their columns alone, since the others would take as long to learn from.
 * @param lists given up: what is kept is moved together in their own memory
 */
export function keepColumns(lists: RankingLists, kept: Uint32Array): RankingLists {
  const { features, values, length } = lists;
  const rows = lists.real.length * length;
  let to = 0;
  for (let row = 0, from = 0; row < rows; row++, from += features)
    for (let c = 0; c < kept.length; c++) values[to++] = values[from + kept[c]!]!;
  return { ...lists, features: kept.length, values: values.subarray(0, to) };
}

/**
 * The first layer of a network that learned from `kept` columns, for inputs of which `features` come first; inputs after them
 * stay. What was left out weighs nothing.
 */
export function widen({ inputs, outputs, weights, bias }: Layer, kept: Uint32Array, features: number): Layer {
  const further = inputs - kept.length;
  const wide = new Float32Array((features + further) * outputs);
  const row = (at: number): Float32Array => weights.subarray(at * outputs, (at + 1) * outputs);
  kept.forEach((column, at) => {
    wide.set(row(at), column * outputs);
  });
  for (let at = 0; at < further; at++) wide.set(row(kept.length + at), (features + at) * outputs);
  return { inputs: features + further, outputs, weights: wide, bias };
}
