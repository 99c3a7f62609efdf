import { expect, it } from 'vitest';
import { COUNT_LEVELS } from '../../shared/bundle/contract.ts';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { countPairs, levelOf } from './pairs.ts';
import { DEFAULT_TRANSITIONS, fitTransitions } from './transitions.ts';

it('counts who came right after and who came before, as a plain loop over all histories does', () => {
  const random = createRandom(8);
  const users = Array.from({ length: 120 }, () => Array.from({ length: 6 }, () => random.below(9)));
  const data = histories(9, users);
  const lists = fitTransitions(data, { ...DEFAULT_TRANSITIONS, minSupport: 1 }, 0);
  const pairs = countPairs(data, lists);
  let seen = 0;
  for (let i = 0; i < 9; i++)
    for (let e = lists.offsets[i]!; e < lists.offsets[i + 1]!; e++) {
      const j = lists.ids[e]!;
      let after = 0;
      let before = 0;
      for (const own of users)
        own.forEach((item, at) => {
          if (item !== i) return;
          if (own[at + 1] === j) after++;
          before += own.slice(0, at).filter((other) => other === j).length;
        });
      expect(pairs[e]! & 15).toBe(levelOf(after));
      expect(pairs[e]! >>> 4).toBe(levelOf(before));
      seen++;
    }
  expect(seen).toBe(72);
});

it('has levels that a count reaches or stays below', () => {
  expect([0, 1, 7, 8, 10, 11, 199, 200, 5000].map(levelOf)).toEqual([0, 1, 6, 7, 7, 8, 14, 15, 15]);
  expect(COUNT_LEVELS.length).toBe(16);
});
