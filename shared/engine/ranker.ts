import type { Tensor, Weights } from '../bundle/contract.ts';
import type { DenseLayer, Kernel } from '../kernel/contract.ts';
import type { Ranker } from './contract.ts';
import { EngineError } from './error.ts';
import { FEATURE_SCHEMA, FEATURES } from './features.ts';
import type { FunnelSettings } from './settings.ts';

/**
 * The ranker of a release, if it has one: tensors `ranker.<layer>.weights` [inputs, outputs] and `ranker.<layer>.bias`
 * [outputs] from layer 0 on, ReLU between layers, one output; `ranker.means` and `ranker.deviations` [features].
 * @throws EngineError if it was trained on other features, or if its shapes do not chain
 */
export function loadRanker(weights: Weights, settings: FunnelSettings, kernel: Kernel): Ranker | undefined {
  if (weights.tensor('ranker.0.weights') === undefined) return undefined;
  if (settings.featureSchema !== FEATURE_SCHEMA) {
    throw new EngineError('feature-schema', {
      what: 'feature schema of the ranker',
      found: settings.featureSchema ?? 'none',
      expected: FEATURE_SCHEMA,
    });
  }
  const layers = readLayers(weights);
  return createRanker(kernel, {
    layers,
    means: vector(weights, 'ranker.means', FEATURES.length),
    deviations: vector(weights, 'ranker.deviations', FEATURES.length),
  });
}

/** A ranker from layers that were just trained. */
export function createRanker(
  kernel: Kernel,
  parts: {
    readonly layers: readonly DenseLayer[];
    readonly means: Float32Array;
    readonly deviations: Float32Array;
  },
): Ranker {
  const { layers, means, deviations } = parts;
  return { schema: FEATURE_SCHEMA, network: kernel.network(layers), means, deviations };
}

function readLayers(weights: Weights): DenseLayer[] {
  let count = 0;
  while (weights.tensor(`ranker.${count}.weights`) !== undefined) count++;
  const layers: DenseLayer[] = [];
  for (let at = 0; at < count; at++) {
    const inputs = layers[at - 1]?.outputs ?? FEATURES.length;
    layers.push(readLayer(weights, { at, inputs, isLast: at === count - 1 }));
  }
  return layers;
}

interface Slot {
  readonly at: number;
  readonly inputs: number;
  readonly isLast: boolean;
}

function readLayer(weights: Weights, { at, inputs, isLast }: Slot): DenseLayer {
  const name = `ranker.${at}.weights`;
  const { shape, values } = weights.tensor(name) as Tensor;
  const outputs = isLast ? 1 : (shape[1] ?? 0);
  if (shape.length !== 2 || shape[0] !== inputs || shape[1] !== outputs || outputs === 0) {
    throw badShape(name, shape, [inputs, isLast ? 1 : 'outputs']);
  }
  return {
    inputs,
    outputs,
    weights: finite(name, values),
    bias: vector(weights, `ranker.${at}.bias`, outputs),
    activation: isLast ? 'none' : 'relu',
  };
}

function vector(weights: Weights, name: string, length: number): Float32Array {
  const tensor = weights.tensor(name);
  const shape = tensor?.shape ?? [];
  if (tensor === undefined || shape.length !== 1 || shape[0] !== length)
    throw badShape(name, shape, [length]);
  return finite(name, tensor.values);
}

function finite(name: string, values: Float32Array): Float32Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return values;
  const found = `${values[at]} at ${at}`;
  throw new EngineError('bad-ranker', { what: `tensor ${name}`, found, expected: 'finite numbers' });
}

const badShape = (name: string, found: readonly number[], expected: readonly (number | string)[]) =>
  new EngineError('bad-ranker', {
    what: `shape of tensor ${name}`,
    found: `[${found.join(', ')}]`,
    expected: `[${expected.join(', ')}]`,
  });
