import type { Layer } from '../contract.ts';
import { pick, range } from '../split.ts';

/** A counter a unit of each layer but the last; undefined where the next one adds its inputs in order. */
export const countersOf = (layers: readonly Layer[]): (Uint32Array | undefined)[] =>
  layers
    .slice(1)
    .map((next, l) =>
      'scales' in next && layers[l]!.activation === 'relu' ? new Uint32Array(next.inputs) : undefined,
    );

/** Counts in how many of the rows, `stride` floats apart, a unit is positive. */
export function count(busy: Uint32Array | undefined, rows: Float32Array, stride: number): void {
  if (busy === undefined) return;
  for (let at = 0; at < rows.length; at += stride)
    for (let unit = 0; unit < busy.length; unit++) if (rows[at + unit]! > 0) busy[unit] = busy[unit]! + 1;
}

/** The same network, the units of its layers in order, those first that were busy most often. */
export function inOrder(layers: readonly Layer[], busy: readonly (Uint32Array | undefined)[]): Layer[] {
  const orders = busy.map((counts) =>
    counts === undefined
      ? undefined
      : range(0, counts.length).sort((a, b) => counts[b]! - counts[a]! || a - b),
  );
  return layers.map((layer, l) => {
    const [before, own] = [orders[l - 1], orders[l]];
    const read = before === undefined ? layer : pick(layer, before);
    return own === undefined ? read : outputsOf(read, own);
  });
}

function outputsOf(layer: Layer, order: readonly number[]): Layer {
  const { outputs, weights } = layer;
  const moved = <A extends Float32Array | Int8Array>(from: A): A => {
    const to = from.slice() as A;
    for (let row = 0; row < from.length; row += outputs)
      for (let o = 0; o < outputs; o++) to[row + o] = from[row + order[o]!]!;
    return to;
  };
  const bias = moved(layer.bias);
  return 'scales' in layer
    ? { ...layer, bias, scales: moved(layer.scales), weights: moved(layer.weights) }
    : { ...layer, bias, weights: moved(weights as Float32Array) };
}
