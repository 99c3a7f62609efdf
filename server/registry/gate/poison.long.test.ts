import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { ItemId, MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import { publish } from '../../publish/publish.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import { SHOP_SETTINGS } from '../../training/settings.ts';
import { train } from '../../training/train.ts';
import { GateError, type Verdict } from '../contract.ts';
import { promote } from '../promote.ts';
import { openChampion, recordRun } from '../record.ts';
import { type Bench, NOW, NOWHERE, registryBench, SITE } from '../registry.case.ts';

const DAY = 86_400_000;
const KINDS = 10;
const OF_A_KIND = 10;
const SHOPPERS = 300;
const name = (kind: number, at: number): ItemId => `k${kind}-${at}` as ItemId;
const items: Item[] = Array.from({ length: KINDS * OF_A_KIND }, (_, row) => ({
  id: name(Math.floor(row / OF_A_KIND), row % OF_A_KIND),
  title: `thing ${row % OF_A_KIND} of kind${Math.floor(row / OF_A_KIND)}`,
  product_type: `All > Kind ${Math.floor(row / OF_A_KIND)}`,
  price: 10 + (row % OF_A_KIND),
  currency: 'GBP',
  availability: 'in_stock',
}));

const visit = (of: { subject: string; at: number; items: readonly ItemId[] }): StoredInteraction[] =>
  of.items.map((item, step) => ({
    key: `${of.subject}-${of.at}-${step}`,
    subject: of.subject,
    visit: `${of.subject}-${of.at}`,
    item,
    kind: step === of.items.length - 1 ? 'purchase' : 'view',
    time: of.at + step * 60_000,
    quantity: 1,
    price: 10,
    origin: 'event',
  }));

/** People who stay with one kind of goods a visit. */
function people(days: number): StoredInteraction[] {
  const random = createRandom(6);
  return Array.from({ length: SHOPPERS * 3 }, (_, at) => {
    const kind = random.below(KINDS);
    const order = Array.from({ length: OF_A_KIND }, (__, place) => place).sort(() => random.next() - 0.5);
    const start = NOW - (60 - random.below(58)) * DAY + random.below(DAY / 2);
    return {
      start,
      visit: { subject: `s${at % SHOPPERS}`, at: start, items: order.slice(0, 5).map((p) => name(kind, p)) },
    };
  })
    .filter(({ start }) => start < NOW - (60 - days) * DAY)
    .flatMap((one) => visit(one.visit));
}

/** One visitor in a hundred is a bot: it looks at one item after each of the others, all day long. */
function bots(): StoredInteraction[] {
  const pushed = name(7, 7);
  const random = createRandom(9);
  return Array.from({ length: SHOPPERS / 100 }, (_, bot) =>
    Array.from({ length: 300 }, (__, at) => {
      const some = items[random.below(items.length)]!.id;
      return visit({ subject: `bot${bot}`, at: NOW - DAY + (at * DAY) / 400, items: [some, pushed, pushed] });
    }).flat(),
  ).flat();
}

const settings = {
  ...SHOP_SETTINGS,
  embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 4, batch: 300, negatives: 30 },
  ranker: { ...SHOP_SETTINGS.ranker, hidden: [16, 8], listLength: 24, epochs: 4 },
};

let bench: Bench;
beforeAll(async () => {
  bench = registryBench();
  await record(people(55));
  await publish(bench.context, { site: SITE });
}, 240_000);
afterAll(() => bench.close());

async function record(interactions: StoredInteraction[]): Promise<string> {
  const markets = [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }];
  const champion = await openChampion(bench.home, SITE);
  const trained = await train(
    { items, interactions, markets, now: NOW },
    {
      ...{ seed: 3, code: 'test', kernel: loadKernel(), settings, clock: () => performance.now() },
      ...(champion ? { champion } : {}),
    },
    { stage() {}, log() {} },
  );
  return recordRun(bench.home, SITE, trained);
}

const judged = (): Promise<Verdict> =>
  promote(bench.context, { site: SITE, environment: NOWHERE }).then(
    ({ verdict }) => verdict,
    (error: unknown) => {
      if (error instanceof GateError) return error.verdict;
      throw error;
    },
  );

it('stops a release whose data bots have pushed one item in', async () => {
  await record([...people(58), ...bots()]);
  const { checks, champion } = await judged();
  const drifted = checks.filter(({ name: check, passed }) => !passed && check.startsWith('drift'));
  expect(champion).toBe('run-1');
  expect(drifted.map(({ found }) => found).join()).toContain(name(7, 7));
}, 240_000);

it('lets the same shop without them through, compared on what neither had seen', async () => {
  const run = await record(people(58));
  const verdict = await judged();
  expect(verdict.checks.filter(({ passed }) => !passed)).toEqual([]);
  const exam = bench.home.store.runs.notes(SITE, run, 'exam').at(-1)!;
  expect(exam.champion).toMatchObject({ run: 'run-1', by: 'twin' });
  expect(exam.champion?.ndcg).toHaveLength(exam.twin.length);
  expect(Math.min(...exam.asked)).toBeGreaterThanOrEqual(exam.cut);
  expect(verdict.checks.find(({ name: check }) => check === 'champion')?.warning).toBeUndefined();
}, 240_000);
