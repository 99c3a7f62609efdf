import { afterEach, beforeEach, expect, it } from 'vitest';
import { publish } from '../publish/publish.ts';
import { trainedRelease } from '../publish/trained.case.ts';
import { type Bench, registryBench, SITE } from './registry.case.ts';
import { warmGeneration } from './warm.ts';

let bench: Bench;
beforeEach(() => {
  bench = registryBench();
});
afterEach(() => bench.close());

/** A run that is so many in a row that went on from one another. */
const record = (generation: number, seed: number): Promise<string> => {
  const { lineage } = trainedRelease();
  return bench.record({ seed, lineage: { ...lineage, parameters: { 'warm.generation': generation } } });
};
const release = async (generation: number, seed: number): Promise<void> => {
  const run = await record(generation, seed);
  await publish(bench.context, { site: SITE, run });
};
const next = () => warmGeneration(bench.home.store, SITE);

it('goes on from what is published, and counts', async () => {
  expect(next()).toBeUndefined();
  await release(0, 1);
  expect(next()).toBe(1);
  await release(1, 2);
  expect(next()).toBe(2);
});

it('starts from nothing after seven in a row', async () => {
  await release(6, 1);
  expect(next()).toBe(7);
  await release(7, 2);
  expect(next()).toBeUndefined();
});

it('starts from nothing where the gate has just refused one that went on', async () => {
  await release(0, 1);
  const verdict = { run: 'x', champion: 'run-1', at: 1, checks: [], passed: false };
  const cold = await record(0, 2);
  bench.home.store.runs.note(SITE, cold, 'verdict', verdict);
  expect(next()).toBe(1);
  const warm = await record(1, 3);
  bench.home.store.runs.note(SITE, warm, 'verdict', { ...verdict, passed: true });
  expect(next()).toBe(1);
  bench.home.store.runs.note(SITE, warm, 'verdict', verdict);
  expect(next()).toBeUndefined();
});
