import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ItemId, MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import { buildDataset } from '../../dataset/dataset.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import { stateOf } from '../../training/queries.ts';
import { SHOP_SETTINGS } from '../../training/settings.ts';
import type { ShopData } from '../../training/train.ts';
import { fitBaselines } from './baselines.ts';
import { evaluateShop, type TaskResult } from './evaluate.ts';
import { hiddenItems, nextBaskets, windowOf } from './tasks.ts';

const DAY = 86_400_000;
const START = 19_000 * DAY;

const items: Item[] = Array.from({ length: 30 }, (_, at) => ({
  id: `i${String(at).padStart(2, '0')}` as ItemId,
  title: `thing ${at} of set${Math.floor(at / 5)}`,
  availability: 'in_stock',
}));

const line = (subject: string | null, invoice: string, item: number, time: number): StoredInteraction => ({
  key: `${invoice}-${item}`,
  subject,
  visit: invoice,
  item: items[item]!.id,
  kind: 'purchase',
  time,
  quantity: 1,
  price: 1,
  origin: 'import',
});

describe('tasks', async () => {
  const cut = START + 50 * DAY;
  const stored = [
    line('a', '1', 0, START),
    line('a', '1', 1, START),
    line('a', '2', 1, cut + DAY),
    line('a', '2', 2, cut + DAY),
    line('a', '3', 3, cut + DAY + 3_600_000),
    line('a', '4', 4, cut + 3 * DAY),
    line('b', '5', 0, cut + DAY),
    line('b', '5', 1, cut + DAY),
    line('b', '5', 2, cut + DAY),
    line('c', '6', 2, START),
    line('c', '6', 3, START),
  ];
  const { dataset } = await buildDataset(items, stored, START + 100 * DAY);
  const window = windowOf(dataset, cut);

  it('next basket: one day of everyone with a history, what was seen before, history as profile', () => {
    const [query, ...more] = nextBaskets(dataset, window, false);
    expect(more).toEqual([]);
    expect(query!.targets).toEqual([1, 2, 3]);
    const { profile, session } = stateOf(dataset, query!);
    expect(profile.interactions.map(({ item }) => item)).toEqual(['i00', 'i01']);
    expect(session).toBeNull();
  });

  it('new items alone: what was bought is neither shown nor asked for', () => {
    const [query] = nextBaskets(dataset, window, true);
    expect(query!.targets).toEqual([2, 3]);
    expect(query!.request.exclude).toEqual(['i00', 'i01']);
  });

  it('hidden item: of baskets of three and more, and never among what is known', () => {
    const [query, ...more] = hiddenItems(dataset, window, 1);
    expect(more).toEqual([]);
    const hidden = items[query!.targets[0]!]!.id;
    const { profile, session } = stateOf(dataset, query!);
    expect(profile.cart).toHaveLength(2);
    expect(profile.cart).not.toContain(hidden);
    expect(session!.interactions.map(({ kind }) => kind)).toEqual(['cart', 'cart']);
    expect(query!.request.items).toEqual(profile.cart);
  });

  it('baselines: popularity of the newest month, baskets of others, what the shopper bought before', () => {
    const { popularity, itemKnn, personal } = fitBaselines(dataset);
    expect(popularity({ history: [], hidden: new Set([1]) }, 2)).toEqual([2, 0]);
    expect(itemKnn({ history: [3], hidden: new Set([3]) }, 1)).toEqual([2]);
    expect(personal({ history: [7, 9, 9], hidden: new Set() }, 3)).toEqual([9, 7, 1]);
  });
});

/** Whoever buys of a set buys the rest of the set; the set a shopper likes never changes. */
function toyShop(): ShopData {
  const random = createRandom(5);
  const interactions: StoredInteraction[] = [];
  for (let shopper = 0; shopper < 150; shopper++) {
    const set = random.below(6);
    for (let visit = 0; visit < 5; visit++) {
      const time = START + Math.floor((visit + random.next()) * 20) * DAY;
      const of = Array.from({ length: 5 }, (_, at) => at).sort(() => random.next() - 0.5);
      for (const at of of.slice(0, 3))
        interactions.push(line(`s${shopper}`, `${shopper}-${visit}`, set * 5 + at, time));
    }
  }
  const markets = [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }];
  return { items, interactions, markets, now: START + 101 * DAY };
}

describe('evaluation of a shop', () => {
  it('finds the funnel far above popularity where taste decides, with intervals', async () => {
    const settings = {
      ...SHOP_SETTINGS,
      embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 3, batch: 300, negatives: 20 },
      ranker: { ...SHOP_SETTINGS.ranker, hidden: [16, 8], listLength: 20, epochs: 4 },
    };
    const kernel = loadKernel({ build: 'js' });
    const options = { seed: 1, code: 'test', kernel, settings, clock: () => 0, days: 20, resamples: 1000 };
    const result = await evaluateShop(toyShop(), options, { stage() {}, log() {} });
    const { systems, funnelMinus, queries } = result['hiddenItem'] as TaskResult;
    expect(queries).toBeGreaterThan(100);
    expect(Object.keys(systems)).toEqual(['funnel', 'popularity', 'itemKnn', 'personal']);
    const lead = funnelMinus['popularity']!['ndcg@10']!;
    expect(lead.low).toBeGreaterThan(0.1);
    expect(lead.high).toBeGreaterThan(lead.mean);
    expect(result['nextBasket']).toHaveProperty(['systems', 'funnel', 'itemcoverage@10']);
  }, 60_000);

  it('says that the data is shorter than the test window, rather than measuring nothing', async () => {
    const kernel = loadKernel({ build: 'js' });
    const options = { seed: 1, code: 'test', kernel, clock: () => 0, days: 400, resamples: 1000 };
    await expect(evaluateShop(toyShop(), options, { stage() {}, log() {} })).rejects.toThrow(
      /Found interactions of \d+\.\d days, expected more than the 400 days of the test window/,
    );
    await expect(
      evaluateShop({ ...toyShop(), interactions: [] }, options, { stage() {}, log() {} }),
    ).rejects.toMatchObject({ code: 'too-short' });
  });
});
