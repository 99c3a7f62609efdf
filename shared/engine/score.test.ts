import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/load.ts';
import type { ItemId } from '../protocol/ids.ts';
import type { SlateRequest } from '../protocol/slate.ts';
import { candidateQuery } from './candidate-query.ts';
import type { Engine, Moment, ShopperState } from './contract.ts';
import { evidence } from './evidence.ts';
import { FEATURES } from './features.ts';
import { randomRanker } from './golden.case.ts';
import { rowOf } from './identity.ts';
import { has } from './mask.ts';
import { recommend } from './recommend.ts';
import { seededDraw } from './reranking/draw.ts';
import { score } from './score.ts';
import { applyEvents } from './session.ts';
import { type Deed, event, eventOf, itemId, moment, NOBODY, NOW, openShop } from './shop.case.ts';

const ITEMS = 900;
const shop = openShop(loadKernel(), { items: ITEMS, seed: 21 });
const ranked: Engine = { ...shop, ranker: randomRanker(shop.kernel, seededDraw(5)) };
const did = (...deeds: Deed[]): ShopperState => applyEvents(NOBODY, deeds.map(eventOf));
const ask = (state: ShopperState, request: SlateRequest, own: Partial<Moment> = {}, engine = shop) =>
  recommend(engine, state, request, moment(own));
const isStocked = (row: number) => has(shop.index.markets[0]!.inStock, row);
/** The first items in stock that are no variant groups. */
const [one, two, three] = Array.from({ length: ITEMS }, (_, row) => row)
  .filter((row) => row % 3 !== 0 && isStocked(row))
  .map(itemId) as [ItemId, ItemId, ItemId];

describe('beside the slate', () => {
  const state = did(['view', one, 30], ['purchase', two, 20], ['view', three, 10]);
  const request: SlateRequest = { placement: 'for-you' };

  test('score gives the candidates and features that recommend ranks', () => {
    const { candidates, features } = score(ranked, state, request, moment());
    expect(features).toHaveLength(candidates.items.length * FEATURES.length);
    const logits = ranked.ranker!.network.run(features, candidates.items.length).slice();
    for (const { item, score: shownScore, sponsored } of ask(state, { ...request, limit: 5 }, {}, ranked)
      .entries) {
      const at = candidates.items.indexOf(rowOf(ranked, item));
      const boosted = shownScore - logits[at]!;
      expect(boosted).toBeGreaterThan(-1e-5);
      expect(boosted).toBeLessThan(Math.log(1.1 * 1.1 * (sponsored ? 1.2 : 1)) + 1e-5);
    }
  });

  test('score hands out arrays of its own', () => {
    const first = score(ranked, state, request, moment());
    const copy = structuredClone(first);
    score(ranked, NOBODY, request, moment());
    ask(state, { placement: 'trending' }, {}, ranked);
    expect(first).toEqual(copy);
  });

  test('evidence makes the reason of a slate again, and knows what was no candidate', () => {
    const slate = ask(state, request, {}, ranked);
    for (const entry of slate.entries) {
      const told = evidence(ranked, state, { request, moment: moment() }, entry.item)!;
      expect(told.reason).toEqual(entry.reason);
      expect(Object.keys(told.evidence)).toContain(entry.reason.source);
      expect(Math.abs(told.logit - entry.score)).toBeLessThan(0.5);
    }
    expect(evidence(ranked, state, { request, moment: moment() }, 'unknown')).toBeNull();
    expect(
      evidence(ranked, state, { request: { ...request, exclude: [one] }, moment: moment() }, one),
    ).toBeNull();
  });

  test('the query for the server is coarse and carries its space; nobody has none', () => {
    const asked = candidateQuery(shop, state)!;
    expect(asked.space).toBe('test-space');
    expect(asked.query).toHaveLength(64);
    expect(Math.max(...asked.query.map(Math.abs))).toBe(63);
    expect(candidateQuery(shop, NOBODY)).toBeNull();
    expect(candidateQuery(shop, did(['view', 'unknown' as ItemId, 1]))).toBeNull();
  });

  test('an item from the future counts like one of now', () => {
    const ahead = applyEvents(NOBODY, [event('view_item', [one], { time: NOW + 400 * 86_400_000 })]);
    const { features } = score(ranked, ahead, request, moment());
    expect(features.every(Number.isFinite)).toBe(true);
    expect(ask(ahead, request).status).toBe('personal');
  });
});
