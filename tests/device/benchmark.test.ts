import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../bench/device/plan.ts';
import { asJson, figuresOf, KEYS } from '../../bench/device/report/keys.ts';
import { drawPlots } from '../../bench/device/report/plots.ts';
import { printResults } from '../../bench/device/report/table.ts';
import type { Results } from '../../bench/device/results.ts';
import { runBench } from '../../bench/device/run.ts';

const ITEMS = 1000;
const PLAN: Plan = {
  seed: 1,
  sections: ['scan', 'ranker', 'device'],
  sizes: { first: ITEMS, usual: ITEMS, large: ITEMS },
  scan: { items: [ITEMS], effort: { graded: 5, rounds: 1, turn: 1, patience: 30 }, real: false },
  ranker: { rounds: 1, turn: 1, candidates: 40 },
  device: {
    ...{ rounds: 1, laps: 3, openings: 1, slates: 20 },
    sizes: { first: ITEMS, usual: ITEMS, large: ITEMS },
  },
  wholeWire: false,
};

describe('the device benchmark, on a small catalogue', () => {
  let results: Results;
  beforeAll(async () => {
    results = await runBench(
      PLAN,
      () => performance.now(),
      () => undefined,
    );
  }, 240_000);

  test('gives every key a finite number', () => {
    const json = asJson(results);
    expect(Object.keys(json)).toEqual([...KEYS, 'detail']);
    for (const key of KEYS) expect({ [key]: json[key] }).toEqual({ [key]: expect.any(Number) });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(results.failures).toEqual([]);
  });

  test('everybody took part, and found what a graph of this size finds', () => {
    for (const { measured, leftOut } of results.scan ?? []) {
      expect(leftOut).toEqual([]);
      const exact = ['hnswlib-wasm exact', 'voy-search', 'tacit relaxed, rescored', 'tacit js, rescored'];
      for (const name of exact)
        expect(measured.find((one) => one.name === name)?.recall).toBeGreaterThan(0.99);
      for (const { recall } of measured) if (recall !== undefined) expect(recall).toBeGreaterThan(0.9);
    }
    const [first, ...others] = (results.ranker?.measured ?? []).filter(
      ({ ours, precision }) => ours && precision === 'int8',
    );
    for (const { error } of others) expect(error).toEqual(first?.error);
  });

  test('the slates it timed were whole, personal and followed the shopper', () => {
    const { usual, coldStarts, crowded } = results.device!;
    expect(usual).toMatchObject({ shown: 20, build: 'relaxed' });
    expect(usual.changed).toBeGreaterThan(0.5);
    expect(crowded === undefined).toBe(process.platform !== 'linux' || availableParallelism() < 1);
    expect(coldStarts.map(({ storage }) => storage)).toEqual(['opfs', 'indexeddb', 'memory']);
  });

  test('a part that was not run has its keys as null, each with a reason', () => {
    const figures = figuresOf({ ...results, scan: undefined });
    expect(figures.scan100kOverMemoryRead).toEqual({ why: 'this part was not run, or failed' });
    const { detail, ...keys } = asJson({ ...results, device: undefined });
    expect(keys['recommend100kP50Ms']).toBeNull();
    expect(detail).toMatchObject({ nulls: { recommend100kP50Ms: 'this part was not run, or failed' } });
  });

  test('is printed and drawn', async () => {
    expect(printResults(results)).toContain('bestPeerOverOurs100k');
    const plots = await drawPlots(results);
    expect(plots).toHaveLength(6);
    for (const { svg } of plots) expect(svg).toMatch(/^<svg[\s\S]+<\/svg>$/);
  });
});
