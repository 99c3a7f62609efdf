import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../models/contract.ts';
import { createRandom } from '../../models/random.ts';
import type { Engine, ShopperState } from '../../shared/engine/contract.ts';
import { FEATURES, writePosition } from '../../shared/engine/features.ts';
import { score } from '../../shared/engine/score.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { CandidateResponse } from '../../shared/protocol/sync.ts';
import { generatedImporter } from '../catalogue/generated/importer.ts';
import { MARKETS } from '../catalogue/generated/items.ts';
import { Tally } from '../catalogue/tally.ts';
import { buildDataset } from '../dataset/dataset.ts';
import type { StoredInteraction } from '../store/contract.ts';
import { wasmArithmetic } from './arithmetic.ts';
import { KINDS, kindsOf } from './calibrate.ts';
import { momentOf } from './examples.ts';
import { createFitter, openFit } from './fits.ts';
import type { Query } from './plan.ts';
import { stateOf } from './queries.ts';
import { SHOP_SETTINGS } from './settings.ts';
import { DEFAULT_SHOP_PLAN, shopPlan } from './shop-plan.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 5, 1);

/** The demo's shop, smaller: its goods, shoppers and days come from the same generator. */
async function demoShop(): Promise<Dataset> {
  const items: Item[] = [];
  const interactions: StoredInteraction[] = [];
  const shape = { seed: 1, goods: 500, shoppers: 500, days: 60, until: NOW };
  await generatedImporter(shape).read([], {
    sink: {
      items: (batch) => items.push(...batch),
      bareItems: () => {},
      interactions: (batch) => interactions.push(...batch),
      shoppers: () => {},
    },
    tally: new Tally(),
    subjectOf: (customer) => customer,
    progress: () => {},
    signal: new AbortController().signal,
  });
  return (await buildDataset(items, interactions, NOW)).dataset;
}

const AGES = ['18-24', '25-34', '35-44', '45-54', '55-64', '65+'];
const attributesOf = (q: number): Record<string, string> =>
  q % 7 === 0 ? {} : { age: AGES[q % AGES.length]!, region: `region ${q % 5}` };
const DEVICES = ['phone', 'tablet', 'desktop'] as const;

describe("features on the demo's data", () => {
  let whole: Dataset;
  let engine: Engine;
  let queries: readonly Query[];

  beforeAll(async () => {
    whole = await demoShop();
    const plan = shopPlan(whole, { ...DEFAULT_SHOP_PLAN, seed: 1 });
    const settings = { ...SHOP_SETTINGS, embeddings: { ...SHOP_SETTINGS.embeddings, epochs: 1 } };
    const tools = { arithmetic: await wasmArithmetic(), journal: { stage() {}, log() {} }, seed: 1 };
    const fit = createFitter(settings, MARKETS, tools).of(plan.levels[0]!.fit);
    engine = openFit(
      fit,
      { settings: settings.funnel, packing: settings.packing, ranker: undefined },
      loadKernel(),
    );
    queries = plan.levels[0]!.queries;
  }, 120_000);

  it('tell kinds of questions as calibration does', () => {
    const all = new Set<string>();
    queries.slice(0, 240).forEach((query) => {
      const { features } = score(engine, stateOf(whole, query), query.request, momentOf(query.now, 'off'));
      const found = [...KINDS.keys()].filter((kind) => features[KINDS[kind]!] === 1);
      expect(kindsOf(query)).toEqual(found);
      for (const kind of found) all.add(FEATURES[KINDS[kind]!]!.name);
    });
    expect([...all].sort()).toEqual([
      'placement-because-you-viewed',
      'placement-bought-together',
      'placement-for-you',
      'placement-similar',
      'session-arrival',
    ]);
  }, 60_000);

  it('all vary, and every value is a number', () => {
    const random = createRandom(4);
    const seen = FEATURES.map(() => new Set<number>());
    queries.slice(0, 240).forEach((query, q) => {
      const { features, count } = ask(query, q, random.below(7 * 24));
      for (let i = 0; i < count; i++) {
        if (q % 2 === 0) writePosition(features, i, i % 20);
        for (let f = 0; f < FEATURES.length; f++) {
          const value = features[i * FEATURES.length + f]!;
          if (seen[f]!.size < 3) seen[f]!.add(value);
          if (!Number.isFinite(value)) throw new Error(`${FEATURES[f]!.name} is ${value}`);
        }
      }
    });
    const still = FEATURES.filter((_, f) => seen[f]!.size < 2).map(
      ({ name, source }) => `${name}: ${source}`,
    );
    expect(still).toEqual([]);
  });

  /** One question of the demo's shoppers, on some device, at some hour, with what a server may have sent. */
  function ask(query: Query, q: number, hours: number) {
    const known = stateOf(whole, query);
    const state: ShopperState = {
      ...known,
      profile: { ...known.profile, attributes: attributesOf(q) },
    };
    const placements = [query.request, { placement: 'trending' }, { placement: 'recently-viewed' }] as const;
    const request = { ...placements[q % 6 < 4 ? 0 : (q % 6) - 3]!, device: DEVICES[q % 3]! };
    const server: CandidateResponse = {
      space: engine.shard.space,
      release: engine.release,
      candidates: [0, 1, 2].map((step) => ({
        item: engine.shard.ids.idAt((q * 31 + step * 7) % engine.shard.items),
        score: 1 - step / 4,
      })),
    };
    const moment = { ...momentOf(query.now + HOUR / 60, 'on'), utcOffsetMinutes: hours * 60, server };
    const { features, candidates } = score(engine, state, request, moment);
    return { features, count: candidates.items.length };
  }
});
