import { describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { createLayers } from '../../models/ranker/network.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import { FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { loadRanker } from '../../shared/engine/ranker.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { Placement } from '../../shared/protocol/placement.ts';
import { calibrateBy, KINDS, kindsOf, type Shown, withProbabilities } from './calibrate.ts';
import { encodeFunnel, type RankerTensors } from './encode.ts';
import type { Query } from './plan.ts';

const WIDTH = FEATURES.length;
const PLACES = 10;
const NEVER = FEATURES.findIndex(({ name }) => name === 'placement-trending');

const asked = (placement: Placement, begun: boolean): Query => ({
  ...{ from: 0, to: 9, session: begun ? 5 : 9, targets: [], now: 0 },
  request: { placement },
});
const arrival = asked('for-you', false);
const middle = asked('for-you', true);
const cart = asked('bought-together', true);
const unseen = asked('similar', true);
const untold = asked('trending', true);

/** A ranker that has never met one shelf, and another one in a hundred lists. */
function ranker(seed: number): RankerTensors {
  const random = createRandom(seed);
  const means = Float32Array.from({ length: WIDTH }, () => 0.1 + 0.5 * random.next());
  const deviations = means.map((mean) => Math.sqrt(mean * (1 - mean)));
  deviations[NEVER] = 0;
  const rare = FEATURES.findIndex(({ name }) => name === 'placement-bought-together');
  means[rare] = 0.01;
  deviations[rare] = 0.0995;
  return { layers: createLayers([WIDTH, 12, 6, 1], random), means, deviations, schema: FEATURE_SCHEMA };
}

/** Candidates as the engine would write them: what tells kinds of questions, and drawn numbers. */
function candidates(query: Query, seed: number): Float32Array {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: PLACES * WIDTH }, () => random.next());
  const kinds = kindsOf(query);
  FEATURES.forEach((feature, f) => {
    const kind = KINDS.indexOf(f);
    for (let row = 0; row < PLACES; row++)
      if (kind >= 0) values[row * WIDTH + f] = kinds.includes(kind) ? 1 : 0;
      else if ('whole' in feature) values[row * WIDTH + f] = values[f]!;
  });
  return values;
}

/** Logits of a release's ranker. */
function ranked(tensors: RankerTensors, values: Float32Array): number[] {
  const settings = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
  const weights = decodeWeights(encodeFunnel(DEFAULT_SETTINGS, tensors).bytes);
  const served = loadRanker(weights, settings, { kernel: loadKernel(), kind: 'small' })!;
  return [...served.network.run(values, PLACES)];
}

/** Slates of arrivals, of visits that have begun, and of carts, whose logits are high and seldom come true. */
function shown(): Shown {
  const random = createRandom(5);
  const all: Shown = { logits: [], right: [], kinds: [] };
  for (let q = 0; q < 600; q++) {
    const [query, by, chance] = (
      [
        [arrival, 0, 0.4],
        [middle, 0, 0.15],
        [cart, 2, 0.02],
      ] as const
    )[q % 3]!;
    const kinds = kindsOf(query);
    for (let place = 0; place < PLACES; place++) {
      const x = random.normal();
      all.logits.push(by + x);
      all.right.push(random.next() < chance * (1 + 0.5 * Math.tanh(x)) ? 1 : 0);
      all.kinds.push(kinds);
    }
  }
  return all;
}

describe('calibration by kinds of questions', () => {
  const own = ranker(1);
  const { line, metrics } = calibrateBy(shown(), 'r', own);

  it('is what the shipped network adds on a device, nothing where validation has not asked', () => {
    const probable = withProbabilities(own, { small: line });
    const adds = (query: Query) => kindsOf(query).reduce((sum, kind) => sum + line.adds[kind]!, 0);
    expect(adds(arrival)).toBeGreaterThan(adds(middle) + 0.5);
    expect(adds(cart)).toBeLessThan(adds(middle) - 1);
    expect([adds(unseen), adds(untold)]).toEqual([0, 0]);
    [arrival, middle, cart, unseen, untold].forEach((query, seed) => {
      const values = candidates(query, seed);
      const before = ranked(own, values);
      ranked(probable, values).forEach((logit, row) => {
        expect(logit).toBeCloseTo(line.slope * before[row]! + line.intercept + adds(query), 4);
      });
    });
  });

  it('rises, and is right for each kind where one line is for none', () => {
    const pooled = calibrateBy(shown(), 'r');
    expect(pooled.line.adds.every((one) => one === 0)).toBe(true);
    expect(pooled.line.slope).toBe(1);
    expect(line.slope).toBeGreaterThan(0.2);
    expect(line.slope).toBeLessThan(1);
    for (const kind of ['', '.session-arrival', '.placement-for-you', '.placement-bought-together']) {
      expect(metrics[`r.ece@10${kind}`]).toBeLessThan(0.03);
      expect(pooled.metrics[`r.ece@10${kind}`]).toBeGreaterThan(0.05);
    }
  });

  it('has one line where all questions are of one kind, or the ranker cannot tell them', () => {
    const { logits, right, kinds } = shown();
    const one = kinds.map(() => kindsOf(cart));
    const blind = { ...own, deviations: new Float32Array(WIDTH) };
    for (const { line: alone } of [
      calibrateBy({ logits, right, kinds: one }, 'r', own),
      calibrateBy({ logits, right, kinds }, 'r', blind),
    ]) {
      expect(alone.adds.every((add) => add === 0)).toBe(true);
      const { layers } = withProbabilities(own, { small: alone });
      expect(layers.map(({ outputs }) => outputs)).toEqual(own.layers.map(({ outputs }) => outputs));
    }
  });
});
