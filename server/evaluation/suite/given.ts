import { decodeShard } from '../../../shared/bundle/shard.ts';
import { partsOfLevel } from '../../../shared/protocol/level.ts';
import type { OutsideVectors } from '../../training/given.ts';
import type { Recorded } from './ground.ts';

/** Training told what bringing them cost. */
const isGiven = (metrics: Readonly<Record<string, number>>): boolean =>
  Object.keys(metrics).some((name) => name.startsWith('given.'));

/**
 * Vectors that an outside system gave a run, as its files still have them, so that a twin is trained with them too. Length is
 * not theirs: training gives every row length one.
 * @returns undefined where the run learned its own
 */
export function givenVectors({ name, trained, parts }: Recorded): OutsideVectors | undefined {
  const shard = partsOfLevel(parts, undefined).find(({ role }) => role === 'shard');
  if (!isGiven(trained.metrics) || shard === undefined) return undefined;
  const { ids, items, embeddings } = decodeShard(shard.bytes);
  const { dims, rows } = embeddings;
  const byId = new Map<string, Float32Array>();
  for (let row = 0; row < items; row++)
    byId.set(ids.idAt(row), Float32Array.from(rows.subarray(row * dims, (row + 1) * dims)));
  return { vectors: { file: name, dims, byId }, reduction: 'pca' };
}
