import { describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { bootstrap } from './bootstrap.ts';

const SETTINGS = { resamples: 2000, seed: 1 };

describe('bootstrap', () => {
  it('is as wide as the normal interval of a mean of many independent values', () => {
    const random = createRandom(8);
    const values = Array.from({ length: 400 }, () => random.normal());
    const shoppers = values.map((_, at) => String(at));
    const { mean, low, high } = bootstrap(values, shoppers, SETTINGS);
    const expected = (2 * 1.96) / Math.sqrt(400);
    expect(high - low).toBeGreaterThan(expected * 0.85);
    expect(high - low).toBeLessThan(expected * 1.15);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });

  it('is wider where a shopper says the same thing many times', () => {
    const values = Array.from({ length: 400 }, (_, at) => Math.floor(at / 20) % 2);
    const apart = bootstrap(
      values,
      values.map((_, at) => String(at)),
      SETTINGS,
    );
    const together = bootstrap(
      values,
      values.map((_, at) => String(Math.floor(at / 20))),
      SETTINGS,
    );
    expect(together.high - together.low).toBeGreaterThan(2 * (apart.high - apart.low));
  });

  it('gives the same interval for the same seed', () => {
    const values = [1, 0, 1, 1];
    const shoppers = ['a', 'b', 'c', 'd'];
    expect(bootstrap(values, shoppers, SETTINGS)).toEqual(bootstrap(values, shoppers, SETTINGS));
    expect(bootstrap([], [], SETTINGS).mean).toBe(0);
  });
});
