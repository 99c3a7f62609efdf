import { beforeAll, describe, expect, it } from 'vitest';
import { closeEngine } from '../../../shared/engine/engine.ts';
import { FEATURES } from '../../../shared/engine/features.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { buildDataset } from '../../dataset/dataset.ts';
import { openParts } from '../../training/fits.ts';
import { suiteLines } from '../report/lines.ts';
import { reportPage } from '../report/report.ts';
import { neutralised } from './ablation.ts';
import { candidatesOf, logitsOf, respondent, slatesOf } from './ask.ts';
import type { Recorded } from './ground.ts';
import { windowQuestions } from './questions.ts';
import { alone } from './sources.ts';
import { evaluateRelease, type Suite, type SuiteOptions } from './suite.ts';
import { OPEN, QUICK, QUIET, toyRun, toyShop } from './toy.case.ts';

const DAY = 86_400_000;
const options: SuiteOptions = {
  ...{ seed: 1, days: 20, queries: 100, candidates: 20, resamples: 200 },
  ...{ kernel: loadKernel(), code: 'test', settings: QUICK, clock: () => 0 },
};

describe('a release judged', () => {
  let run: Recorded;
  let other: Recorded;
  let twin: Suite;
  beforeAll(async () => {
    run = await toyRun('run-1', { seed: 1, days: OPEN + 1 });
    other = await toyRun('run-0', { seed: 2, days: 85 });
    twin = await evaluateRelease(toyShop(), { run, against: other }, options, QUIET);
  }, 240_000);

  it('by a twin, where the release has seen everything, and says so', () => {
    expect(twin.how).toBe('twin');
    expect(twin.explained).toMatch(/The release itself has seen the answers/);
    expect(twin.queries).toBe(100);
    expect(twin.metrics['ndcg@10']!.mean).toBeGreaterThan(0.4);
    for (const { mean, low, high } of Object.values(twin.metrics)) {
      expect(low).toBeLessThanOrEqual(mean);
      expect(high).toBeGreaterThanOrEqual(mean);
    }
  });

  it('slice by slice: placements and shoppers part the questions, thirds of items their answers', () => {
    const of = (name: string) => twin.slices.find((slice) => slice.name === name)!;
    expect(of('known shoppers').queries + of('new shoppers').queries).toBe(of('all').queries);
    expect(of('new shoppers').queries).toBeGreaterThan(5);
    const placements = ['bought-together', 'because-you-viewed', 'for-you', 'similar'].map(of);
    expect(placements.reduce((sum, { queries }) => sum + queries, 0)).toBe(of('all').queries);
    expect(of('all').metrics['ndcg@10']).toEqual(twin.metrics['ndcg@10']);
    expect(of('head').queries).toBeGreaterThan(of('tail').queries);
    expect(of('new items').queries).toBe(0);
  });

  it('source by source: no source alone finds more than all, and what sets share beats what is popular', () => {
    const recall = Object.fromEntries(twin.candidates.sources.map((one) => [one.source, one.alone.mean]));
    expect(recall['transitions']).toBeGreaterThan(recall['popular']!);
    expect(recall['embedding']).toBeGreaterThan(recall['popular']!);
    const marginal = twin.candidates.sources.map((one) => one.marginal.mean);
    expect(Math.max(...marginal)).toBeLessThanOrEqual(twin.candidates.together.mean);
  });

  it('stage by stage and price by price, each against the release itself', () => {
    const names = twin.stages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['embedding', 'popular', 'linear blend']));
    const self = twin.stages.find(({ name }) => name === twin.rankedBy)!;
    expect(self.releaseMinus).toEqual({ mean: 0, low: 0, high: 0 });
    const popular = twin.stages.find(({ name }) => name === 'popular')!;
    expect(popular.releaseMinus.low).toBeGreaterThan(0);
    expect(twin.prices.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nothing packed', 'whole lists', 'half lists', 'vectors of 4 bits']),
    );
    for (const { name, releaseMinus } of twin.prices)
      if (name !== 'head alone') expect(Math.abs(releaseMinus.mean)).toBeLessThan(0.1);
  });

  it('against another: a difference a metric, and how much their slates share', () => {
    const { difference, metrics, overlap } = twin.against!;
    const by = metrics.first['ndcg@10']!.mean - metrics.second['ndcg@10']!.mean;
    expect(difference['ndcg@10']!.mean).toBeCloseTo(by, 10);
    expect(metrics.first['ndcg@10']).toEqual(twin.metrics['ndcg@10']);
    expect(overlap.mean).toBeGreaterThan(0.3);
    expect(overlap.mean).toBeLessThan(1);
  });

  it('by itself, where something happened since it was trained', async () => {
    const since = await evaluateRelease(toyShop(), { run: other }, { ...options, how: 'newer' }, QUIET);
    expect(since.how).toBe('newer');
    expect(Date.parse(since.window.from)).toBe(other.trained.lineage.until);
    expect(since.pricesLeftOut).toMatch(/only a twin has/);
    expect(since.metrics['ndcg@10']!.mean).toBeGreaterThan(0.4);
    await expect(
      evaluateRelease(toyShop(), { run }, { ...options, how: 'newer' }, QUIET),
    ).rejects.toMatchObject({ code: 'too-short' });
  }, 60_000);

  it('on a page of its own and in a terminal: all figures, and nothing to load', async () => {
    const html = await reportPage({ ...twin, run: 'run <1>' });
    expect(html).toContain('run &lt;1&gt;');
    expect(html).not.toMatch(/<script|<link|src=|@import|url\(/);
    expect(html.match(/<figure>/g)!.length).toBeGreaterThanOrEqual(5);
    for (const name of Object.keys(twin.metrics)) expect(html).toContain(name);
    expect(html).toContain(twin.lineage.dataHash);
    for (const card of twin.cards) expect(html).toContain(card.model);
    const lines = suiteLines(twin).join('\n');
    expect(lines).toContain('judged by a twin');
    expect(lines).toContain('slates in common');
  });

  it('by the funnel with one thing changed, and by nothing else', async () => {
    const shop = toyShop();
    const { dataset } = await buildDataset(shop.items, shop.interactions, shop.now);
    const queries = windowQuestions(dataset, shop.now - 20 * DAY, { seed: 1, most: 200 });
    const engine = openParts(
      run.parts.filter(({ role }) => role !== 'cards'),
      options.kernel,
    );
    const of = respondent(engine, dataset);
    const [query] = queries.filter(({ request }) => request.placement === 'similar');
    expect(candidatesOf(alone(of, 'popular', 7), query!)).toHaveLength(7);
    // What retrieval did not find has no logit; the slate is in the order of the others.
    const logits = logitsOf(of, query!);
    const [slate] = slatesOf(of, [query!]);
    const ordered = slate!.map((row) => logits[row]!);
    expect(ordered).toEqual([...ordered].sort((a, b) => b - a));
    const { ranker } = engine;
    if (ranker === undefined) throw new Error('expected the toy shop to ship a ranker');
    const none = { ...of, engine: { ...engine, ranker: neutralised(ranker, new Set()) } };
    expect(slatesOf(none, queries)).toEqual(slatesOf(of, queries));
    const every = neutralised(ranker, new Set(FEATURES.map(({ name }) => name)));
    const flat = logitsOf({ ...of, engine: { ...engine, ranker: every } }, query!);
    if (ranker.kind === 'small')
      expect(new Set(flat.filter((value) => value !== Number.NEGATIVE_INFINITY)).size).toBe(1);
    closeEngine(engine);
  });
});
