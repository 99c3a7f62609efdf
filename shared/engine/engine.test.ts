import { beforeAll, describe, expect, test } from 'vitest';
import { encodeNeighbours } from '../bundle/neighbours.ts';
import { encodeShard } from '../bundle/shard.ts';
import { encodeWeights, type TensorInput } from '../bundle/weights.ts';
import { loadKernel } from '../kernel/load.ts';
import type { ReleaseId } from '../protocol/ids.ts';
import type { Engine } from './contract.ts';
import { lightened } from './effort.ts';
import { closeEngine, openRelease } from './engine.ts';
import { EngineError } from './error.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from './features.ts';
import { goldenSlate, isGolden } from './golden.ts';
import { recommend } from './recommend.ts';
import { seededDraw } from './reranking/draw.ts';
import { applyEvents } from './session.ts';
import { DEFAULT_SETTINGS, type FunnelSettings } from './settings.ts';
import { eventOf, itemId, moment, NOBODY, NOW, shardInput, sparse } from './shop.case.ts';

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

describe('a release with two rankers', () => {
  const deep: Record<string, TensorInput> = {
    'deep.0.weights': { ...random(WIDTH + 16 * CATEGORICALS.length, 12), type: 'i8' },
    'deep.0.bias': random(12),
    'deep.1.weights': { ...random(12, 1), type: 'i8' },
    'deep.1.bias': random(1),
    'deep.means': random(WIDTH),
    'deep.deviations': { ...random(WIDTH), values: new Float32Array(WIDTH).fill(1) },
    ...Object.fromEntries(
      CATEGORICALS.map(({ vocabulary }, k) => [
        `deep.embedding.${k}`,
        { ...random(vocabulary, 16), type: 'i8', scale: 'row' } satisfies TensorInput,
      ]),
    ),
  };
  const both = { ...ranker, ...deep };
  const state = applyEvents(NOBODY, [eventOf(['view', itemId(40), 3])]);
  const itemsOf = (engine: Engine) =>
    recommend(engine, state, { placement: 'for-you' }, moment()).entries.map(({ item }) => item);
  const open = (settings: FunnelSettings, tensors: Record<string, TensorInput>, on = kernel) =>
    openRelease(withWeights(settings, tensors), RELEASE, on);

  test('ranks by the deep one, by the one that its settings name, and without SIMD by the small one', () => {
    const opened = {
      deep: open(learned, both),
      alone: open(learned, deep),
      named: open({ ...learned, ranker: 'small' }, both),
      small: open(learned, ranker),
      plain: open(learned, both, loadKernel({ build: 'js' })),
    };
    expect(opened.deep.ranker?.kind).toBe('deep');
    expect(itemsOf(opened.alone)).toEqual(itemsOf(opened.deep));
    expect(itemsOf(opened.named)).toEqual(itemsOf(opened.small));
    expect(itemsOf(opened.deep)).not.toEqual(itemsOf(opened.small));
    expect(opened.plain.ranker?.kind).toBe('small');
    expect(opened.plain.settings.ranked).toBe(DEFAULT_SETTINGS.lightRanked);
    expect(itemsOf(opened.plain)).toEqual(itemsOf(lightened(opened.deep)));
    for (const engine of Object.values(opened)) closeEngine(engine);
  });

  test('writes golden slates that a device with SIMD checks whole, and one without as far as it goes', () => {
    const input = { views: [itemId(40), itemId(41)], now: NOW, seed: 1 };
    const [simd, plain] = [open(learned, both), open(learned, both, loadKernel({ build: 'js' }))];
    const expected = goldenSlate(simd, input);
    const found = goldenSlate(plain, input);
    expect(found.length).toBeGreaterThan(0);
    expect(expected.length).toBeGreaterThan(found.length);
    expect(isGolden(found, { expected })).toBe(true);
    expect(isGolden(expected, { expected })).toBe(true);
    expect(isGolden([...found.slice(1), found[0]!], { expected })).toBe(false);
    expect(isGolden([], { expected })).toBe(false);
    closeEngine(simd);
    closeEngine(plain);
  });

  test('is refused where the deep one does not fit', () => {
    const floats = { ...random(WIDTH + 16 * CATEGORICALS.length, 12) };
    for (const [own, what] of [
      [{ 'deep.0.weights': floats }, 'deep.0.weights'],
      [{ 'deep.0.weights': { ...random(WIDTH, 12), type: 'i8' as const } }, 'deep.0.weights'],
      [{ 'deep.embedding.1': random(3, 16) }, 'deep.embedding.1'],
      [{ 'deep.means': random(3) }, 'deep.means'],
    ] as const) {
      const error = refusal(withWeights(learned, { ...both, ...own }));
      expect(error.code).toBe('bad-ranker');
      expect(error.message).toContain(what);
    }
    const { 'deep.embedding.9': _last, ...fewer } = both;
    expect(refusal(withWeights(learned, fewer)).message).toContain('deep.embedding.9');
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
