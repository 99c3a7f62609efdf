import type { BundlePart, TrainedRelease } from '../../../server/training/contract.ts';
import { writeGolden } from '../../../server/training/golden.ts';
import { withHead } from '../../../server/training/head.ts';
import { FEATURE_SCHEMA } from '../../../shared/engine/features.ts';
import { SYNTHETIC_NOW, syntheticParts } from '../../../shared/engine/synthetic.case.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import type { MarketId } from '../../../shared/protocol/ids.ts';
import { orderedWeights } from './ordered.ts';

const MARKET = 'uk' as MarketId;

/**
 * A release of drawn numbers with everything that a trained one has: all columns, content, lists, the deep ranker, cards,
 * a head where it is heavy, and two tables of vectors, since the two sides of a trained space differ.
 */
export function drawnRelease(items: number, seed: number): TrainedRelease {
  const files = syntheticParts({ items, seed, untied: true, cards: true });
  files.set('weights', orderedWeights(files, items));
  const parts = [...files].map(
    ([role, bytes]): BundlePart =>
      role === 'cards' ? { role, bytes, needed: false, market: MARKET } : { role, bytes, needed: true },
  );
  const kernel = loadKernel();
  const golden = (of: readonly BundlePart[]) => writeGolden(of, SYNTHETIC_NOW, { kernel, seed });
  return {
    ...withHead({ parts, golden: golden(parts) }, golden),
    space: 'synthetic',
    featureSchema: FEATURE_SCHEMA,
    items,
    markets: [{ id: MARKET, currency: 'GBP', language: 'en' }],
    cards: [],
    metrics: {},
    lineage: { dataHash: '', code: '', seed, interactions: 0, trainedAt: SYNTHETIC_NOW, seconds: 0 },
  };
}
