import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import { PLACEMENTS } from '../protocol/placement.ts';
import {
  deepGoldenEngine,
  deepGoldenSlates,
  digest,
  GOLDEN_DIGEST,
  goldenDigest,
  goldenEngine,
  goldenShoppers,
  goldenSlates,
} from './golden.case.ts';
import { score } from './score.ts';
import { moment } from './shop.case.ts';

describe('golden slates', () => {
  const engine = goldenEngine(loadKernel());
  const deep = deepGoldenEngine(loadKernel());
  const slates = [...goldenSlates(engine), ...deepGoldenSlates(deep)];

  test('come out as pinned in Node', () => {
    expect(digest(slates)).toBe(GOLDEN_DIGEST);
  });

  test('come out as pinned from the plain JS build', () => {
    expect(goldenDigest(loadKernel({ build: 'js' }))).toBe(GOLDEN_DIGEST);
  });

  test('are of every placement and a catalogue large enough, with ties that only the row decides', () => {
    expect(engine.shard.items).toBeGreaterThanOrEqual(5000);
    expect(new Set(slates.map(({ placement }) => placement)).size).toBe(PLACEMENTS.length);
    const tied = slates.filter(({ entries }) =>
      entries.some(({ score }, at) => score === entries[at + 1]?.score),
    );
    expect(tied.length).toBeGreaterThan(10);
  });

  test('are of a thousand candidates where the deep ranker orders them', () => {
    const states = goldenShoppers().filter(({ session }) => session !== null);
    const { candidates } = score(deep, states.at(-1)!, { placement: 'for-you' }, moment());
    expect(candidates.items).toHaveLength(1000);
    expect(deep.ranker?.kind).toBe('deep');
  });

  test('notice one bit of one score', () => {
    const shown = slates.findIndex(({ entries }) => entries.length > 0);
    const { entries } = slates[shown]!;
    const nudged = entries.map((entry, at) =>
      at === 0 ? { ...entry, score: entry.score + 2 ** -20 } : entry,
    );
    const changed = slates.map((slate, at) => (at === shown ? { ...slate, entries: nudged } : slate));
    expect(digest(changed)).not.toBe(GOLDEN_DIGEST);
  });
});
