import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import { openRelease } from '../../shared/engine/engine.ts';
import { goldenSlate, goldenState } from '../../shared/engine/golden.ts';
import { recommend } from '../../shared/engine/recommend.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ItemId, MarketId, ReleaseId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { StoredInteraction } from '../store/contract.ts';
import { weighParts } from './budget.ts';
import type { TrainedRelease } from './contract.ts';
import { momentOf } from './examples.ts';
import { SHOP_SETTINGS } from './settings.ts';
import { type ShopData, TrainingError, train } from './train.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY;
const KINDS = 6;
const OF_A_KIND = 8;
const name = (kind: number, at: number): ItemId => `k${kind}-${at}` as ItemId;

/** A shop whose shoppers stay with one kind of goods a visit: whoever looks at some of a kind wants more of it. */
function toyShop(shoppers = 160): ShopData {
  const random = createRandom(6);
  const items: Item[] = [];
  for (let kind = 0; kind < KINDS; kind++)
    for (let at = 0; at < OF_A_KIND; at++)
      items.push({
        id: name(kind, at),
        title: `thing ${at} of kind${kind}`,
        product_type: `All > Kind ${kind}`,
        price: 10 + at,
        currency: 'GBP',
        availability: 'in_stock',
      });
  const interactions: StoredInteraction[] = [];
  for (let shopper = 0; shopper < shoppers; shopper++)
    for (let visit = 0; visit < 3; visit++) {
      const kind = random.below(KINDS);
      const start = NOW - (60 - random.below(60)) * DAY + random.below(DAY / 2);
      const order = Array.from({ length: OF_A_KIND }, (_, at) => at).sort(() => random.next() - 0.5);
      order.slice(0, 5).forEach((at, step) => {
        interactions.push({
          key: `${shopper}-${visit}-${step}`,
          subject: `s${shopper}`,
          visit: `s${shopper}v${visit}`,
          item: name(kind, at),
          kind: step === 4 ? 'purchase' : 'view',
          time: start + step * 60_000,
          quantity: 1,
          price: 10,
          origin: 'import',
        });
      });
    }
  const markets = [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }];
  return { items, interactions, markets, now: NOW };
}

const kernel = loadKernel({ build: 'js' });
const settings = {
  ...SHOP_SETTINGS,
  embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 6, batch: 300, negatives: 30 },
  ranker: { ...SHOP_SETTINGS.ranker, hidden: [16, 8], listLength: 24, epochs: 6 },
};
const quiet = { stage() {}, log() {} };
const options = { seed: 3, code: 'test', kernel, settings, clock: () => 0 };
const open = ({ parts }: TrainedRelease) =>
  openRelease(new Map(parts.map(({ role, bytes }) => [role, bytes])), 'r' as ReleaseId, kernel);

/** Kinds of questions that a release's ranker adds something for, by a unit each. */
const kindsTold = ({ metrics }: TrainedRelease): number =>
  Object.keys(metrics).filter((metric) => metric.startsWith('validation.ranker.calibration.adds.')).length;

describe('training a shop', () => {
  let trained: TrainedRelease;
  beforeAll(async () => {
    trained = await train(toyShop(), options, quiet);
  }, 60_000);

  it('makes a release that a device opens and that answers its golden input', () => {
    const engine = open(trained);
    expect(trained.parts.map(({ role }) => role)).toEqual([
      'shard',
      'transitions',
      'bought-together',
      'taste',
      'weights',
      'cards',
    ]);
    expect(trained.golden.views).toHaveLength(3);
    expect(trained.golden.expected.length).toBeGreaterThan(5);
    expect(goldenSlate(engine, trained.golden)).toEqual(trained.golden.expected);
  });

  it('shows more of what the shopper looks at', () => {
    const engine = open(trained);
    for (let kind = 0; kind < KINDS; kind++) {
      const state = goldenState({ views: [name(kind, 0), name(kind, 3)], now: NOW });
      const { entries } = recommend(engine, state, { placement: 'for-you', limit: 4 }, momentOf(NOW, 'off'));
      const alike = entries.filter(({ item }) => item.startsWith(`k${kind}-`));
      expect(alike.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('writes down what it did: a card a model, metrics of validation, lineage', () => {
    expect(trained.cards.map(({ model }) => model)).toEqual(
      expect.arrayContaining(['popularity', 'transitions', 'bought-together', 'content', 'item-embeddings']),
    );
    const { committee, hidden } = settings.ranker;
    expect(trained.cards.find(({ model }) => model === 'ranker')?.parameters['committee']).toBe(committee);
    const weights = trained.parts.find(({ role }) => role === 'weights')!;
    const wide = committee! * hidden[0]! + kindsTold(trained);
    expect(decodeWeights(weights.bytes).tensor('ranker.0.bias')!.shape).toEqual([wide]);
    // Fewer arrive than a network of their own needs.
    expect(trained.metrics).not.toHaveProperty(['ranker.apart']);
    expect(trained.metrics['validation.blend.recall@10']).toBeGreaterThan(0.3);
    expect(trained.lineage).toMatchObject({ seed: 3, code: 'test', interactions: 2400, trainedAt: NOW });
  });

  it('ships a ranker whose logits are probabilities of what is shown', () => {
    const { metrics } = trained;
    expect(metrics['ranker.shipped']).toBe(1);
    expect(metrics['validation.ranker.calibration.slope']).toBeGreaterThan(0);
    expect(metrics['validation.ranker.ece@10.uncalibrated']).toBeGreaterThan(0.2);
    expect(metrics['validation.ranker.ece@10']).toBeLessThan(0.1);
    expect(kindsTold(trained)).toBeGreaterThan(2);
    for (const kind of ['placement-for-you', 'placement-bought-together', 'session-arrival'])
      expect(metrics[`validation.ranker.ece@10.${kind}`]).toBeLessThan(0.15);
  });

  it('is the same, byte for byte, for the same shop and seed', async () => {
    const again = await train(toyShop(), options, quiet);
    expect(again.parts.map(({ bytes }) => bytes)).toEqual(trained.parts.map(({ bytes }) => bytes));
    expect(again.lineage.dataHash).toBe(trained.lineage.dataHash);
  }, 60_000);

  it('keeps within its budget of bytes, and says what it left out', async () => {
    const said: Record<string, Readonly<Record<string, number | string>>> = {};
    const journal = {
      stage() {},
      log: (name: string, values: (typeof said)[string]) => (said[name] = values),
    };
    const least = trained.metrics['bytes.full']! * 0.8;
    const bytes = { form: 'brotli', anItem: 0, least } as const;
    const light = await train(toyShop(), { ...options, settings: { ...settings, bytes } }, journal);
    expect(weighParts(light.parts, 'brotli')).toBe(light.metrics['bytes.release']);
    expect(light.metrics['bytes.release']).toBeLessThanOrEqual(least);
    expect(light.metrics).toMatchObject({
      'bytes.limit': least,
      'bytes.without.second-table': 1,
      'deep.shipped': 0,
    });
    // Without content and tokens the small one may lose to the blend in so small a shop: then there is none.
    expect(open(light).ranker?.kind).toBe(light.metrics['ranker.shipped'] === 1 ? 'small' : undefined);
    expect(trained.metrics).not.toHaveProperty(['bytes.without.second-table']);
    const { queryEmbeddings, embeddings } = open(light).shard;
    expect(queryEmbeddings).toBe(embeddings);
    const card = light.cards.find(({ model }) => model === 'byte-budget')!;
    expect(card.parameters['left']).toContain('second-table');
    expect(said['bytes']).toMatchObject({ limit: least, left: card.parameters['left'] });
    const goldens = goldenSlate(open(light), light.golden);
    expect(goldens).toEqual(light.golden.expected);
  }, 60_000);

  it('needs items and a market, and says so', async () => {
    const shop = toyShop();
    await expect(train({ ...shop, items: [] }, options, quiet)).rejects.toThrow(TrainingError);
    await expect(train({ ...shop, markets: [] }, options, quiet)).rejects.toMatchObject({
      code: 'no-markets',
    });
  });

  it('makes a release of a catalogue that nobody has visited yet', async () => {
    const fresh = await train({ ...toyShop(), interactions: [] }, options, quiet);
    const engine = open(fresh);
    const slate = recommend(
      engine,
      goldenState({ views: [], now: NOW }),
      { placement: 'similar', items: [name(0, 0)] },
      momentOf(NOW, 'on'),
    );
    expect(slate.entries[0]!.item.startsWith('k0-')).toBe(true);
  });
});

describe('class weights', () => {
  it('are tried on validation where the settings tell classes apart, and both figures are kept', async () => {
    const quick = {
      ...settings,
      embeddings: { ...settings.embeddings, epochs: 1 },
      deep: undefined,
      ranker: { ...settings.ranker, committee: 1, apart: undefined },
    };
    const { ranker } = quick;
    const { metrics } = await train(toyShop(), { ...options, settings: quick }, quiet);
    const [without, weighed] = ['without', 'with'].map(
      (how) => metrics[`validation.classes.${how}.ndcg@10`]!,
    );
    expect(Math.min(without!, weighed!)).toBeGreaterThan(0);
    expect(metrics['validation.ranker.ndcg@10']).toBe(metrics['classes.weighed'] === 1 ? weighed : without);
    const even = { ...quick, ranker: { ...ranker, classesBy: undefined } };
    const plain = await train(toyShop(), { ...options, settings: even }, quiet);
    expect(plain.metrics).not.toHaveProperty(['classes.weighed']);
    expect(plain.metrics['validation.ranker.ndcg@10']).toBe(without);
  }, 60_000);
});

describe('a network of their own for arrivals', () => {
  it('is tried on validation where enough arrive, and both figures are kept', async () => {
    const quick = {
      ...settings,
      embeddings: { ...settings.embeddings, epochs: 1 },
      deep: undefined,
      ranker: { ...settings.ranker, committee: 1, classesBy: undefined },
    };
    const { metrics } = await train(toyShop(400), { ...options, settings: quick }, quiet);
    const [together, apart] = ['classes.without', 'apart'].map(
      (way) => metrics[`validation.${way}.ndcg@10`]!,
    );
    expect(Math.min(together!, apart!)).toBeGreaterThan(0);
    expect(metrics['validation.ranker.ndcg@10']).toBe(metrics['ranker.apart'] === 1 ? apart : together);
  }, 60_000);
});
