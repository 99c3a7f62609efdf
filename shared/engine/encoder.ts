import type { Shard, Tensor, Weights } from '../bundle/contract.ts';
import type { Attention, Kernel } from '../kernel/contract.ts';
import { EngineError } from './error.ts';

/** The session encoder: pools a shopper's items into the query of the embedding scan. */
export interface Encoder {
  readonly attention: Attention;
  /** learned factor from a cosine to a logit */
  readonly scale: number;
  /** touches that are pooled at most */
  readonly reach: number;
}

/**
 * The encoder of a release, if it has one: tensors `encoder.query` and `encoder.key` [dims, hidden], `encoder.bias` and
 * `encoder.values` [hidden], `encoder.positions` [steps], `encoder.scale` [1]. Without one, anchors are pooled by
 * `settings.decay.embedding`: vectors that a shop brings along have no encoder.
 * @throws EngineError if the shapes do not fit the shard
 */
export function loadEncoder(weights: Weights, shard: Shard, kernel: Kernel): Encoder | undefined {
  const first = weights.tensor('encoder.query');
  if (first === undefined) return undefined;
  const { dims } = shard.queryEmbeddings;
  const hidden = first.shape[1] ?? 0;
  const positions = weights.tensor('encoder.positions');
  const reach = positions?.shape[0] ?? 0;
  if (reach === 0) throw badShape('encoder.positions', positions, ['steps']);
  return {
    attention: kernel.attention({
      embeddings: shard.queryEmbeddings,
      hidden,
      queryWeights: tensor(weights, 'encoder.query', [dims, hidden]),
      keyWeights: tensor(weights, 'encoder.key', [dims, hidden]),
      bias: tensor(weights, 'encoder.bias', [hidden]),
      values: tensor(weights, 'encoder.values', [hidden]),
      positions: tensor(weights, 'encoder.positions', [reach]),
    }),
    scale: tensor(weights, 'encoder.scale', [1])[0]!,
    reach,
  };
}

function tensor(weights: Weights, name: string, shape: readonly number[]): Float32Array {
  const found = weights.tensor(name);
  const fits =
    found !== undefined &&
    found.shape.length === shape.length &&
    shape.every((extent, axis) => extent > 0 && found.shape[axis] === extent);
  if (!fits) throw badShape(name, found, shape);
  const { values } = found;
  let at = 0;
  while (at < values.length && values[at]! - values[at]! === 0) at++;
  if (at === values.length) return values;
  throw new EngineError('bad-encoder', {
    what: `tensor ${name}`,
    found: `${found.values[at]} at ${at}`,
    expected: 'finite numbers',
  });
}

const badShape = (name: string, found: Tensor | undefined, expected: readonly (number | string)[]) =>
  new EngineError('bad-encoder', {
    what: `shape of tensor ${name}`,
    found: `[${(found?.shape ?? []).join(', ')}]`,
    expected: `[${expected.join(', ')}]`,
  });
