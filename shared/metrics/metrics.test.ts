import { describe, expect, it } from 'vitest';
import { intraListDiversityAtK, itemCoverageAtK, noveltyAtK } from './lists.ts';
import { hitAtK, mrrAtK, ndcgAtK, precisionAtK, recallAtK } from './ranking.ts';

const ranked = ['a', 'b', 'c', 'd', 'e'];

describe('metrics of a ranked list', () => {
  it('are those of the textbook for two right answers at places 2 and 4', () => {
    const right = new Set(['b', 'd']);
    expect(recallAtK(ranked, right, 3)).toBe(0.5);
    expect(recallAtK(ranked, right, 5)).toBe(1);
    expect(precisionAtK(ranked, right, 4)).toBe(0.5);
    expect(hitAtK(ranked, right, 1)).toBe(0);
    expect(hitAtK(ranked, right, 2)).toBe(1);
    expect(mrrAtK(ranked, right, 5)).toBe(0.5);
    // (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3))
    expect(ndcgAtK(ranked, right, 5)).toBeCloseTo(0.65092093, 8);
  });

  it('have one right answer as leave-one-out has: ndcg is its discount, recall is hit', () => {
    const right = new Set(['c']);
    expect(ndcgAtK(ranked, right, 10)).toBeCloseTo(0.5, 12);
    expect(recallAtK(ranked, right, 10)).toBe(hitAtK(ranked, right, 10));
    expect(mrrAtK(ranked, right, 10)).toBeCloseTo(1 / 3, 12);
  });

  it('have more right answers than places: the ideal is a full list', () => {
    expect(ndcgAtK(['a', 'b'], new Set(['a', 'b', 'c', 'd']), 2)).toBe(1);
    expect(recallAtK(['a', 'b'], new Set(['a', 'b', 'c', 'd']), 2)).toBe(0.5);
  });

  it('count places that stay empty as wrong, and nothing right as 0', () => {
    expect(precisionAtK(['a'], new Set(['a']), 10)).toBe(0.1);
    for (const metric of [recallAtK, ndcgAtK, mrrAtK, hitAtK, precisionAtK]) {
      expect(metric(ranked, new Set<string>(), 10)).toBe(0);
      expect(metric<string>([], new Set(['a']), 10)).toBe(0);
    }
  });
});

describe('metrics of lists', () => {
  it('covers what any list shows among its first places', () => {
    const lists = [
      ['a', 'b', 'x'],
      ['a', 'c', 'y'],
    ];
    expect(itemCoverageAtK(lists, 10, 2)).toBe(0.3);
    expect(itemCoverageAtK(lists, 0, 2)).toBe(0);
  });

  it('is as diverse as its pairs are unlike', () => {
    const alike = (a: number, b: number): number => (a % 2 === b % 2 ? 1 : 0);
    expect(intraListDiversityAtK([1, 3, 5], alike, 3)).toBe(0);
    expect(intraListDiversityAtK([1, 2, 3], alike, 3)).toBeCloseTo(2 / 3, 12);
    expect(intraListDiversityAtK([1], alike, 3)).toBe(0);
  });

  it('is as new as few know it, in bits', () => {
    const known = { by: (item: number) => item, users: 8 };
    expect(noveltyAtK([1, 8], known, 2)).toBe(1.5);
    expect(noveltyAtK([0], known, 2)).toBe(3);
    expect(noveltyAtK([], known, 2)).toBe(0);
  });
});
