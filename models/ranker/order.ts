import type { Layer } from './network.ts';

/**
 * The same network, the hidden units of each layer in order, those first that the sample opens most often: what is rarely
 * open then lies together, and a device that leaves out groups of inputs that are 0 leaves out more. Nothing it computes
 * changes but the order of its sums.
 * @param layers with ReLU between them
 * @param sample row-major `rows x layers[0].inputs`
 */
export function busiestFirst<L extends Layer>(layers: readonly L[], sample: Float32Array): L[] {
  let x: Float32Array = sample;
  let before: Uint32Array | undefined;
  return layers.map((layer, l) => {
    const isLast = l === layers.length - 1;
    if (!isLast) x = activated(layer, x);
    const order = isLast ? undefined : orderOf(layer, x);
    const moved = moveUnits(layer, before, order);
    before = order;
    return moved;
  });
}

function activated({ inputs, outputs, weights, bias }: Layer, x: Float32Array): Float32Array {
  const rows = x.length / inputs;
  const y = new Float32Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    const sums = y.subarray(r * outputs, (r + 1) * outputs);
    sums.set(bias);
    for (let i = 0; i < inputs; i++) {
      const value = x[r * inputs + i]!;
      if (value === 0) continue;
      for (let o = 0, at = i * outputs; o < outputs; o++, at++) sums[o] = sums[o]! + value * weights[at]!;
    }
    for (let o = 0; o < outputs; o++) sums[o] = Math.max(0, sums[o]!);
  }
  return y;
}

function orderOf({ outputs }: Layer, x: Float32Array): Uint32Array {
  const busy = new Uint32Array(outputs);
  for (let at = 0; at < x.length; at++) if (x[at]! > 0) busy[at % outputs]!++;
  return Uint32Array.from(busy.keys()).sort((a, b) => busy[b]! - busy[a]! || a - b);
}

/** The layer whose inputs and outputs are taken from where the orders say; absent: from where they are. */
function moveUnits<L extends Layer>(layer: L, from?: Uint32Array, to?: Uint32Array): L {
  const { inputs, outputs } = layer;
  const weights = new Float32Array(inputs * outputs);
  for (let i = 0, at = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++, at++)
      weights[at] = layer.weights[(from?.[i] ?? i) * outputs + (to?.[o] ?? o)]!;
  return { ...layer, weights, bias: layer.bias.map((_, o) => layer.bias[to?.[o] ?? o]!) };
}
