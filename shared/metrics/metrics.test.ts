import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averagePopularityAtK,
  intraListDiversityAtK,
  itemCoverageAtK,
  noveltyAtK,
  overlapAtK,
} from './lists.ts';
import { auc, hitAtK, mrrAtK, ndcgAtK, precisionAtK, recallAtK } from './ranking.ts';

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

describe('area under the curve', () => {
  it('is the known value, with ties counted half', () => {
    // the example of scikit-learn's roc_auc_score: right .35 and .8, wrong .1 and .4
    expect(auc([0.1, 0.4, 0.35, 0.8], (at) => at >= 2)).toBe(0.75);
    expect(auc([1, 1, 1, 1], (at) => at === 0)).toBe(0.5);
    expect(auc([Number.NEGATIVE_INFINITY, 2, Number.NEGATIVE_INFINITY], (at) => at === 0)).toBe(0.25);
  });

  it('has nothing to say where all are right or none is', () => {
    expect(auc([1, 2], () => true)).toBeUndefined();
    expect(auc([1, 2], () => false)).toBeUndefined();
  });

  it('is the share of pairs in the right order', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 5 }), right: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        let [pairs, won] = [0, 0];
        for (const a of rows)
          for (const b of rows) {
            if (!a.right || b.right) continue;
            pairs++;
            won += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
          }
        const found = auc(
          rows.map(({ score }) => score),
          (at) => rows[at]!.right,
        );
        if (pairs === 0) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo(won / pairs, 10);
      }),
    );
  });
});

describe('ranked lists and a naive model', () => {
  it('agree on every metric of every list', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 15 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 12 }), (list, answers, k) => {
        const right = new Set(answers);
        const flags = list.slice(0, k).map((id) => (right.has(id) ? 1 : 0));
        const found = flags.filter((flag) => flag === 1).length;
        const gain = (values: readonly number[]) =>
          values.reduce((sum, value, at) => sum + value / Math.log2(at + 2), 0);
        const ideal = gain(Array(Math.min(k, right.size)).fill(1));
        expect(recallAtK(list, right, k)).toBe(right.size === 0 ? 0 : found / right.size);
        expect(precisionAtK(list, right, k)).toBe(found / k);
        expect(hitAtK(list, right, k)).toBe(found > 0 ? 1 : 0);
        expect(mrrAtK(list, right, k)).toBe(found === 0 ? 0 : 1 / (flags.indexOf(1) + 1));
        expect(ndcgAtK(list, right, k)).toBeCloseTo(ideal === 0 ? 0 : gain(flags) / ideal, 10);
      }),
    );
  });
});

describe('metrics of lists', () => {
  it('is as popular as its items are on average', () => {
    expect(averagePopularityAtK([1, 2, 9], (item) => item * 10, 2)).toBe(15);
    expect(averagePopularityAtK([], () => 1, 2)).toBe(0);
  });

  it('overlaps by what the first places share, whatever their order', () => {
    expect(overlapAtK(['a', 'b', 'c'], ['b', 'a', 'x'], 2)).toBe(1);
    expect(overlapAtK(['a', 'b'], ['b', 'c', 'd', 'e'], 4)).toBe(0.25);
    expect(overlapAtK([], [], 3)).toBe(1);
    expect(overlapAtK([], ['a'], 3)).toBe(0);
  });

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
