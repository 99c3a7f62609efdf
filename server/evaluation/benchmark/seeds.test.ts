import { expect, it } from 'vitest';
import { severalRuns, spreadOf } from './seeds.ts';

it('tells the mean and the spread of what runs have in common', () => {
  const { mean, deviation } = spreadOf([
    { recall: 0.1, items: 5, protocol: 'x' },
    { recall: 0.3, items: 5, protocol: 'x' },
  ]);
  expect(mean['recall']).toBeCloseTo(0.2, 12);
  expect(deviation['recall']).toBeCloseTo(Math.sqrt(0.02), 12);
  expect([mean['items'], deviation['items']]).toEqual([5, 0]);
  expect(mean).not.toHaveProperty('protocol');
  expect(spreadOf([{ recall: 0.4 }])).toEqual({ mean: { recall: 0.4 }, deviation: { recall: 0 } });
});

it('in trees too, and leaves what was set and each run as they were', () => {
  const runs = [1, 2, 3].map((seed) => ({
    ...{ seed, split: { days: 37 }, settings: { epochs: seed }, part: 'validation' },
    cart: { 'recall@10': 0.1 * seed, bounds: [seed, seed + 1] },
  }));
  const all = severalRuns(runs);
  expect(all).toMatchObject({ seeds: [1, 2, 3], part: 'validation', settings: { epochs: 1 }, runs });
  const { cart, spread } = all as Record<string, Record<string, unknown>>;
  expect(cart!['recall@10']).toBeCloseTo(0.2, 12);
  expect(cart!['bounds']).toEqual([1, 2]);
  expect((spread!['cart'] as Record<string, number>)['recall@10']).toBeCloseTo(0.1, 12);
  expect(Object.keys(spread!)).toEqual(['cart']);
});
