import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoff, LONGEST_RETRY_AFTER, LONGEST_WAIT, retryAfterOf } from './backoff.ts';

describe('the wait after a failure', () => {
  test('doubles its ceiling up to five minutes', () => {
    const ceilings = [0, 1, 2, 3, 8, 9, 1000].map((attempt) => backoff(attempt, 1 - 2 ** -53));
    expect(ceilings.map(Math.round)).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
  });

  test('is spread over the whole of it, so that devices that failed together part', () => {
    expect(backoff(3, 0)).toBe(0);
    expect(backoff(3, 0.25)).toBe(2_000);
  });

  test('never undercuts what the server asked for, and never exceeds an hour', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(10 ** 9),
        (attempt, random, asked) => {
          const wait = backoff(attempt, random, asked);
          expect(wait).toBeGreaterThanOrEqual(Math.min(asked, LONGEST_RETRY_AFTER));
          expect(wait).toBeLessThanOrEqual(Math.max(LONGEST_WAIT, LONGEST_RETRY_AFTER));
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 2, 17, 10);
  test.each([
    ['120', 120_000],
    ['Tue, 17 Mar 2026 10:00:30 GMT', 30_000],
    ['Tue, 17 Mar 2026 09:00:00 GMT', 0],
    ['soon', 0],
    [null, 0],
  ])('%s means %d ms', (header, ms) => {
    expect(retryAfterOf(header, now)).toBe(ms);
  });
});
