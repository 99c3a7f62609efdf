import { describe, expect, it } from 'vitest';
import type { TokenMatrix } from '../content/content.ts';
import { kinTrend } from './kin-trend.ts';

/** Each item's tokens, all of one weight. */
const matrix = (rows: readonly (readonly number[])[], tokens: number): TokenMatrix => ({
  tokens: Array.from({ length: tokens }, (_, id) => `w:${id}`),
  offsets: Uint32Array.from([0, ...rows.map((_, at) => rows.slice(0, at + 1).flat().length)]),
  ids: Uint32Array.from(rows.flat()),
  weights: new Float32Array(rows.flat().length).fill(2),
});

const TINSEL = 0;
const PARASOL = 1;
const rising = Array.from({ length: 10 }, () => [TINSEL]);
const falling = Array.from({ length: 10 }, () => [PARASOL]);
const trends = [...rising.map(() => 1), ...falling.map(() => -1)];

describe('the trend of kin', () => {
  it("is what items with an item's words do, whether anybody has touched it or not", () => {
    const rows = [...rising, ...falling, [TINSEL], [PARASOL], [TINSEL, PARASOL], []];
    const trend = Float32Array.from([...trends, 0, 0, 0, 0]);
    const touched = Uint8Array.from(rows, (_, at) => (at < trends.length ? 1 : 0));
    const found = kinTrend(matrix(rows, 2), { trend, touched }).subarray(trends.length);
    expect(found[0]).toBeGreaterThan(0.5);
    expect(found[1]).toBeLessThan(-0.5);
    expect(found[2]).toBeCloseTo(0, 6);
    expect(found[3]).toBeCloseTo(0, 6);
  });

  it('believes one item with a word little', () => {
    const rows = [...rising, ...falling, [2]];
    const touched = new Uint8Array(rows.length).fill(1);
    const found = kinTrend(matrix(rows, 3), { trend: Float32Array.from([...trends, 1]), touched });
    expect(found.at(-1)).toBeGreaterThan(0);
    expect(found.at(-1)).toBeLessThan(found[0]!);
  });

  it("is nobody's where nothing was touched", () => {
    const none = kinTrend(matrix([[0], []], 1), { trend: new Float32Array(2), touched: new Uint8Array(2) });
    expect([...none]).toEqual([0, 0]);
  });
});
