import { describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { decodeWeights, encodeWeights, type TensorInput } from '../../shared/bundle/weights.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { loadRanker } from '../../shared/engine/ranker.ts';
import { question } from '../../shared/engine/score.ts';
import { applyEvents } from '../../shared/engine/session.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import { eventOf, itemId, moment, NOBODY, openShop } from '../../shared/engine/shop.case.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { DEVICE_FEATURES } from '../../shared/onnx/device-features.ts';
import { openSession, startRuntime } from '../../worker/onnx/session.ts';
import { exportReleaseRanker } from './export-ranker.ts';

const random = createRandom(4);
const normal = (length: number, spread: number) =>
  Float32Array.from({ length }, () => random.normal() * spread);

/** Tensors as training writes them: weights in He's spread, moments as features have them. */
function tensorsOf(name: string, sizes: readonly number[]): Record<string, TensorInput> {
  const tensors: Record<string, TensorInput> = {
    [`${name}.means`]: { shape: [FEATURES.length], values: normal(FEATURES.length, 0.5), type: 'f32' },
    [`${name}.deviations`]: {
      shape: [FEATURES.length],
      values: normal(FEATURES.length, 1).map((x) => 0.5 + Math.abs(x)),
      type: 'f32',
    },
  };
  sizes.slice(1).forEach((outputs, l) => {
    const inputs = sizes[l]!;
    const values = normal(inputs * outputs, Math.sqrt(2 / inputs));
    tensors[`${name}.${l}.weights`] = { shape: [inputs, outputs], values, type: 'i8' };
    tensors[`${name}.${l}.bias`] = { shape: [outputs], values: normal(outputs, 0.1), type: 'f32' };
  });
  return tensors;
}

const embedded = FEATURES.length + CATEGORICALS.length * 16;
const tensors = {
  ...tensorsOf('ranker', [FEATURES.length, 64, 32, 1]),
  ...tensorsOf('deep', [embedded, 128, 64, 1]),
  ...Object.fromEntries(
    CATEGORICALS.map(({ vocabulary }, k): [string, TensorInput] => [
      `deep.embedding.${k}`,
      { shape: [vocabulary, 16], values: normal(vocabulary * 16, 0.3), type: 'i8', scale: 'row' },
    ]),
  ),
};
const settings = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
const part = encodeWeights({ settings, tensors });
const kernel = loadKernel();

/** Candidates of a shopper, and the logits that the device's kernel gives them. */
function asked(kind: 'small' | 'deep') {
  const ranker = loadRanker(decodeWeights(part), settings, { kernel, kind })!;
  const shop = openShop(kernel, { items: 600, seed: 8 });
  const state = applyEvents(
    NOBODY,
    [3, 40, 81].map((row, at) => eventOf(['view', itemId(row), 9 - at])),
  );
  const { candidates, features, categories } = question(shop, state, { placement: 'for-you' }, moment())!;
  const rows = candidates.items.length;
  const logits = ranker.network
    .run(features.slice(), rows, kind === 'deep' ? categories : undefined)
    .slice(0, rows);
  return { rows, features, categories, logits };
}

const order = (logits: Float32Array): number[] =>
  [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, x, at) => Math.max(most, Math.abs(x - b[at]!)), 0);
const meanDistance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, x, at) => sum + (x - b[at]!) ** 2, 0) / a.length);
const spreadOf = (logits: Float32Array): number => {
  const mean = logits.reduce((sum, x) => sum + x, 0) / logits.length;
  return Math.sqrt(logits.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logits.length);
};

describe("a release's ranker as ONNX", () => {
  it.each([
    // Random weights and z-scores up to ten: harder than what training leaves.
    ['small', 'float', 1e-5],
    ['small', 'int8', 0.15],
    ['deep', 'float', 0.15],
    ['deep', 'int8', 0.15],
  ] as const)(
    '%s as %s: at most %f of a spread from what the device computes, a quarter of it on average',
    async (kind, precision, within) => {
      const { logits, ...candidates } = asked(kind);
      const exported = exportReleaseRanker(part, { kind, precision }, kernel);
      expect(exported.kind).toBe(kind);
      await startRuntime();
      const session = await openSession({ ...exported, device: DEVICE_FEATURES });
      const found = await session.rank(candidates);
      await session.close();
      const spread = spreadOf(logits);
      expect(furthest(found, logits) / spread).toBeLessThan(within);
      expect(meanDistance(found, logits) / spread).toBeLessThan(within / 4);
      const best = new Set(order(logits).slice(0, 20));
      expect(
        order(found)
          .slice(0, 20)
          .filter((row) => best.has(row)).length,
      ).toBeGreaterThanOrEqual(18);
      if (within <= 1e-5) expect(order(found)).toEqual(order(logits));
    },
  );

  it('is the one that the release ranks with, where none is named', () => {
    const kindOf = (own: object): string =>
      exportReleaseRanker(
        encodeWeights({ settings: { ...settings, ...own }, tensors }),
        { precision: 'float' },
        kernel,
      ).kind;
    expect([kindOf({}), kindOf({ ranker: 'small' }), kindOf({ ranker: 'deep' })]).toEqual([
      'deep',
      'small',
      'deep',
    ]);
  });

  it('is refused where the release has none', () => {
    const none = encodeWeights({ settings, tensors: {} });
    expect(() => exportReleaseRanker(none, { precision: 'float' }, kernel)).toThrow(/found none in this run/);
  });
});
