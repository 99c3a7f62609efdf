import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../../models/arithmetic.ts';
import { unitRows } from '../../models/dense.ts';
import { attend, createAttention } from '../../models/item-embeddings/attention.ts';
import type { Positions } from '../../models/item-embeddings/examples.ts';
import { createRandom } from '../../models/random.ts';
import { calibrated } from '../../models/ranker/calibration.ts';
import { fold } from '../../models/ranker/deep/fold.ts';
import { createDeep, forward } from '../../models/ranker/deep/network.ts';
import { createLayers, logits } from '../../models/ranker/network.ts';
import type { Shard } from '../../shared/bundle/contract.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import { loadEncoder } from '../../shared/engine/encoder.ts';
import { CATEGORICALS, FEATURE_SCHEMA, FEATURES } from '../../shared/engine/features.ts';
import { loadRanker } from '../../shared/engine/ranker.ts';
import { DEFAULT_SETTINGS } from '../../shared/engine/settings.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { encodeFunnel } from './encode.ts';

const random = createRandom(9);

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
};

/** Two places compute a forward pass: training's graph and the device's kernel. These hold them together. */
describe('what is trained is what is served', () => {
  it('the ranker, packed to int8 and run by the kernel, orders as the trained network does', () => {
    const width = FEATURES.length;
    const layers = createLayers([width, 64, 32, 1], random);
    const means = new Float32Array(width);
    const deviations = new Float32Array(width).fill(1);
    const ranker = { layers, means, deviations, schema: FEATURE_SCHEMA };
    const { bytes } = encodeFunnel(DEFAULT_SETTINGS, ranker);
    const settings = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
    const served = loadRanker(decodeWeights(bytes), settings, { kernel: loadKernel(), kind: 'small' })!;
    const features = Float32Array.from({ length: 200 * width }, () => random.normal());
    FEATURES.forEach((feature, f) => {
      if ('whole' in feature) for (let r = 1; r < 200; r++) features[r * width + f] = features[f]!;
    });
    const trained = logits(plainArithmetic, layers, features);
    expect(correlation(served.network.run(features, 200), trained)).toBeGreaterThan(0.999);
  });

  it('the deep ranker, packed to int8 and run by the kernel, orders as the trained network does', () => {
    const width = FEATURES.length;
    const vocabularies = CATEGORICALS.map(({ vocabulary }) => vocabulary);
    const trained = createDeep({ dense: width, vocabularies, dims: 16, hidden: [64, 32] }, random);
    const rows = {
      features: Float32Array.from({ length: 200 * width }, () => random.normal()),
      categories: Uint16Array.from({ length: 200 * CATEGORICALS.length }, (_, at) =>
        random.below(vocabularies[at % vocabularies.length]!),
      ),
    };
    for (let step = 0; step < 5; step++) forward(plainArithmetic, trained, rows, { share: 0.3, random });
    const plain = fold(trained);
    const deep = { ...plain, layers: calibrated(plain.layers, { slope: 2, intercept: -1 }) };
    const means = new Float32Array(width);
    const deviations = new Float32Array(width).fill(1);
    const small = createLayers([width, 8, 1], random);
    const ranker = { layers: small, means, deviations, schema: FEATURE_SCHEMA, deep };
    const weights = decodeWeights(encodeFunnel(DEFAULT_SETTINGS, ranker).bytes);
    expect(weights.settings).toMatchObject({ ranker: 'deep' });
    const settings = { ...DEFAULT_SETTINGS, featureSchema: FEATURE_SCHEMA };
    const served = loadRanker(weights, settings, { kernel: loadKernel(), kind: 'deep' })!;
    const { logits: expected } = forward(plainArithmetic, trained, rows);
    // What is the same for all candidates is read from the first row alone.
    const shared = FEATURES.flatMap((feature, at) => ('whole' in feature ? [at] : []));
    const one = rows.features.slice();
    for (let r = 1; r < 200; r++) for (const f of shared) one[r * width + f] = one[f]!;
    const { logits } = forward(plainArithmetic, trained, { ...rows, features: one });
    const found = served.network.run(one, 200, rows.categories);
    expect(correlation(found, logits)).toBeGreaterThan(0.999);
    expect(correlation(logits, expected)).toBeLessThan(0.999);
    expect(found[0]).toBeCloseTo(2 * logits[0]! - 1, 0);
  });

  it('a shopper encoded on the device points where training pooled them', () => {
    const dims = 64;
    const items = 5;
    const values = Float32Array.from({ length: items * dims }, () => random.normal());
    const unit = unitRows({ items, dims, values });
    const encoder = createAttention({ dims, hidden: 32, pooled: 4, decay: 0.7 }, random);
    const embeddings = { query: unit, candidate: unit, encoder, scale: 12 };
    const { bytes } = encodeFunnel(DEFAULT_SETTINGS, undefined, embeddings);
    const rows = Int8Array.from(unit.values, (value) => Math.round(value * 250));
    const table = { dims, rows, scales: new Float32Array(items).fill(1 / 250) };
    const shard = { queryEmbeddings: table } as Shard;
    const served = loadEncoder(decodeWeights(bytes), shard, loadKernel())!;
    const anchors = Uint32Array.of(3, 0, 4, 3);
    const positions: Positions = {
      count: 1,
      offsets: Uint32Array.of(0, 4),
      anchors,
      target: Uint32Array.of(1),
      weight: Float32Array.of(1),
    };
    const rowOf = Int32Array.from({ length: items }, (_, at) => at);
    const { queries } = attend(plainArithmetic, positions, encoder, { rows: unit.values, rowOf });
    const { query } = served.attention.pool(anchors.slice().reverse())!;
    expect(served.scale).toBe(12);
    let cosine = 0;
    for (let d = 0; d < dims; d++) cosine += queries[d]! * query[d]!;
    expect(cosine).toBeGreaterThan(0.999);
  });
});
