import type { MarketId } from '../../shared/protocol/ids.ts';
import type { TrainedRelease } from '../training/contract.ts';

/** A training job's product of the right shape, its files of no meaning: for what stores and serves them. */
export const trainedRelease = (own: Partial<TrainedRelease> = {}): TrainedRelease => ({
  parts: ['shard', 'transitions', 'bought-together', 'weights', 'cards'].map((role) => ({
    role,
    needed: true,
    bytes: new TextEncoder().encode(role.repeat(500)),
    ...(role === 'cards' ? { market: 'gb' as MarketId } : {}),
  })),
  space: 'space-1',
  featureSchema: 'features-1',
  items: 3,
  markets: [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }],
  golden: { views: [], now: 1_790_000_000_000, seed: 1, expected: [] },
  cards: [],
  metrics: { 'recall@10': 0.1 },
  lineage: { dataHash: 'd', code: 'c', seed: 1, interactions: 9, trainedAt: 1_790_000_000_000, seconds: 1 },
  ...own,
});
