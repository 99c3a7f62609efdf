import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../../../models/arithmetic.ts';
import { createRandom } from '../../../models/random.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ItemId, MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import { buildDataset } from '../../dataset/dataset.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import { stateOf } from '../../training/queries.ts';
import { SHOP_SETTINGS } from '../../training/settings.ts';
import type { ShopData } from '../../training/train.ts';
import { bestOf, fitBaselines } from './baselines.ts';
import { basketsLines, basketsReport, type Tree } from './baskets.ts';
import { evaluateShop } from './evaluate.ts';
import { hiddenItems, newByCart, newByHistory, nextBaskets, type TestQuery, windowOf } from './tasks.ts';

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
    expect(query!.request.exclude).toEqual(expect.arrayContaining(['i00', 'i01']));
    expect(query!.request.exclude).not.toContain('i02');
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

  it('hidden item: history ends where the window begins, though the shopper came again in it', async () => {
    const again = [
      ...stored,
      ...[0, 1, 2].map((item) => line('a', '7', item, cut + 5 * DAY)),
      ...[0, 1, 3].map((item) => line('a', '8', item, cut + 9 * DAY)),
    ];
    const { dataset: longer } = await buildDataset(items, again, START + 100 * DAY);
    const queries = hiddenItems(longer, windowOf(longer, cut), 1).filter(({ from, to }) => to - from > 5);
    expect(queries).toHaveLength(2);
    for (const query of queries) {
      const { profile } = stateOf(longer, query);
      const past = profile.interactions.filter(({ kind }) => kind === 'purchase');
      expect(past.map(({ item }) => item)).toEqual(['i00', 'i01']);
      expect(profile.cart).toHaveLength(2);
    }
  });

  it('new items: first sold in the window, asked for by history and by cart, and nothing else is shown', async () => {
    const later = [...stored, line('a', '2', 9, cut + DAY), line('b', '5', 9, cut + DAY)];
    const { dataset: with9 } = await buildDataset(items, later, START + 100 * DAY);
    const window = windowOf(with9, cut);
    expect([...window.fresh.keys()].filter((row) => window.fresh[row])).toEqual([4, 9]);
    const [byHistory, ...none] = newByHistory(with9, window);
    expect(none).toEqual([]);
    expect(byHistory!.targets).toEqual([9, 4]);
    expect(byHistory!.request.exclude).toHaveLength(items.length - 2);
    const carts = newByCart(with9, window);
    expect(carts.map(({ targets, history }) => [targets, history])).toEqual([
      [[9], [1, 2]],
      [[9], [0, 1, 2]],
    ]);
    const { profile } = stateOf(with9, carts[0]!);
    expect(profile.cart).not.toContain('i09');
    expect(nextBaskets(with9, window, false)[0]!.targets).not.toContain(9);
  });

  it('thin days: what is asked for is all of the window', async () => {
    const thin = [line('a', '1', 0, START), line('a', '2', 1, cut + DAY), line('a', '3', 2, cut + 9 * DAY)];
    const early = [1, 2].map((item) => line('c', `x${item}`, item, START + item * DAY));
    const { dataset: receipts } = await buildDataset(items, [...thin, ...early], START + 100 * DAY);
    const window = windowOf(receipts, cut);
    expect(window.thin).toBe(true);
    expect(nextBaskets(receipts, window, false)[0]!.targets).toEqual([1, 2]);
  });

  it('baselines: popularity of the newest month, baskets of others, what the shopper bought before', () => {
    const { baskets } = fitBaselines(dataset, window, plainArithmetic);
    const allowed = new Uint8Array(items.length).fill(1);
    const lot = Uint32Array.from(items, (_, row) => row);
    const ask = (name: string, history: number[], hidden: number[], limit: number) => {
      const query = { history, hidden: new Set(hidden), shopper: '0' } as unknown as TestQuery;
      return bestOf(baskets[name]!(query), { allowed, hidden: query.hidden, lot }, limit);
    };
    expect(ask('popularity30', [], [1], 2)).toEqual([2, 0]);
    expect(ask('itemKnn', [3], [3], 1)).toEqual([2]);
    expect(ask('personal', [7, 9, 9], [], 3)).toEqual([9, 7, 1]);
    expect(ask('tifuKnn', [], [], 1)).toEqual([1]);
    expect(
      bestOf(Float64Array.of(1, 1, 2), { allowed, hidden: new Set(), lot: Uint32Array.of(2, 1, 0) }, 3),
    ).toEqual([2, 1, 0]);
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
    const options = {
      seed: 1,
      code: 'test',
      kernel,
      settings,
      clock: () => 0,
      processor: () => 0,
      days: 20,
      resamples: 1000,
    };
    const result = await evaluateShop(toyShop(), { ...options, stages: 30 }, { stage() {}, log() {} });
    const { systems, funnelMinus, queries } = result.hiddenItem;
    expect(queries).toBeGreaterThan(100);
    expect(Object.keys(systems)).toEqual([
      'funnel',
      ...['popularity', 'popularity30', 'popularity14', 'itemKnn', 'easePeople', 'easeBaskets'],
    ]);
    const lead = funnelMinus['popularity']!['ndcg@10']!;
    expect(lead.low).toBeGreaterThan(0.1);
    expect(lead.high).toBeGreaterThan(lead.mean);
    expect(result.nextBasket).toHaveProperty(['systems', 'funnel', 'itemcoverage@10']);
    const report = basketsReport(result);
    const at = (tree: Tree, ...path: string[]) =>
      path.reduce<unknown>((one, name) => (one as Tree)[name], tree);
    const recall = at(report, 'cart', 'recall@10') as number;
    const [low, high] = at(report, 'intervals', 'cart', 'recall@10') as [number, number];
    expect(low).toBeLessThanOrEqual(recall);
    expect(high).toBeGreaterThanOrEqual(recall);
    expect(at(report, 'baselines', 'popularity', 'cart', 'recall@10')).toBeLessThan(low);
    expect(at(report, 'against', 'cart', 'recall@10', 'verdict')).toMatch(/above|tie/);
    expect(at(report, 'stages', 'cart', 'questions')).toBe(30);
    const { stages, candidates } = result.stages!.nextBasket!;
    const recallOf = (name: string) => stages.find((one) => one.name === name)!['recall@10'].mean;
    expect(recallOf('linear blend')).toBeGreaterThan(recallOf('popular'));
    expect(candidates.together.mean).toBeGreaterThan(0.9);
    const lines = basketsLines(result).join('\n');
    expect(lines).toMatch(/cold, cart: no queries/);
    expect(lines).toMatch(/packing:\n +nothing packed/);
  }, 60_000);

  it('says that the data is shorter than the test window, rather than measuring nothing', async () => {
    const kernel = loadKernel({ build: 'js' });
    const options = {
      seed: 1,
      code: 'test',
      kernel,
      clock: () => 0,
      processor: () => 0,
      days: 400,
      resamples: 1000,
    };
    await expect(evaluateShop(toyShop(), options, { stage() {}, log() {} })).rejects.toThrow(
      /Found interactions of \d+\.\d days, expected more than the 400 days of the test window/,
    );
    await expect(
      evaluateShop({ ...toyShop(), interactions: [] }, options, { stage() {}, log() {} }),
    ).rejects.toMatchObject({ code: 'too-short' });
  });
});
