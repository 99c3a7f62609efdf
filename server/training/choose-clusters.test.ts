import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { openRelease } from '../../shared/engine/engine.ts';
import { recommend } from '../../shared/engine/recommend.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ItemId, MarketId, ReleaseId } from '../../shared/protocol/ids.ts';
import { EMPTY_PROFILE, type ProfileAttributes } from '../../shared/protocol/profile.ts';
import { buildDataset } from '../dataset/dataset.ts';
import type { StoredInteraction, StoredShopper } from '../store/contract.ts';
import type { TrainedRelease } from './contract.ts';
import { momentOf } from './examples.ts';
import { SHOP_SETTINGS } from './settings.ts';
import { shopPlan } from './shop-plan.ts';
import { withShoppers } from './shoppers.ts';
import { type ShopData, train } from './train.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY;
const SHOPPERS = 240;
const OF_A_KIND = 12;
const FLAT = { home: 'flat', pet: 'none' };
const HOUSE = { home: 'house', pet: 'dog' };
const livesInFlat = (shopper: number): boolean => shopper % 2 === 0;

/** Those in flats buy plants, those in houses rakes; the shop sells as many of either. */
function town(attributesOf: (shopper: number) => ProfileAttributes): ShopData {
  const random = createRandom(6);
  const items = ['plant', 'rake'].flatMap((kind) =>
    Array.from({ length: OF_A_KIND }, (_, at) => ({
      id: `${kind}-${at}` as ItemId,
      title: `${kind} ${at}`,
      availability: 'in_stock' as const,
    })),
  );
  const interactions: StoredInteraction[] = [];
  for (let shopper = 0; shopper < SHOPPERS; shopper++)
    for (let visit = 0; visit < 3; visit++) {
      const time = NOW - (60 - visit * 20 - random.below(20)) * DAY + random.below(DAY / 2);
      for (let step = 0; step < 3; step++)
        interactions.push({
          key: `${shopper}-${visit}-${step}`,
          subject: `s${shopper}`,
          visit: `s${shopper}v${visit}`,
          item: `${livesInFlat(shopper) ? 'plant' : 'rake'}-${random.below(OF_A_KIND)}`,
          kind: 'purchase',
          time: time + step * 60_000,
          ...{ quantity: 1, price: 10, origin: 'import' },
        });
    }
  return {
    items,
    interactions,
    shoppers: Array.from({ length: SHOPPERS }, (_, shopper) => ({
      subject: `s${shopper}`,
      attributes: attributesOf(shopper),
    })),
    markets: [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }],
    now: NOW,
  };
}

const telling = town((shopper) => (livesInFlat(shopper) ? FLAT : HOUSE));
const coins = createRandom(9);
const idle = town(() => (coins.next() < 0.5 ? FLAT : HOUSE));
const { shoppers: _, ...silent } = telling;

const kernel = loadKernel({ build: 'js' });
const settings = {
  ...SHOP_SETTINGS,
  ease: undefined,
  deep: undefined,
  embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 1, batch: 300, negatives: 30 },
  ranker: { ...SHOP_SETTINGS.ranker, hidden: [8, 4], listLength: 16, epochs: 1 },
};
const options = { seed: 3, code: 'test', kernel, settings, clock: () => 0 };
const run = (shop: ShopData): Promise<TrainedRelease> => train(shop, options, { stage() {}, log() {} });

describe('clusters of shoppers, chosen on validation', () => {
  let helped: TrainedRelease;
  let idled: TrainedRelease;
  let without: TrainedRelease;
  beforeAll(async () => {
    helped = await run(telling);
    idled = await run(idle);
    without = await run(silent);
  }, 60_000);

  const cold = ({ parts }: TrainedRelease, attributes: ProfileAttributes) => {
    const engine = openRelease(
      new Map(parts.map(({ role, bytes }) => [role, bytes])),
      'r' as ReleaseId,
      kernel,
    );
    const state = { profile: { ...EMPTY_PROFILE, attributes }, session: null };
    return recommend(engine, state, { placement: 'for-you', limit: 6 }, momentOf(NOW, 'off')).entries;
  };

  it('show a cold shopper what those with like attributes buy', () => {
    expect(helped.metrics['clusters.shipped']).toBeGreaterThanOrEqual(2);
    expect(helped.metrics['validation.clusters.ndcg']).toBeGreaterThan(
      1.5 * helped.metrics['validation.cold.ndcg']!,
    );
    for (const [attributes, kind] of [
      [FLAT, 'plant'],
      [HOUSE, 'rake'],
      [{ pet: 'dog' }, 'rake'],
    ] as const) {
      const entries = cold(helped, attributes);
      expect(entries.map(({ item }) => item.split('-')[0])).toEqual(Array(6).fill(kind));
      expect(entries.some(({ reason }) => reason.kind === 'popular-alike')).toBe(true);
    }
    expect(helped.cards.map(({ model }) => model)).toContain('shopper-clusters');
  });

  it('do not ship where attributes say nothing: the release is that of a shop without, byte for byte', () => {
    expect(idled.metrics['clusters.shipped']).toBe(0);
    expect(idled.cards.map(({ model }) => model)).not.toContain('shopper-clusters');
    expect(idled.parts).toEqual(without.parts);
    expect(without.metrics).not.toHaveProperty('clusters.shipped');
  });

  it('leave nothing of any one shopper in the release', () => {
    const weights = helped.parts.find(({ role }) => role === 'weights')!;
    const text = new TextDecoder('latin1').decode(weights.bytes);
    expect(text).toContain('"mode":{"home":"flat"');
    for (const { subject } of telling.shoppers!) expect(text).not.toContain(`"${subject}"`);
  });

  it('have no part in the twin that is tested without the newest window', () => {
    const twin = helped.exam!.files.find(({ role }) => role === 'weights')!;
    expect(new TextDecoder('latin1').decode(twin.bytes)).not.toContain('"mode"');
  });
});

describe('what is asked of cold shoppers', () => {
  const read = async (shoppers: readonly StoredShopper[]) => {
    const subjects = shoppers.map(({ subject }) => subject);
    const built = await buildDataset(telling.items, telling.interactions, { now: NOW, subjects });
    return withShoppers(built, shoppers);
  };

  it('is of those of whom the shop says something, who are not tested on, and tells nothing of their past', async () => {
    const { dataset } = await read(telling.shoppers!.slice(0, 100));
    const plan = shopPlan(dataset, {
      ...{ seed: 1, window: 0.15, mostDays: 37, cuts: 1, interactionsAQuery: 40 },
      ...{ leastQueries: 100, mostQueries: 1000, validationQueries: 100, testQueries: 1000 },
    });
    const tested = new Set(plan.test!.queries.map(({ from }) => from));
    expect(plan.cold!.length).toBeGreaterThan(10);
    for (const { user, from, to, now, targets } of plan.cold!) {
      expect(dataset.shoppers![user]).toBeDefined();
      expect(tested.has(dataset.interactions.offsets[user]!)).toBe(false);
      expect(to).toBe(from);
      expect(now).toBeGreaterThanOrEqual(plan.validation.fit.until);
      expect(targets.length).toBeGreaterThan(0);
    }
  });

  it('changes with what the shop says, and a shop that says nothing keeps its hash', async () => {
    const one = await read([{ subject: 's1', attributes: HOUSE }]);
    const other = await read([{ subject: 's1', attributes: FLAT }]);
    const nothing = await read([
      { subject: 'nobody', attributes: FLAT },
      { subject: 's1', attributes: {} },
    ]);
    const { hash, dataset } = await buildDataset(telling.items, telling.interactions, NOW);
    expect(nothing.hash).toBe(hash);
    expect(nothing.dataset).toEqual(dataset);
    expect(new Set([hash, one.hash, other.hash]).size).toBe(3);
    expect(one.dataset.shoppers!.filter(Boolean)).toEqual([HOUSE]);
  });
});
