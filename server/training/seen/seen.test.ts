import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../models/random.ts';
import type { RankingLists } from '../../../models/ranker/train.ts';
import { closeEngine } from '../../../shared/engine/engine.ts';
import { FEATURES } from '../../../shared/engine/features.ts';
import { createRanker } from '../../../shared/engine/ranker.ts';
import { score } from '../../../shared/engine/score.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { type ItemId, mintRecId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import type { WireEvent } from '../../../shared/protocol/sync.ts';
import { buildDataset } from '../../dataset/dataset.ts';
import { eventBatch, SITE, type TestServer, testServer, wireEvent } from '../../serving.case.ts';
import { wasmArithmetic } from '../arithmetic.ts';
import { momentOf } from '../examples.ts';
import { createFitter, openFit } from '../fits.ts';
import { learnRanker } from '../learn-ranker.ts';
import { PRESETS } from '../presets.ts';
import { stateOf } from '../queries.ts';
import { SHOP_SETTINGS, type TrainingSettings } from '../settings.ts';
import { shopPlan } from '../shop-plan.ts';
import { storedShop } from '../stored-shop.ts';
import { train } from '../train.ts';
import { collectSeen } from './lists.ts';
import { placeSlates, tellingSlates } from './slates.ts';

const HOUR = 3_600_000;
const ITEMS = 30;
const SHOWN = 6;
const SHOPPERS = 240;
const SLATES = 5;
const name = (at: number): ItemId => `i${at}` as ItemId;

/** What an item is worth to everybody, which its price tells: -2 to 2. */
const worthOf = (at: number): number => (4 * at) / (ITEMS - 1) - 2;
/** What a place costs of the odds, as a logarithm. */
const costOf = (place: number): number => 2 * Math.log(1 + place);

const ITEM_LIST: Item[] = Array.from({ length: ITEMS }, (_, at) => ({
  id: name(at),
  title: `thing ${at}`,
  product_type: 'All > Things',
  price: 10 * 1.1 ** at,
  currency: 'GBP',
  availability: 'in_stock',
}));
const MARKETS = [{ id: 'gb' as never, currency: 'GBP', language: 'en' }];

/** A week of one shopper: visits that say nothing of what is liked, then slates, mostly worst first, of which one item is clicked. */
function weekOf(shopper: number): WireEvent[] {
  const random = createRandom(5000 + shopper);
  const session = (visit: number) => `s${shopper}-${visit}` as WireEvent['session_id'];
  const events: WireEvent[] = [];
  for (let visit = 0; visit < 3; visit++)
    for (let step = 0; step < 3; step++)
      events.push(
        wireEvent({
          session_id: session(visit),
          items: [{ item_id: name(random.below(ITEMS)) }],
          age_ms: (150 - 35 * visit) * HOUR - step * 60_000 + random.below(HOUR),
        }),
      );
  for (let slate = 0; slate < SLATES; slate++) {
    const age = (18 - 3 * slate) * HOUR + random.below(HOUR);
    const shown = Array.from({ length: ITEMS }, (_, at) => at)
      .sort(() => random.next() - 0.5)
      .slice(0, SHOWN);
    if (random.next() < 0.7) shown.sort((a, b) => a - b);
    const odds = shown.map((at, place) => Math.exp(worthOf(at) - costOf(place)));
    let point = random.next() * odds.reduce((sum, value) => sum + value, 0);
    let clicked = 0;
    while (clicked < SHOWN - 1 && point >= odds[clicked]!) point -= odds[clicked++]!;
    const told = (kind: WireEvent['name'], at: readonly number[], later: number, position = 0): WireEvent =>
      wireEvent({
        name: kind,
        session_id: session(10 + slate),
        items: at.map((item) => ({ item_id: name(item), index: shown.indexOf(item) })),
        rec: {
          ...{ rec_id: mintRecId(shopper, Uint8Array.of(slate, 0, 0, 0, 0, 0, 0, 0, 0, 0)), position },
          ...{ placement: 'for-you', propensity: 1, release: 'r' as never },
        },
        age_ms: age - later,
      });
    events.push(told('rec_exposure', shown, 0));
    shown.forEach((at, place) => {
      events.push(told('rec_impression', [at], 2000 + place, place));
    });
    events.push(told('select_item', [shown[clicked]!], 9000, clicked));
  }
  return events;
}

const kernel = loadKernel({ build: 'js' });
const quiet = { stage() {}, log() {} };
const settings: TrainingSettings = {
  ...SHOP_SETTINGS,
  deep: undefined,
  embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 1 },
  ranker: {
    ...SHOP_SETTINGS.ranker,
    hidden: [16, 8],
    listLength: 24,
    kept: 30,
    epochs: 20,
    rate: 0.01,
    classesBy: undefined,
    apart: undefined,
  },
  seen: { least: 100, most: 2000 },
};

describe('slates that were seen, through ingest and store', () => {
  let server: TestServer;
  let now: number;
  beforeAll(async () => {
    server = await testServer();
    const { store } = server.home;
    store.sites.ensure(SITE, MARKETS);
    store.catalogue.upsert(SITE, ITEM_LIST, Date.now());
    for (let shopper = 0; shopper < SHOPPERS; shopper++) {
      const pseudonym = (shopper + 1).toString(16).padStart(32, '0') as never;
      await server.send(eventBatch(weekOf(shopper), { pseudonym }));
    }
    now = Date.now() + 1000;
  }, 60_000);
  afterAll(() => server.stop());

  const shop = () => storedShop(server.home.store, SITE, now);
  const planned = async (least: number) => {
    const { items, interactions, slates } = shop();
    const telling = tellingSlates(slates!(now));
    const subjects = [...new Set(telling.map(({ subject }) => subject))];
    const built = await buildDataset(items, interactions, { now, subjects });
    const seen = { least, most: 2000, slates: placeSlates(telling, built) };
    return { seen, plan: shopPlan(built.dataset, { ...PRESETS.fast.plan, seed: 1, seen }) };
  };

  it('are questions of shoppers that teach, asked with what was known before the slate', async () => {
    const { seen, plan } = await planned(100);
    expect(seen.slates).toHaveLength(SLATES * SHOPPERS);
    const { fit, slates = [] } = plan.levels[0]!;
    const { time } = plan.whole.interactions;
    expect(slates.length).toBeGreaterThan(SHOPPERS);
    for (const slate of slates) {
      expect(slate.user % 5).not.toBe(0);
      expect(slate.now).toBeGreaterThanOrEqual(fit.until);
      expect(time[slate.to - 1]!).toBeLessThan(slate.now);
      expect(slate.to).toBeGreaterThanOrEqual(slate.from + 9);
      expect(slate.session).toBe(slate.to);
      expect(slate.seen.map(({ position }) => position).sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(slate.seen.filter(({ worth }) => worth > 0).map(({ row }) => row)).toEqual(slate.targets);
    }
    expect((await planned(10_000)).plan.levels[0]!.slates).toBeUndefined();
  });

  it('teach the order that items deserve, which clicks alone turn towards what stood on top', async () => {
    const { plan } = await planned(100);
    const { fit, slates = [] } = plan.levels[0]!;
    const tools = { arithmetic: await wasmArithmetic(), journal: quiet, seed: 1 };
    const funnel = { settings: settings.funnel, packing: settings.packing, ranker: undefined };
    const engine = openFit(createFitter(settings, MARKETS, tools).of(fit), funnel, kernel);
    const collect = () =>
      collectSeen({ engine, whole: plan.whole, slates }, { length: 30, rules: 'off' }, quiet);
    const [asked] = slates;
    // Few slates: all that a ranker reads is what decides here, and where it stood.
    const unread = FEATURES.map((feature) => feature.name).filter(
      (one) => !['item-price', 'position'].includes(one),
    );
    const { candidates, features } = score(
      engine,
      stateOf(plan.whole, asked!),
      asked!.request,
      momentOf(now, 'off'),
    );
    const numberOf = (row: number): number => Number(plan.whole.catalogue.groups[row]!.id.slice(1));
    /** What one unit of worth adds to the logit, as the ranker that learned from these serves it: least squares over all items. */
    const slopeOf = (lists: RankingLists): number => {
      const { ranker } = learnRanker(lists, { ...settings, unread }, tools, { judge: () => 0 })!;
      const { network } = createRanker(kernel, {
        ...ranker,
        layers: ranker.layers.map((layer, l) => ({
          ...layer,
          activation: l < ranker.layers.length - 1 ? 'relu' : 'none',
        })),
      });
      const logits = network.run(features, candidates.items.length);
      let [product, square] = [0, 0];
      candidates.items.forEach((row, at) => {
        const worth = worthOf(numberOf(row));
        product += worth * logits[at]!;
        square += worth * worth;
      });
      network.free();
      return product / square;
    };
    const blind = collect();
    const place = FEATURES.findIndex(({ name: feature }) => feature === 'position');
    for (let at = place; at < blind.values.length; at += FEATURES.length) blind.values[at] = 0;
    const told = slopeOf(collect());
    const fooled = slopeOf(blind);
    closeEngine(engine);
    expect(told).toBeGreaterThan(0.6);
    expect(told).toBeLessThan(1.5);
    expect(fooled).toBeLessThan(told / 2);
  }, 60_000);

  it('join the held-out questions of a run where there are enough, and change nothing where there are not', async () => {
    const options = { seed: 3, code: 'test', kernel, clock: () => 0 };
    const short = { ...settings.ranker, epochs: 2 };
    const run = (own: Partial<TrainingSettings>, from = shop()) =>
      train(from, { ...options, settings: { ...settings, ranker: short, ...own } }, quiet);
    const { slates: _, ...silent } = shop();
    const taught = await run({});
    const few = await run({ seen: { least: 10_000, most: 10_000 } });
    const none = await run({}, silent);
    expect(taught.metrics['seen.lists']).toBeGreaterThan(SHOPPERS);
    expect(few.metrics).not.toHaveProperty('seen.lists');
    expect(few.parts.map(({ bytes }) => bytes)).toEqual(none.parts.map(({ bytes }) => bytes));
    expect(few.lineage.dataHash).toBe(none.lineage.dataHash);
    expect(taught.lineage.dataHash).not.toBe(none.lineage.dataHash);
  }, 60_000);
});
