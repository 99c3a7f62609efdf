import { expect, it } from 'vitest';
import { decodeShard } from '../../../shared/bundle/shard.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { givenVectors } from './given.ts';
import { findGround } from './ground.ts';
import { OPEN, QUICK, QUIET, toyRun, toyShop } from './toy.case.ts';

it('a twin of a run with vectors of an outside system is trained with them, and with no others', async () => {
  const shop = toyShop();
  // Each item points along the axis of its set: nothing that training would learn is so plain.
  const byId = new Map(
    shop.items.map(({ id }, at) => {
      const vector = new Float32Array(16);
      vector[Math.floor(at / 5)] = 3;
      return [id as string, vector];
    }),
  );
  const vectors = { vectors: { file: 'sets.npy', dims: 16, byId }, reduction: 'pca' } as const;
  const run = await toyRun('run-1', { seed: 1, days: OPEN + 1, vectors });
  const own = givenVectors(run)!.vectors;
  const [first, second, other] = ['i00', 'i01', 'i05'].map((id) => own.byId.get(id)!);
  expect(first).toEqual(second);
  expect(first!.reduce((sum, value, d) => sum + value * other![d]!, 0)).toBe(0);
  const options = {
    how: 'twin',
    ...{ seed: 1, days: 20, queries: 20, kernel: loadKernel(), code: 'test' },
    ...{ settings: QUICK, clock: () => 0 },
  } as const;
  const { answering } = await findGround(shop, [run], options, QUIET);
  const shard = decodeShard(answering[0]!.find(({ role }) => role === 'shard')!.bytes);
  const { dims, rows } = shard.embeddings;
  for (let row = 0; row < shard.items; row++)
    expect(Float32Array.from(rows.subarray(row * dims, (row + 1) * dims))).toEqual(
      own.byId.get(shard.ids.idAt(row)),
    );
  // Nothing was given to a run whose metrics tell of nothing given.
  expect(givenVectors({ ...run, trained: { ...run.trained, metrics: {} } })).toBeUndefined();
}, 120_000);
