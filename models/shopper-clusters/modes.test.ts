import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestMode } from '../../shared/engine/clusters.ts';
import type { ProfileAttributes } from '../../shared/protocol/profile.ts';
import { fitModes } from './modes.ts';

const repeat = (attributes: ProfileAttributes, times: number): ProfileAttributes[] =>
  Array.from({ length: times }, () => ({ ...attributes }));

/** Two kinds of people, and noise in one attribute of each tenth. */
const town = (): ProfileAttributes[] => [
  ...repeat({ home: 'flat', size: '1', car: 'no' }, 54),
  ...repeat({ home: 'flat', size: '1', car: 'yes' }, 6),
  ...repeat({ home: 'house', size: '4', car: 'yes' }, 36),
  ...repeat({ home: 'house', size: '4', car: 'no' }, 4),
];

describe('modes', () => {
  it('are the two kinds of people that there are', () => {
    for (const seed of [1, 2, 3])
      expect(fitModes(town(), { clusters: 2, leastMembers: 20 }, seed)).toEqual([
        { home: 'flat', size: '1', car: 'no' },
        { home: 'house', size: '4', car: 'yes' },
      ]);
  });

  it('do not depend on the order of shoppers', () => {
    const settings = { clusters: 3, leastMembers: 5 };
    expect(fitModes(town().reverse(), settings, 7)).toEqual(fitModes(town(), settings, 7));
  });

  it('give up a group of too few', () => {
    const few = [...town(), ...repeat({ home: 'boat', size: '9', car: 'none' }, 19)];
    const asked = (leastMembers: number) => fitModes(few, { clusters: 3, leastMembers }, 1);
    expect(asked(19).map(({ home }) => home)).toEqual(['flat', 'boat', 'house']);
    expect(asked(20).map(({ home }) => home)).toEqual(['flat', 'house']);
  });

  it('are none where all together are too few, or nobody says anything', () => {
    expect(fitModes(repeat({ home: 'flat' }, 19), { clusters: 2, leastMembers: 20 }, 1)).toEqual([]);
    expect(fitModes(repeat({}, 100), { clusters: 2, leastMembers: 1 }, 1)).toEqual([]);
    expect(fitModes([], { clusters: 2, leastMembers: 1 }, 1)).toEqual([]);
  });

  it('tell no value that fewer hold, so that a name given by mistake never leaves', () => {
    const named = town().map((one, at) => ({ ...one, name: `person ${at}` }));
    for (const mode of fitModes(named, { clusters: 2, leastMembers: 20 }, 1))
      expect(Object.keys(mode)).not.toContain('name');
  });

  it('leave no group too small and no value held by few, whatever the attributes', () => {
    const attributes = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 'z'));
    fc.assert(
      fc.property(
        fc.array(attributes, { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 8 }),
        (shoppers, clusters, leastMembers) => {
          const modes = fitModes(shoppers, { clusters, leastMembers }, 5);
          expect(modes.length).toBeLessThanOrEqual(clusters);
          modes.forEach((mode, at) => {
            const members = shoppers.filter((one) => nearestMode(modes, one) === at);
            expect(members.length).toBeGreaterThanOrEqual(leastMembers);
            for (const [name, value] of Object.entries(mode))
              expect(members.filter((one) => one[name] === value).length).toBeGreaterThanOrEqual(
                leastMembers,
              );
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});
