import { describe, expect, test } from 'vitest';
import type { EmbeddingTable, Neighbours } from '../../bundle/contract.ts';
import { loadKernel } from '../../kernel/load.ts';
import type { ReleaseId } from '../../protocol/ids.ts';
import { SOURCES, type Source } from '../../protocol/slate.ts';
import type { CandidateResponse } from '../../protocol/sync.ts';
import type { Moment, ShopperState } from '../contract.ts';
import { type Anchor, observe } from '../observe.ts';
import { eligible } from '../rules.ts';
import { applyEvents } from '../session.ts';
import { type Deed, eventOf, itemId, moment, NOBODY, openShop, variantId } from '../shop.case.ts';
import { blendShaped } from './blend.ts';
import { RETRIEVERS, retrieve } from './retrieve.ts';
import { retrieverSuite, type Situation } from './retriever.case.ts';

const engine = openShop(loadKernel({ build: 'js' }), { items: 800, seed: 11 });
const tied = openShop(loadKernel(), { items: 777, seed: 12, ties: true });

const deeds: Deed[] = [
  ['view', itemId(14), 50],
  ['purchase', itemId(28), 40],
  ['view', variantId(27, 's'), 20],
  ['cart', itemId(41), 10],
  ['view', itemId(14), 5],
];
const shopper = applyEvents(NOBODY, deeds.map(eventOf));
const answer: CandidateResponse = {
  space: 'test-space',
  release: 'test-1' as ReleaseId,
  candidates: [
    { item: itemId(100), score: 0.9 },
    { item: itemId(7), score: 0.4 },
    { item: itemId(8), score: 0.4 },
    { item: itemId(99_999), score: 0.95 },
    { item: itemId(9), score: -0.2 },
  ],
};

const situation = (name: string, speaks: boolean, own: Partial<Situation> = {}): Situation => ({
  name,
  engine,
  state: shopper,
  request: { placement: 'for-you' },
  moment: moment({ server: answer }),
  speaks,
  ...own,
});
const IMPERSONAL: readonly Source[] = ['popular', 'trending'];
const SEEDLESS: readonly Source[] = [...IMPERSONAL, 'history', 'server'];

for (const source of SOURCES) {
  retrieverSuite(RETRIEVERS[source], [
    situation('a shopper of whom something is known', true),
    situation('the same in a shop full of ties', true, {
      engine: tied,
      moment: moment({ server: answer, rules: 'off' }),
    }),
    situation('nobody', [...IMPERSONAL, 'server'].includes(source), { state: NOBODY }),
    situation('a product page', true, {
      request: { placement: 'similar', items: [itemId(40)] },
    }),
    situation('a shelf without anchors', SEEDLESS.includes(source), { request: { placement: 'trending' } }),
  ]);
}

describe('sources against naive models', () => {
  const seen = observe(engine, shopper, { request: { placement: 'for-you' }, moment: moment() });
  const every = Uint32Array.from({ length: engine.shard.items }, (_, row) => row);
  const scoresOf = (source: Source) => {
    const out = new Float32Array(every.length);
    RETRIEVERS[source].open({ engine, seen, eligible: eligible(engine, seen) }).score(every, out);
    return out;
  };
  const weight = (anchor: Anchor, decay: number) => anchor.strength * decay ** anchor.age;

  const naiveLists = (lists: Neighbours, decay: number) => {
    const sums = new Map<number, number>();
    for (const anchor of seen.anchors) {
      for (let at = lists.offsets[anchor.row]!; at < lists.offsets[anchor.row + 1]!; at++) {
        const id = lists.ids[at]!;
        sums.set(id, (sums.get(id) ?? 0) + weight(anchor, decay) * lists.weights[at]!);
      }
    }
    return sums;
  };
  const rowOf = ({ dims, rows, scales }: EmbeddingTable, row: number) =>
    Array.from(rows.subarray(row * dims, (row + 1) * dims), (value) => value * scales[row]!);
  const naiveCosines = (from: EmbeddingTable, to: EmbeddingTable, decay: number) => {
    const pooled = new Array<number>(from.dims).fill(0);
    for (const anchor of seen.anchors) {
      rowOf(from, anchor.row).forEach((value, d) => {
        pooled[d]! += weight(anchor, decay) * value;
      });
    }
    const length = Math.hypot(...pooled);
    return [...every].map(
      (row) => rowOf(to, row).reduce((sum, value, d) => sum + value * pooled[d]!, 0) / length,
    );
  };

  test('the anchors are the distinct items, newest first, with the strength of the strongest deed', () => {
    expect(seen.anchors.map(({ row, age, strength, standing }) => [row, age, strength, standing])).toEqual([
      [14, 0, 1, 'viewed'],
      [41, 1, 3, 'in-cart'],
      [27, 2, 1, 'viewed'],
      [28, 3, 5, 'bought'],
    ]);
    expect(seen.anchors[2]?.item).toBe(variantId(27, 's'));
  });

  test('lists: a decayed sum', () => {
    for (const [source, lists] of [
      ['transitions', engine.transitions],
      ['bought-together', engine.boughtTogether],
    ] as const) {
      const naive = naiveLists(lists, engine.settings.decay[source]);
      const scores = scoresOf(source);
      expect(naive.size).toBeGreaterThan(20);
      for (const row of every) expect(scores[row]).toBeCloseTo(naive.get(row) ?? 0, 5);
    }
  });

  test('scans: a cosine, as near as seven bits of query come', () => {
    const { embeddings, queryEmbeddings, content } = engine.shard;
    const { decay } = engine.settings;
    for (const [scores, naive] of [
      [scoresOf('embedding'), naiveCosines(queryEmbeddings, embeddings, decay.embedding)],
      [scoresOf('content'), naiveCosines(content!, content!, decay.content)],
    ] as const) {
      for (const row of every) expect(Math.abs(scores[row]! - naive[row]!)).toBeLessThan(0.02);
    }
  });

  test('category: share of the shopper times share of the best of the category', () => {
    const [category, popularity] = [engine.shard.column('category'), engine.shard.column('popularity')];
    const decay = engine.settings.decay.history;
    const total = seen.anchors.reduce((sum, anchor) => sum + weight(anchor, decay), 0);
    const scores = scoresOf('category');
    for (const row of every) {
      const name = category[row]!;
      const share = seen.anchors
        .filter((anchor) => category[anchor.row] === name)
        .reduce((sum, anchor) => sum + weight(anchor, decay) / total, 0);
      const best = Math.max(
        ...[...every].filter((other) => category[other] === name).map((other) => popularity[other]!),
      );
      const expected = name > 0 && best > 0 ? (share * popularity[row]!) / best : 0;
      expect(scores[row]).toBeCloseTo(expected, 5);
    }
  });

  test('trending: a rise, weighed by the numbers behind it; a fall counts for nothing', () => {
    const [trend, views7, purchases7] = (['trend', 'views7', 'purchases7'] as const).map((name) =>
      engine.shard.column(name),
    ) as [Float32Array, Float32Array, Float32Array];
    const scores = scoresOf('trending');
    for (const row of every) {
      const rise = trend[row]! * Math.log(2 + views7[row]! + purchases7[row]!);
      expect(scores[row]).toBeCloseTo(trend[row]! > 0 ? rise : 0, 5);
    }
    expect(Math.min(...trend)).toBeLessThan(0);
  });

  test('server: what it answered, in its space alone', () => {
    const ask = (server: Moment['server']) => {
      const asked = observe(engine, shopper, {
        request: { placement: 'for-you' },
        moment: moment(server === undefined ? {} : { server }),
      });
      return [
        ...RETRIEVERS.server.open({ engine, seen: asked, eligible: engine.index.everyItem }).propose(10),
      ];
    };
    expect(ask(answer)).toEqual([100, 7, 8]);
    expect(ask({ ...answer, space: 'another' })).toEqual([]);
    expect(ask(undefined)).toEqual([]);
  });
});

describe('merging', () => {
  const run = (state: ShopperState, own: Partial<Moment> = {}, ranked = 400) => {
    const small = { ...engine, settings: { ...engine.settings, ranked } };
    const seen = observe(small, state, {
      request: { placement: 'for-you' },
      moment: moment({ server: answer, ...own }),
    });
    return retrieve(small, seen, eligible(small, seen));
  };

  test("keeps every source's proposals once, in row order", () => {
    const { candidates, opened } = run(shopper, {}, 2000);
    const rows = [...candidates.items];
    expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
    for (const source of SOURCES) {
      for (const row of opened[source].propose(5)) expect(rows).toContain(row);
    }
  });

  test('ranks by each source: 0 is the best, ties by lower row, -1 where it says nothing', () => {
    const { candidates } = run(shopper);
    for (const source of SOURCES) {
      const scores = candidates.scores[source];
      const order = [...scores.keys()]
        .filter((at) => scores[at] !== 0)
        .sort((a, b) => scores[b]! - scores[a]! || a - b);
      const expected = [...scores.keys()].map((at) => order.indexOf(at));
      expect([...candidates.ranks[source]]).toEqual(expected);
    }
  });

  test('cuts the union to the best by what speaks for them; what speaks against them counts later', () => {
    const whole = run(shopper, {}, 2000);
    const { items } = whole.candidates;
    const { history, ...others } = engine.settings.blend;
    expect(history).toBeLessThan(0);
    const evidence = blendShaped(whole.shaped, { ...others, history: 0 }, new Float32Array(items.length));
    const cut = run(shopper, {}, 40);
    const best = [...evidence.keys()]
      .sort((a, b) => evidence[b]! - evidence[a]! || a - b)
      .slice(0, 40)
      .map((at) => items[at]!);
    expect([...cut.candidates.items]).toEqual(best.sort((a, b) => a - b));
  });

  test('gives nobody what is popular and trending', () => {
    const { candidates, opened } = run(NOBODY, { server: { ...answer, candidates: [] } });
    expect(candidates.items.length).toBeGreaterThan(100);
    const impersonal = new Set([...opened.popular.propose(100), ...opened.trending.propose(100)]);
    expect([...candidates.items].every((row) => impersonal.has(row))).toBe(true);
  });
});
