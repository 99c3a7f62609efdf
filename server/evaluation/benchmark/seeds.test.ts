import { expect, it } from 'vitest';
import { spreadOf } from './seeds.ts';

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
