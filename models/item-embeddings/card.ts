import type { ModelCard } from '../contract.ts';
import type { EmbeddingSettings } from './settings.ts';
import type { ItemEmbeddings } from './train.ts';

export function embeddingsCard(
  trained: ItemEmbeddings,
  settings: EmbeddingSettings,
  seed: number,
): ModelCard {
  const { items, dims, values } = trained.candidate;
  let silent = 0;
  for (let i = 0; i < items; i++)
    if (values.subarray(i * dims, (i + 1) * dims).every((v) => v === 0)) silent++;
  return {
    model: 'item-embeddings',
    purpose: 'the embedding space: what a decayed mean of recent items points to',
    data: 'ordered histories, and what the catalogue says of each item',
    method:
      'pooled two-sided embeddings, sampled softmax at every position, started from an SVD of transitions',
    source: 'Covington et al. 2016 (sampled softmax); Halko et al. 2011 (randomised SVD)',
    parameters: { ...settings },
    metrics: { scale: trained.scale, itemsWithoutVector: silent },
    limits:
      'an item without history has only the vectors of its tokens; trained without differential privacy',
    seed,
  };
}
