import { busiestFirst } from '../../../models/ranker/order.ts';
import type { Weights } from '../../../shared/bundle/contract.ts';
import { decodeWeights, encodeWeights, type TensorInput } from '../../../shared/bundle/weights.ts';
import { openRelease } from '../../../shared/engine/engine.ts';
import { CATEGORICALS, FEATURES } from '../../../shared/engine/features.ts';
import { standardise } from '../../../shared/engine/ranking.ts';
import { score } from '../../../shared/engine/score.ts';
import { SYNTHETIC_NOW, syntheticShopper } from '../../../shared/engine/synthetic.case.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { MarketId, RecId, ReleaseId } from '../../../shared/protocol/ids.ts';

const SHOPPERS = 8;
const ROWS = 128;

/** What layer 0 of the deep ranker reads of candidates of drawn shoppers, row after row. */
function sampleOf(files: ReadonlyMap<string, Uint8Array>, items: number, weights: Weights): Float32Array {
  const engine = openRelease(files, 'drawn' as ReleaseId, loadKernel());
  const embeddings = CATEGORICALS.map((_, k) => weights.tensor(`deep.embedding.${k}`)!);
  const rows = Array.from({ length: SHOPPERS }, (_, seed) => {
    const state = syntheticShopper(items, { past: 20, now: 1 + seed, seed });
    const moment = {
      ...{ now: SYNTHETIC_NOW, seed, recId: 'drawn' as RecId, utcOffsetMinutes: 0 },
      ...{ rules: 'on' as const, market: 'uk' as MarketId },
    };
    const { candidates, features, categories } = score(engine, state, { placement: 'for-you' }, moment);
    standardise(features, engine.ranker!, candidates.items.length);
    return Array.from({ length: Math.min(ROWS, candidates.items.length) }, (_, r) => [
      ...features.subarray(r * FEATURES.length, (r + 1) * FEATURES.length),
      ...embeddings.flatMap(({ shape: [, dims = 0], values }, k) => {
        const category = categories[r * CATEGORICALS.length + k]!;
        return [...values.subarray(category * dims, (category + 1) * dims)];
      }),
    ]);
  });
  return Float32Array.from(rows.flat(2));
}

/** Drawn weights with the deep ranker's units in the order in which training leaves them. */
export function orderedWeights(
  files: ReadonlyMap<string, Uint8Array>,
  items: number,
): Uint8Array<ArrayBuffer> {
  const weights = decodeWeights(files.get('weights')!);
  const tensors: Record<string, TensorInput> = {};
  const keep = (name: string): boolean => {
    const tensor = weights.tensor(name);
    if (tensor === undefined) return false;
    const stored = weights.quantised(name);
    tensors[name] = { ...tensor, ...(stored ? { type: 'i8', scale: stored.scale } : { type: 'f32' }) };
    return true;
  };
  for (const ranker of ['ranker', 'deep']) {
    for (const name of ['means', 'deviations']) keep(`${ranker}.${name}`);
    for (let l = 0; keep(`${ranker}.${l}.weights`); l++) keep(`${ranker}.${l}.bias`);
  }
  CATEGORICALS.forEach((_, k) => {
    keep(`deep.embedding.${k}`);
  });
  const layers = [];
  for (let l = 0; weights.holds(`deep.${l}.weights`); l++) {
    const { shape, values } = weights.tensor(`deep.${l}.weights`)!;
    const [inputs, outputs] = shape as [number, number];
    layers.push({ inputs, outputs, weights: values, bias: weights.tensor(`deep.${l}.bias`)!.values });
  }
  busiestFirst(layers, sampleOf(files, items, weights)).forEach((layer, l) => {
    tensors[`deep.${l}.weights`] = { ...tensors[`deep.${l}.weights`]!, values: layer.weights };
    tensors[`deep.${l}.bias`] = { ...tensors[`deep.${l}.bias`]!, values: layer.bias };
  });
  return encodeWeights({ settings: weights.settings, tensors });
}
