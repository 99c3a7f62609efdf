import type { Weights } from '../bundle/contract.ts';
import { vectorOf } from '../bundle/weights.ts';
import type {
  CategoryEmbedding,
  DenseLayer,
  Kernel,
  Layer,
  Network,
  QuantisedLayer,
} from '../kernel/contract.ts';
import type { Ranker } from './contract.ts';
import { isLight, type Rankers } from './effort.ts';
import { EngineError } from './error.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from './features.ts';
import { MOST_DEVIATIONS } from './ranking.ts';
import type { FunnelSettings } from './settings.ts';

/** How each kind of ranker names its tensors. */
const TENSORS = { small: 'ranker', deep: 'deep' } as const;

/**
 * Those rankers of a release that this kernel computes with, from tensors `<name>.<layer>.weights` [inputs, outputs] and
 * `<name>.<layer>.bias` [outputs] from layer 0 on, ReLU between layers, one output; `<name>.means` and `<name>.deviations` [features]. The
 * small one (`ranker`) reads features and computes in floats. The deep one (`deep`) reads features and the vectors of
 * `CATEGORICALS`, `deep.embedding.<k>` [vocabulary, dims]; its layers compute in the integers they are stored in.
 * @throws EngineError if one was trained on other features, or if its shapes do not chain
 */
export function loadRankers(weights: Weights, settings: FunnelSettings, kernel: Kernel): Rankers {
  const small = loadRanker(weights, settings, { kernel: onDemand(kernel), kind: 'small' });
  const suffices = small !== undefined && (isLight(kernel) || settings.ranker === 'small');
  return { small, deep: suffices ? undefined : loadRanker(weights, settings, { kernel, kind: 'deep' }) };
}

export function loadRanker(
  weights: Weights,
  settings: FunnelSettings,
  { kernel, kind }: { readonly kernel: Kernel; readonly kind: Ranker['kind'] },
): Ranker | undefined {
  const name = TENSORS[kind];
  if (!weights.holds(`${name}.0.weights`)) return undefined;
  if (settings.featureSchema !== FEATURE_SCHEMA) {
    throw new EngineError('feature-schema', {
      what: 'feature schema of the ranker',
      found: settings.featureSchema ?? 'none',
      expected: FEATURE_SCHEMA,
    });
  }
  const embeddings = kind === 'deep' ? readEmbeddings(weights) : [];
  return createRanker(kernel, {
    embeddings,
    layers: readLayers(weights, name, { embeddings, quantised: kind === 'deep' }),
    means: vector(weights, `${name}.means`, FEATURES.length),
    deviations: vector(weights, `${name}.deviations`, FEATURES.length),
  });
}

/** What all candidates of a slate share: the network adds it up once. */
const WHOLE = FEATURES.flatMap((feature, at) => ('whole' in feature ? [at] : []));

/**
 * Places a network when it first computes: a device that ranks by the deep one asks the small one only when a release is
 * checked.
 */
const onDemand = (kernel: Kernel): Kernel => ({
  ...kernel,
  network: (spec) => {
    let placed: Network | undefined;
    const network = (): Network => {
      placed ??= kernel.network(spec);
      return placed;
    };
    return {
      inputs: FEATURES.length,
      outputs: 1,
      input: (rows) => network().input(rows),
      run: (...given) => network().run(...given),
      runColumns: (...given) => network().runColumns(...given),
      free: () => placed?.free(),
    };
  },
});

/** A ranker from layers that were just trained; it is a deep one if it has embeddings. */
export function createRanker(
  kernel: Kernel,
  parts: {
    readonly embeddings?: readonly CategoryEmbedding[];
    readonly layers: readonly Layer[];
    readonly means: Float32Array;
    readonly deviations: Float32Array;
  },
): Ranker {
  const { embeddings = [], layers, means, deviations } = parts;
  const network = kernel.network({
    dense: FEATURES.length,
    embeddings,
    layers,
    whole: WHOLE,
    standard: { means, deviations, most: MOST_DEVIATIONS },
  });
  const kind = embeddings.length > 0 ? 'deep' : 'small';
  return { schema: FEATURE_SCHEMA, kind, network, means, deviations };
}

function readEmbeddings(weights: Weights): CategoryEmbedding[] {
  return CATEGORICALS.map(({ vocabulary }, k) => {
    const name = `deep.embedding.${k}`;
    const { shape = [], stored } = admitted(weights, name);
    const [rows, dims] = shape;
    if (shape.length !== 2 || rows !== vocabulary || !dims) throw badShape(name, shape, [vocabulary, 'dims']);
    return {
      vocabulary,
      dims,
      get values() {
        return weights.tensor(name)!.values;
      },
      // Categories are met one by one, and most of them never.
      ...(stored?.scale === 'row' && { vector: (category: number) => vectorOf(stored, category) }),
    };
  });
}

/**
 * A tensor that is not decoded before it is used: what is stored in integers is finite where its scales are.
 * @throws EngineError where it is not finite
 */
function admitted(weights: Weights, name: string) {
  const stored = weights.quantised(name);
  const { shape, values } = stored ? { ...stored, values: stored.scales } : (weights.tensor(name) ?? {});
  if (values) finite(name, values);
  return { shape, stored };
}

interface Form {
  readonly embeddings: readonly CategoryEmbedding[];
  readonly quantised: boolean;
}

function readLayers(weights: Weights, name: string, { embeddings, quantised }: Form): Layer[] {
  let count = 0;
  while (weights.holds(`${name}.${count}.weights`)) count++;
  const layers: Layer[] = [];
  const first = embeddings.reduce((sum, { dims }) => sum + dims, FEATURES.length);
  for (let at = 0; at < count; at++) {
    const slot = { name, at, inputs: layers[at - 1]?.outputs ?? first, isLast: at === count - 1 };
    layers.push(quantised ? readQuantised(weights, slot) : readDense(weights, slot));
  }
  return layers;
}

interface Slot {
  readonly name: string;
  readonly at: number;
  readonly inputs: number;
  readonly isLast: boolean;
}

function readDense(weights: Weights, slot: Slot): DenseLayer {
  const tensor = `${slot.name}.${slot.at}.weights`;
  const { shape = [] } = admitted(weights, tensor);
  return {
    ...layerOf(weights, slot, shape),
    get weights() {
      return weights.tensor(tensor)!.values;
    },
  };
}

function readQuantised(weights: Weights, slot: Slot): QuantisedLayer {
  const tensor = `${slot.name}.${slot.at}.weights`;
  const stored = weights.quantised(tensor);
  if (stored === undefined || stored.scale !== 'column') {
    const found = stored === undefined ? 'floats' : 'integers with a scale a row';
    throw new EngineError('bad-ranker', {
      what: `tensor ${tensor}`,
      found,
      expected: 'integers with a scale an output',
    });
  }
  const { shape, integers, scales } = stored;
  return {
    ...layerOf(weights, slot, shape),
    weights: integers,
    scales: finite(`${tensor}, scales`, scales),
  };
}

function layerOf(weights: Weights, { name, at, inputs, isLast }: Slot, shape: readonly number[]) {
  const outputs = isLast ? 1 : (shape[1] ?? 0);
  if (shape.length !== 2 || shape[0] !== inputs || shape[1] !== outputs || outputs === 0)
    throw badShape(`${name}.${at}.weights`, shape, [inputs, isLast ? 1 : 'outputs']);
  const bias = vector(weights, `${name}.${at}.bias`, outputs);
  return { inputs, outputs, bias, activation: isLast ? ('none' as const) : ('relu' as const) };
}

function vector(weights: Weights, name: string, length: number): Float32Array {
  const tensor = weights.tensor(name);
  const shape = tensor?.shape ?? [];
  if (tensor === undefined || shape.length !== 1 || shape[0] !== length)
    throw badShape(name, shape, [length]);
  return finite(name, tensor.values);
}

function finite(name: string, values: Float32Array): Float32Array {
  let at = 0;
  // What is not finite is not 0 less itself.
  while (at < values.length && values[at]! - values[at]! === 0) at++;
  if (at === values.length) return values;
  const found = `${values[at]} at ${at}`;
  throw new EngineError('bad-ranker', { what: `tensor ${name}`, found, expected: 'finite numbers' });
}

const badShape = (name: string, found: readonly number[], expected: readonly (number | string)[]) =>
  new EngineError('bad-ranker', {
    what: `shape of tensor ${name}`,
    found: `[${found.join(', ')}]`,
    expected: `[${expected.join(', ')}]`,
  });
