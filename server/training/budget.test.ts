import { randomBytes } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { MarketId } from '../../shared/protocol/ids.ts';
import { ECONOMIES, lighten, limitOf, networkWeight, roomForTwoTables, weighParts } from './budget.ts';
import type { BundlePart } from './contract.ts';
import { openParts } from './fits.ts';
import { SHOP_BUDGET, SHOP_SETTINGS, type TrainingSettings } from './settings.ts';
import { syntheticRelease } from './synthetic.case.ts';

const MOST = 10_000;
/** Bytes of each thing that can go, and of what cannot. */
const COSTS = { ease: 300, pairs: 150, order: 80, tokens: 200, bits: 140, content: 380 };
const weigh = ({ packing, carries, bits }: TrainingSettings): number =>
  MOST +
  (packing.further === undefined ? COSTS.ease : 0) +
  (carries.pairs ? COSTS.pairs : 0) +
  (carries.order ? COSTS.order : 0) +
  (carries.tokens ? COSTS.tokens : 0) +
  (carries.content ? COSTS.content + (bits.content > 3 ? COSTS.bits : 0) : 0);
const FULL = weigh(SHOP_SETTINGS);
const LEAST = MOST;

describe('the byte budget', () => {
  it('is 150 bytes an item, and 3 MB where that is less', () => {
    expect(limitOf(SHOP_BUDGET, 300)).toBe(3_000_000);
    expect(limitOf(SHOP_BUDGET, 20_000)).toBe(3_000_000);
    expect(limitOf(SHOP_BUDGET, 100_000)).toBe(15_000_000);
  });

  it('takes nothing from a release that fits', () => {
    expect(lighten(SHOP_SETTINGS, FULL, weigh)).toEqual({
      ...{ settings: SHOP_SETTINGS, left: [], full: FULL, bytes: FULL },
    });
  });

  it('gives up in the documented order, and takes back what there is room for', () => {
    expect(lighten(SHOP_SETTINGS, FULL - 1, weigh).left).toEqual(['ease-entries']);
    expect(lighten(SHOP_SETTINGS, FULL - 400, weigh).left).toEqual(['ease-entries', 'pairs']);
    // Without tokens there is room for order again.
    const { settings, left, bytes } = lighten(SHOP_SETTINGS, FULL - 640, weigh);
    expect(left).toEqual(['ease-entries', 'pairs', 'tokens']);
    expect(settings.carries).toEqual({ content: true, tokens: false, order: true, pairs: false });
    expect(settings).toMatchObject({ bits: { content: 4 }, packing: { further: 10 } });
    expect(bytes).toBe(FULL - 650);
  });

  it('is kept at every limit that can be kept, with nothing that there was still room for', () => {
    const random = createRandom(4);
    for (let round = 0; round < 200; round++) {
      const limit = LEAST + random.below(FULL - LEAST);
      const { settings, left, bytes } = lighten(SHOP_SETTINGS, limit, weigh);
      expect(bytes).toBe(weigh(settings));
      expect(bytes).toBeLessThanOrEqual(limit);
      for (const name of left) {
        const others = ECONOMIES.filter((one) => left.includes(one.name) && one.name !== name);
        expect(weigh(others.reduce((by, { spare }) => spare(by), SHOP_SETTINGS))).toBeGreaterThan(limit);
      }
    }
  });

  it('leaves everything out where that is not enough, and says what it weighs', () => {
    const { left, bytes } = lighten(SHOP_SETTINGS, LEAST - 1, weigh);
    expect(bytes).toBe(LEAST);
    expect(left).toContain('content');
  });

  it('gives nothing up for the deep ranker, which may not ship', () => {
    const { deep: _, ...small } = SHOP_SETTINGS;
    const alone = { ...small, deep: undefined };
    for (const form of ['raw', 'brotli'] as const)
      expect(networkWeight(SHOP_SETTINGS, form)).toBe(networkWeight(alone, form));
    for (const items of [8000, 14_000, 20_000])
      expect(roomForTwoTables(SHOP_SETTINGS, SHOP_BUDGET, { items })).toBe(
        roomForTwoTables(alone, SHOP_BUDGET, { items }),
      );
  });

  it('has two tables of vectors while there is room, and more room where bytes are fewer', () => {
    const room = (items: number): boolean => roomForTwoTables(SHOP_SETTINGS, SHOP_BUDGET, { items });
    expect([400, 4000, 8000, 20_000, 100_000].map(room)).toEqual([true, true, true, false, false]);
    const small = { ...SHOP_SETTINGS, embeddings: { ...SHOP_SETTINGS.embeddings, dims: 16 } };
    const lean = { ...small, ease: undefined, deep: undefined };
    expect(roomForTwoTables(lean, SHOP_BUDGET, { items: 15_000 })).toBe(true);
  });

  it('keeps no room for the head of a release that has none', () => {
    // A leave-one-out benchmark's catalogue and limit: two tables fit, two tables and a head do not.
    const bytes = { form: 'raw', anItem: 280, least: 3_400_000 } as const;
    const items = 12_101;
    const alone = {
      ...SHOP_SETTINGS,
      ease: undefined,
      carries: { ...SHOP_SETTINGS.carries, content: false },
    };
    expect(roomForTwoTables(alone, bytes, { items, head: false })).toBe(true);
    expect(roomForTwoTables(alone, bytes, { items })).toBe(false);
  });

  it('weighs what one device loads: the heaviest market’s cards, of each level', () => {
    const part = (role: string, bytes: number, more: Partial<BundlePart> = {}): BundlePart => ({
      ...{ role, needed: true, bytes: new Uint8Array(randomBytes(bytes)) },
      ...more,
    });
    const parts = [
      part('shard', 1000),
      part('cards', 300, { market: 'gb' as MarketId }),
      part('cards', 500, { market: 'de' as MarketId }),
      part('cards', 90, { market: 'gb' as MarketId, level: 'head' }),
    ];
    expect(weighParts(parts, 'raw')).toBe(1590);
  });
});

describe('a drawn release of 2,000 items', () => {
  const kernel = loadKernel({ build: 'js' });
  const drawn = (least: number) =>
    syntheticRelease({ items: 2000, seed: 5, kernel, bytes: { form: 'brotli', anItem: 0, least } });

  it('carries everything that a shop’s does where there is room', () => {
    const release = drawn(3_000_000);
    const { shard, lists, transitions, ...engine } = openParts(
      release.parts.filter(({ level, role }) => level === undefined && role !== 'cards'),
      kernel,
    );
    expect(release.left).toEqual([]);
    expect(shard.queryEmbeddings).not.toBe(shard.embeddings);
    expect([shard.content, shard.tokens, transitions.pairs].every((one) => one !== undefined)).toBe(true);
    expect(Object.keys(lists).sort()).toEqual(['basket', 'fresh', 'taste']);
    expect(engine.settings.ranker).toBe('deep');
  });

  it('weighs at the best quality what the budget counted, or a little less', () => {
    for (const least of [3_000_000, 500_000]) {
      const { parts } = drawn(least);
      const best = parts.reduce((sum, { bytes }) => sum + brotliCompressSync(bytes).length, 0);
      expect(weighParts(parts, 'brotli')).toBeGreaterThan(best * 0.99);
      expect(weighParts(parts, 'brotli')).toBeLessThan(best * 1.04);
      if (least === 500_000) expect(best).toBeLessThan(least);
    }
  });
});
