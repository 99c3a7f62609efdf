import { expect, it } from 'vitest';
import { FEATURES } from '../../../shared/engine/features.ts';
import { featuresOf, GROUPS } from './groups.ts';

it('every group has features, and an unknown one is refused with those there are', () => {
  for (const group of Object.keys(GROUPS)) expect(featuresOf([group]).size, group).toBeGreaterThan(0);
  const both = featuresOf(['popularity', 'position']);
  expect(both).toContain('item-count');
  expect(both).toContain('stage-last');
  expect(both).not.toContain('transition-last');
  expect(featuresOf([]).size).toBe(0);
  expect(both.size).toBeLessThan(FEATURES.length / 2);
  // Few are in no group: those that benchmarks never have, such as what a server says.
  const grouped = featuresOf(Object.keys(GROUPS));
  const rest = FEATURES.map(({ name }) => name).filter((name) => !grouped.has(name));
  expect(rest).toContain('server-score');
  expect(rest.length).toBeLessThan(FEATURES.length / 20);
  expect(() => featuresOf(['luck'])).toThrow(/"luck", expected popularity, position/);
});
