import { describe, expect, test } from 'vitest';
import { summarise } from './statistics.ts';
import { type Contender, takeTurns } from './turns.ts';

describe('what is said of measurements', () => {
  test('quantiles as NumPy has them', () => {
    const hundred = Array.from({ length: 101 }, (_, at) => 100 - at);
    expect(summarise(hundred)).toEqual({ p50: 50, p99: 99, least: 0, most: 100, spread: 0.5, count: 101 });
    expect(summarise([4, 1, 2, 3]).p50).toBe(2.5);
  });
  test('nothing, and what is no number, is refused', () => {
    expect(() => summarise([])).toThrow('found none');
    expect(() => summarise([1, Number.NaN])).toThrow('found NaN');
  });
});

describe('turns', () => {
  /** Takes the same time a call, and writes down who was asked. */
  const contender = (name: string, ms: number, log: string[]): Contender => ({
    laps: async (calls, together) => {
      log.push(name);
      return Array.from({ length: Math.ceil(calls / together) }, () => ms);
    },
  });

  test('everybody is asked in every round, and another one first each time', async () => {
    const log: string[] = [];
    const [a, b] = await takeTurns([contender('a', 0.01, log), contender('b', 5, log)], {
      rounds: 4,
      turn: 10,
    });
    expect([a?.p50, b?.p50]).toEqual([0.01, 5]);
    expect(log.slice(-8).join('')).toBe('abbaabba');
  });

  test('what is quick is read in groups that the clock can see, what is slow call by call', async () => {
    const groups: Record<string, number> = {};
    const watch = (name: string, ms: number): Contender => ({
      laps: async (calls, together) => {
        groups[name] = together;
        return [ms + 0 * calls];
      },
    });
    await takeTurns([watch('quick', 0.001), watch('slow', 30)], { rounds: 1, turn: 20 });
    expect(groups).toEqual({ quick: 200, slow: 1 });
  });
});
