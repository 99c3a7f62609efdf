import { calibrated } from './calibration.ts';
import type { Layer } from './network.ts';

/**
 * Networks of one depth as one network, whose output is the sum of theirs: first layers side by side, later ones each on the
 * units of its own network (0 elsewhere), last ones added up. But for the last layer a column of weights is one network's
 * alone, so that integers with a scale an output stay what they were; how the first network's are held goes for all.
 * @param networks one or more, of the same inputs, each with a hidden layer at least and one output
 */
export function sumOf(networks: readonly (readonly Layer[])[]): Layer[] {
  const [first] = networks as [readonly Layer[]];
  return first.map((_, l): Layer => {
    const blocks = networks.map((layers) => layers[l]!);
    return l === 0 ? abreast(blocks) : joined(blocks, l === first.length - 1);
  });
}

/** The same with the mean in place of the sum. One network alone stays as it is. */
export function meanOf(networks: readonly (readonly Layer[])[]): readonly Layer[] {
  const [first, ...others] = networks as [readonly Layer[]];
  const share = { slope: 1 / networks.length, intercept: 0 };
  return others.length === 0 ? first : sumOf(networks.map((layers) => calibrated(layers, share)));
}

/** The same inputs, the outputs of one after those of another. */
function abreast(blocks: readonly Layer[]): Layer {
  const { inputs, scale } = blocks[0]!;
  const outputs = blocks.reduce((sum, block) => sum + block.outputs, 0);
  const weights = new Float32Array(inputs * outputs);
  let from = 0;
  for (const block of blocks) {
    for (let at = 0; at < inputs; at++)
      weights.set(block.weights.subarray(at * block.outputs, (at + 1) * block.outputs), at * outputs + from);
    from += block.outputs;
  }
  return { inputs, outputs, weights, bias: concatenate(blocks), ...(scale ? { scale } : {}) };
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
