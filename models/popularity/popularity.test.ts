import { describe, expect, it } from 'vitest';
import { histories, type ToyTouch } from '../toy-data.ts';
import { DEFAULT_POPULARITY, fitPopularity, popularityCard } from './popularity.ts';

const DAY = 86_400_000;
const NOW = 1000 * DAY;
const ago = (days: number, item: number, kind: ToyTouch['kind'] = 'view', visit = days): ToyTouch => ({
  item,
  kind,
  time: NOW - days * DAY,
  visit,
});
const fitted = (users: ToyTouch[][]) => fitPopularity(histories(3, users), DEFAULT_POPULARITY, NOW);

describe('popularity', () => {
  it('counts views and purchases, all and of the last seven days', () => {
    const { views, views7, purchases, purchases7 } = fitted([
      [ago(30, 0), ago(20, 0, 'purchase'), ago(2, 0)],
    ]);
    expect([views[0], views7[0], purchases[0], purchases7[0]]).toEqual([2, 1, 1, 0]);
  });

  it('weighs a purchase as five views, and lets both fade by e in thirty days', () => {
    const { popularity } = fitted([[ago(30, 0, 'purchase'), ago(0, 1)]]);
    expect(popularity[0]).toBeCloseTo(5 / Math.E, 5);
    expect(popularity[1]).toBeCloseTo(1, 5);
  });

  it('tells what rises from what was always there and from what nobody touched', () => {
    const steady = Array.from({ length: 60 }, (_, day) => ago(59 - day, 0));
    const risen = Array.from({ length: 20 }, (_, at) => ago(3, 1, 'view', 100 + at));
    const { trend } = fitted([steady, risen]);
    expect(trend[1]).toBeGreaterThan(1);
    expect(Math.abs(trend[0]!)).toBeLessThan(0.5);
    expect(trend[2]).toBe(0);
  });

  it('learns what is bought again, and believes few buyers little', () => {
    const again = Array.from({ length: 30 }, () => [ago(9, 0, 'purchase'), ago(2, 0, 'purchase')]);
    const once = Array.from({ length: 30 }, () => [ago(9, 1, 'purchase')]);
    const { repeat } = fitted([...again, ...once, [ago(5, 2, 'purchase'), ago(1, 2, 'purchase')]]);
    expect(repeat[0]).toBeGreaterThan(0.8);
    expect(repeat[1]).toBeLessThan(0.2);
    expect(repeat[2]).toBeLessThan(repeat[0]!);
  });

  it('learns how soon what is bought comes back: on the next visit that buys, whatever lies between', () => {
    const next = Array.from({ length: 30 }, () => [
      ago(20, 0, 'purchase'),
      ago(15, 2),
      ago(9, 0, 'purchase'),
      ago(9, 0, 'purchase'),
    ]);
    const later = Array.from({ length: 30 }, () => [
      ago(20, 1, 'purchase'),
      ago(12, 0, 'purchase'),
      ago(2, 1, 'purchase'),
    ]);
    const { again, repeat } = fitted([...next, ...later]);
    expect(again[0]).toBeCloseTo((30 + 10 * (30 / 90)) / (60 + 10), 5);
    expect(again[1]).toBeCloseTo((10 * (30 / 90)) / (30 + 10), 5);
    expect(repeat[1]).toBeGreaterThan(0.8);
    expect([...fitted([[ago(9, 0), ago(1, 0)]]).again]).toEqual([0, 0, 0]);
  });

  it('says what it is', () => {
    expect(popularityCard(fitted([[ago(1, 0)]]), DEFAULT_POPULARITY, 3)).toMatchObject({ seed: 3 });
  });
});
