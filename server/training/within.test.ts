import { describe, expect, test } from 'vitest';
import { PACKINGS, SHOP_SETTINGS } from './settings.ts';
import { amongEqual, isDeepWorth, packingsOf } from './within.ts';

const options = {
  settings: { ...SHOP_SETTINGS, ease: undefined },
  markets: [],
  rules: 'off',
  choices: [],
  transitions: [],
  packings: PACKINGS,
  now: 0,
} as const;
const mostOf = (most: number) => ({
  ...options.settings,
  transitions: { ...options.settings.transitions, most },
  baskets: { ...options.settings.baskets, most },
});

describe('lists that may be chosen', () => {
  test('are all of them while lists are longer than any cut', () => {
    expect(packingsOf({ ...options, settings: mostOf(30) })).toEqual(PACKINGS);
  });

  test('are tried once where cuts beyond the longest list cut alike', () => {
    const tried = packingsOf({ ...options, settings: mostOf(20) });
    expect(tried.map(({ bits }) => bits)).toEqual([8, 4]);
    expect(packingsOf({ ...options, settings: mostOf(25) })).toEqual(PACKINGS);
  });

  test('keep the entries that the budget leaves to EASE', () => {
    const settings = { ...mostOf(30), packing: { ...SHOP_SETTINGS.packing, further: 10 } };
    expect(packingsOf({ ...options, settings }).map(({ further }) => further)).toEqual([10, 10, 10, 10]);
  });

  test('are the smallest of equal ones, and the largest where bytes are there to be spent', () => {
    const equal = [{ bytes: 7 }, { bytes: 3 }, { bytes: 9 }, { bytes: 9 }];
    expect(amongEqual(equal, undefined)).toBe(equal[1]);
    expect(amongEqual(equal, { spend: 'little' })).toBe(equal[1]);
    expect(amongEqual(equal, { spend: 'all' })).toBe(equal[2]);
  });
});

describe('the deep ranker', () => {
  const small = { ndcg: 0.2 };

  test('ships where it is clearly better than the small one', () => {
    expect(isDeepWorth({ ndcg: 0.21 }, small)).toBe(true);
    expect(isDeepWorth({ ndcg: 0.2019 }, small)).toBe(false);
    expect(isDeepWorth({ ndcg: 0.19 }, small)).toBe(false);
  });

  test('does not ship where no lists leave room for it, however good it is', () => {
    expect(isDeepWorth({ ndcg: 0.4, fits: true }, small)).toBe(true);
    expect(isDeepWorth({ ndcg: 0.4, fits: false }, small)).toBe(false);
  });
});
