import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import { histories } from '../../../models/toy-data.ts';
import { wasmArithmetic } from '../arithmetic.ts';
import { SHOP_SETTINGS } from '../settings.ts';
import { fitApart } from '../sources.ts';
import { fitAhead } from './ahead.ts';
import { awaitClaim, claim, createClaims, STATES, settle } from './claims.ts';

const ITEMS = 30;
const random = createRandom(8);
const dataset = (users: number): Dataset => ({
  catalogue: {
    groups: Array.from({ length: ITEMS }, (_, at) => {
      const item = { id: `i${at}`, title: `goods ${at}`, availability: 'in_stock' };
      return { id: item.id, item, variants: [item] } as unknown as Dataset['catalogue']['groups'][number];
    }),
  },
  interactions: histories(
    ITEMS,
    Array.from({ length: users }, () => Array.from({ length: 5 }, () => random.below(ITEMS))),
  ),
  until: 86_400_000,
});
const settings = {
  ...SHOP_SETTINGS,
  embeddings: { ...SHOP_SETTINGS.embeddings, dims: 8, hidden: 8, epochs: 1, batch: 100, negatives: 20 },
};
const journal = { stage() {}, log() {} };

describe('fits of other threads', () => {
  it('are the very numbers that this thread would find, and what a thread logged is told', async () => {
    const datasets = [dataset(60), dataset(80)] as const;
    const logged: string[] = [];
    const claims = createClaims(2);
    const ahead = fitAhead(datasets, {
      ...{ settings, seed: 2, fewestRows: 0, cores: 2, claims },
      journal: { stage() {}, log: (name) => logged.push(name) },
    })!;
    await expect.poll(() => Atomics.load(claims, 1), { timeout: 30_000 }).not.toBe(STATES.free);
    const made = ahead.take(datasets[1]);
    ahead.close();
    const arithmetic = await wasmArithmetic();
    expect(made).toEqual(fitApart(datasets[1], settings, { arithmetic, journal, seed: 2 }));
    expect(logged).toContain('embeddings epoch');
  }, 60_000);

  it('are not made where this thread comes first, where one core is all there is, or where data are few', () => {
    const datasets = [dataset(10), dataset(12)] as const;
    const claims = createClaims(2);
    const options = { settings, seed: 2, journal, claims };
    expect(fitAhead(datasets, { ...options, fewestRows: 0, cores: 1 })).toBeUndefined();
    expect(fitAhead(datasets, { ...options, cores: 2 })).toBeUndefined();
    const ahead = fitAhead(datasets, { ...options, fewestRows: 0, cores: 2 })!;
    expect(ahead.take(datasets[0])).toBeUndefined();
    expect(ahead.take(dataset(10))).toBeUndefined();
    expect(claim(claims, 0)).toBe(false);
    ahead.close();
  });
});

describe('claims', () => {
  it('are given once, and waited for until they are settled', () => {
    const claims = createClaims(3);
    expect([claim(claims, 1), claim(claims, 1), claim(claims, 2)]).toEqual([true, false, true]);
    settle(claims, 1, STATES.done);
    settle(claims, 2, STATES.failed);
    expect([awaitClaim(claims, 1, 1), awaitClaim(claims, 2, 1)]).toEqual([true, false]);
  });

  it('are given up where nobody gives a sign of life', () => {
    const claims = createClaims(1);
    claim(claims, 0);
    expect(awaitClaim(claims, 0, 5)).toBe(false);
  });
});
