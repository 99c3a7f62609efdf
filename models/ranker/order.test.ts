import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { createLayers, type Layer } from './network.ts';
import { busiestFirst } from './order.ts';

const random = createRandom(11);
const layers = createLayers([7, 19, 13, 1], random).map((layer) => ({
  ...layer,
  bias: layer.bias.map(() => random.normal()),
}));
const rows = 40;
const sample = Float32Array.from({ length: rows * 7 }, () => random.normal());

/** All that the layers compute for a row, layer by layer. */
function activations(network: readonly Layer[], row: number): number[][] {
  let x = [...sample.subarray(row * 7, row * 7 + 7)];
  return network.map(({ outputs, weights, bias }, l) => {
    x = Array.from({ length: outputs }, (_, o) => {
      const sum = x.reduce((total, value, i) => total + value * weights[i * outputs + o]!, bias[o]!);
      return l === network.length - 1 ? sum : Math.max(0, sum);
    });
    return x;
  });
}

const busy = (network: readonly Layer[], l: number): number[] => {
  const open = new Array<number>(network[l]!.outputs).fill(0);
  for (let row = 0; row < rows; row++)
    activations(network, row)[l]!.forEach((value, unit) => {
      if (value > 0) open[unit]!++;
    });
  return open;
};

it('units that are open most often come first, in every hidden layer, and the network answers as before', () => {
  const ordered = busiestFirst(layers, sample);
  for (const l of [0, 1]) {
    const [found, drawn] = [busy(ordered, l), busy(layers, l)];
    expect(found).toEqual([...drawn].sort((a, b) => b - a));
    expect(found).not.toEqual(drawn);
  }
  for (let row = 0; row < rows; row++)
    expect(activations(ordered, row)[2]![0]).toBeCloseTo(activations(layers, row)[2]![0]!, 5);
});

it('a network in order stays as it is', () => {
  const ordered = busiestFirst(layers, sample);
  expect(busiestFirst(ordered, sample)).toEqual(ordered);
});
