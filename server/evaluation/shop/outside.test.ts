import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ItemId, MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import { scratch } from '../../catalogue/scratch.case.ts';
import { buildDataset } from '../../dataset/dataset.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import { bestOf } from './baselines.ts';
import { evaluateShop, shopQuestions } from './evaluate.ts';
import { coverageLines, outsideSystem, queryName, readScores } from './outside.ts';
import { hiddenItems, nextBaskets, windowOf } from './tasks.ts';

const write = scratch();
const DAY = 86_400_000;
const START = 19_000 * DAY;
const items: Item[] = Array.from({ length: 8 }, (_, at) => ({
  id: `i${at}` as ItemId,
  title: `thing ${at}`,
  availability: 'in_stock',
}));
const line = (subject: string, invoice: string, item: number, day: number): StoredInteraction => ({
  key: `${invoice}-${item}`,
  subject,
  visit: invoice,
  item: items[item]!.id,
  kind: 'purchase',
  time: START + day * DAY,
  quantity: 1,
  price: 1,
  origin: 'import',
});
const stored = [
  ...[0, 1, 2].map((item) => line('anna', '1', item, 0)),
  ...[3, 4, 5].map((item) => line('bert', '2', item, 1)),
  ...[0, 3, 4].map((item) => line('anna', '3', item, 50)),
  ...[1, 5, 2].map((item) => line('bert', '4', item, 50)),
];
const shop = {
  items,
  interactions: stored,
  markets: [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }],
  now: START + 52 * DAY,
};
const options = {
  seed: 1,
  code: 'test',
  kernel: loadKernel({ build: 'js' }),
  clock: () => 0,
  processor: () => 0,
  days: 10,
  resamples: 1000,
};

describe('an outside system', () => {
  it('is asked what the funnel is asked, and not told what would be right', async () => {
    const { questions, trainBefore } = await shopQuestions(shop, options);
    expect(trainBefore < new Date(START + 50 * DAY).toISOString()).toBe(true);
    const next = questions.filter(({ query }) => query.startsWith('nextBasket/'));
    expect(next.map(({ earlier, current }) => [earlier, current])).toEqual([
      [['i0', 'i1', 'i2'], []],
      [['i3', 'i4', 'i5'], []],
    ]);
    const carts = questions.filter(({ query }) => query.startsWith('hiddenItem/'));
    const { dataset } = await buildDataset(items, stored, shop.now);
    const window = windowOf(dataset, Date.parse(trainBefore));
    const asked = hiddenItems(dataset, window, options.seed);
    expect(carts).toHaveLength(asked.length);
    carts.forEach(({ current, hidden }, at) => {
      const [target] = asked[at]!.targets.map((row) => items[row]!.id);
      expect(current).not.toContain(target);
      expect(hidden.toSorted()).toEqual(current.toSorted());
    });
  });

  it('is graded by its scores: by query and item, the rest by lot', async () => {
    const { dataset } = await buildDataset(items, stored, shop.now);
    const window = windowOf(dataset, START + 42 * DAY);
    const queries = nextBaskets(dataset, window, false);
    const file = write(
      'scores.tsv',
      `${queryName('nextBasket', 0)}\ti4\t2.5\n${queryName('nextBasket', 0)}\ti3\t-1\nnextBasket/9\ti1\t1\n${queryName('nextBasket', 0)}\tnobody\t9\n`,
    );
    const { baseline, report } = outsideSystem(await readScores(file), dataset, {
      task: 'nextBasket',
      queries,
    });
    expect(report).toEqual({ answered: 1, unanswered: 1, unknownItems: 1 });
    const lot = Uint32Array.from(items.keys());
    const best = (at: number) =>
      bestOf(baseline(queries[at]!), { allowed: window.seen, hidden: new Set(), lot }, 4);
    expect(best(0)).toEqual([4, 3, 0, 1]);
    expect(best(1)).toEqual([0, 1, 2, 3]);
  });

  it.each([
    ['cart/0\ti1\t1\n', /such as nextBasket\/0, found "cart\/0"/],
    ['nextBasket/0\tx1\t1\n', /items of the shop, such as i0, found "x1"/],
    ['', /found none/],
  ])('that answers nothing (%j) is refused before anything is trained', async (text, words) => {
    const scores = await readScores(write('stray.tsv', text));
    const said: string[] = [];
    const journal = { stage: (name: string) => said.push(name), log: (name: string) => said.push(name) };
    const refused = evaluateShop(shop, { ...options, scores }, journal);
    await expect(refused).rejects.toThrow(words);
    expect(said).toEqual([]);
  });

  it('whose file is not there is told so, and how much of it was used', async () => {
    await expect(readScores('nowhere.tsv')).rejects.toMatchObject({ code: 'file-missing' });
    const [line] = coverageLines({ nextBasket: { answered: 3, unanswered: 2, unknownItems: 1 } });
    expect(line).toMatch(/nextBasket: 3 queries answered, 2 not; 1 scores/);
  });

  it.each([
    ['nextBasket/0\ti1', 'expected a finite score, found ""'],
    ['nextBasket/0\ti1\tNaN', 'expected a finite score, found "NaN"'],
    ['nextBasket/0,i1,3', 'expected query, item and score with a tab between'],
    ['a\ti1\t1\na\ti1\t2', ':2: expected an item once a query, found "i1" again for "a"'],
  ])('that writes %j is refused', async (text, words) => {
    await expect(readScores(write('bad.tsv', text))).rejects.toThrow(words);
  });
});
