import { beforeAll, describe, expect, test } from 'vitest';
import { encodeNeighbours } from '../bundle/neighbours.ts';
import { encodeShard } from '../bundle/shard.ts';
import { encodeWeights, type TensorInput } from '../bundle/weights.ts';
import { loadKernel } from '../kernel/load.ts';
import type { ReleaseId } from '../protocol/ids.ts';
import { closeEngine, openRelease } from './engine.ts';
import { EngineError } from './error.ts';
import { FEATURE_SCHEMA, FEATURES } from './features.ts';
import { recommend } from './recommend.ts';
import { seededDraw } from './reranking/draw.ts';
import { applyEvents } from './session.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { eventOf, itemId, moment, NOBODY, shardInput, sparse } from './shop.case.ts';

const ITEMS = 300;
const options = { items: ITEMS, seed: 61 };
const kernel = loadKernel();
const RELEASE = 'r-1' as ReleaseId;
const WIDTH = FEATURES.length;
const draw = seededDraw(3);
const random = (...shape: number[]): TensorInput => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => draw() - 0.5),
  type: 'f32',
});
const ranker: Record<string, TensorInput> = {
  'ranker.0.weights': random(WIDTH, 8),
  'ranker.0.bias': random(8),
  'ranker.1.weights': random(8, 1),
  'ranker.1.bias': random(1),
  'ranker.means': random(WIDTH),
  'ranker.deviations': { ...random(WIDTH), values: new Float32Array(WIDTH).fill(1) },
};
const learned = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
const parts = new Map<string, Uint8Array>();

beforeAll(() => {
  const lists = (items: number) =>
    encodeNeighbours(sparse({ ...options, items }, 8, draw), { cut: 20, bits: 4 });
  parts.set('shard', encodeShard(shardInput(options, seededDraw(1))));
  parts.set('transitions', lists(ITEMS));
  parts.set('bought-together', lists(ITEMS));
  parts.set('weights', encodeWeights({ settings: learned, tensors: ranker }));
  parts.set('other-lists', lists(ITEMS - 1));
});

const withWeights = (settings: unknown, tensors: Record<string, TensorInput>) =>
  new Map(parts).set('weights', encodeWeights({ settings, tensors }));
function refusal(broken: ReadonlyMap<string, Uint8Array>): EngineError {
  try {
    openRelease(broken, RELEASE, kernel);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('the release was opened');
}

describe('a release', () => {
  test('opens, recommends with its ranker, and closes', () => {
    const engine = openRelease(parts, RELEASE, kernel);
    expect(engine.ranker?.schema).toBe(FEATURE_SCHEMA);
    const state = applyEvents(NOBODY, [eventOf(['view', itemId(40), 3])]);
    const slate = recommend(engine, state, { placement: 'for-you' }, moment());
    expect(slate).toMatchObject({ release: RELEASE, status: 'personal' });
    const blended = recommend({ ...engine, ranker: undefined }, state, { placement: 'for-you' }, moment());
    expect(slate.entries.map(({ item }) => item)).not.toEqual(blended.entries.map(({ item }) => item));
    closeEngine(engine);
    expect(() => recommend(engine, state, { placement: 'for-you' }, moment())).toThrow();
  });

  test('needs no ranker, and no opinion on what later settings added', () => {
    const { cold: _cold, ...older } = DEFAULT_SETTINGS;
    const engine = openRelease(withWeights(older, {}), RELEASE, kernel);
    expect(engine.ranker).toBeUndefined();
    expect(engine.settings.cold).toEqual(DEFAULT_SETTINGS.cold);
  });

  test('ignores parts of roles that it does not know', () => {
    expect(openRelease(new Map(parts).set('hologram', new Uint8Array(3)), RELEASE, kernel).release).toBe(
      RELEASE,
    );
  });
});

describe('a release is refused, with what was found and expected,', () => {
  test('where a part is missing', () => {
    const broken = new Map(parts);
    broken.delete('transitions');
    const error = refusal(broken);
    expect(error.code).toBe('missing-part');
    expect(error.message).toMatch(/found shard, bought-together.*expected a part 'transitions'/);
  });

  test('where lists belong to another catalogue', () => {
    const error = refusal(new Map(parts).set('transitions', parts.get('other-lists')!));
    expect(error).toMatchObject({
      code: 'mismatched-parts',
      found: '299 items',
      expected: '300 as the shard',
    });
  });

  test('where settings are not what the schema says', () => {
    const { popular: _popular, ...someBlend } = DEFAULT_SETTINGS.blend;
    for (const [settings, path] of [
      [{ ...DEFAULT_SETTINGS, ranked: 'many' }, 'ranked'],
      [{ ...DEFAULT_SETTINGS, blend: someBlend }, 'blend.popular'],
      [{ ...DEFAULT_SETTINGS, decay: { ...DEFAULT_SETTINGS.decay, embedding: 1.5 } }, 'decay.embedding'],
    ] as const) {
      const error = refusal(withWeights(settings, {}));
      expect(error.code).toBe('bad-settings');
      expect(error.message).toContain(path);
    }
  });

  test('where the ranker was trained on other features', () => {
    const error = refusal(withWeights({ ...DEFAULT_SETTINGS, featureSchema: 'f3-old' }, ranker));
    expect(error).toMatchObject({ code: 'feature-schema', found: 'f3-old', expected: FEATURE_SCHEMA });
    expect(refusal(withWeights(DEFAULT_SETTINGS, ranker)).found).toBe('none');
  });

  test('where tensors do not chain, are missing or not finite', () => {
    const nan = { ...random(8), values: new Float32Array(8).fill(Number.NaN) };
    const { 'ranker.means': _means, ...headless } = ranker;
    for (const [tensors, what] of [
      [{ ...ranker, 'ranker.0.weights': random(WIDTH - 1, 8) }, 'ranker.0.weights'],
      [{ ...ranker, 'ranker.1.weights': random(8, 2) }, 'ranker.1.weights'],
      [{ ...ranker, 'ranker.1.weights': random(9, 1) }, 'ranker.1.weights'],
      [{ ...ranker, 'ranker.0.bias': random(7) }, 'ranker.0.bias'],
      [headless, 'ranker.means'],
    ] as const) {
      const error = refusal(withWeights(learned, tensors));
      expect(error.code).toBe('bad-ranker');
      expect(error.message).toContain(what);
    }
    let refused: unknown;
    try {
      refused = refusal(withWeights(learned, { ...ranker, 'ranker.0.bias': nan }));
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(Error);
  });
});
