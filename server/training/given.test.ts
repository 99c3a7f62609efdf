import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../../models/arithmetic.ts';
import { decodeShard } from '../../shared/bundle/shard.ts';
import type { ItemId, MarketId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import { buildDataset } from '../dataset/dataset.ts';
import type { StoredInteraction } from '../store/contract.ts';
import { encodeItems } from './encode.ts';
import { giveVectors, NoItemFound } from './given.ts';
import { SHOP_SETTINGS } from './settings.ts';
import { fitSources } from './sources.ts';

const NOW = 19_000 * 86_400_000;
const item = (id: string, own: Partial<Item> = {}): Item => ({
  id: id as ItemId,
  title: id,
  availability: 'in_stock',
  ...own,
});
const items = [
  item('cup'),
  item('mug'),
  item('sock-l', { item_group_id: 'sock' as ItemId }),
  item('sock-s', { item_group_id: 'sock' as ItemId }),
  item('tea'),
];
const touches: StoredInteraction[] = ['cup', 'mug', 'tea', 'sock-s'].map((id, at) => ({
  key: id,
  subject: 'anna',
  visit: 'one',
  item: id,
  kind: 'view',
  time: NOW - (9 - at) * 60_000,
  quantity: 1,
  price: null,
  origin: 'import',
}));
const vectors = (entries: readonly [string, number[]][]) => ({
  file: '/somewhere/vectors.npy',
  dims: 3,
  byId: new Map(entries.map(([id, values]) => [id, Float32Array.from(values)])),
});
const quiet = { stage() {}, log() {} };

describe('vectors of an outside system', () => {
  it('stand in the catalogue’s order: a group takes its own or a variant’s, and who has none has zeros', async () => {
    const { dataset } = await buildDataset(items, touches, NOW);
    const outside = vectors([
      ['tea', [0, 0, 5]],
      ['sock-s', [0, 2, 0]],
      ['mug', [3, 0, 0]],
      ['shoe', [1, 1, 1]],
    ]);
    const { embeddings, card } = giveVectors({ vectors: outside, reduction: 'pca' }, dataset, {
      dims: 4,
      seed: 1,
    });
    expect(dataset.catalogue.groups.map(({ id }) => id)).toEqual(['cup', 'mug', 'sock', 'tea']);
    expect([...embeddings.candidate.values]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
    expect(card).toMatchObject({
      model: 'given-embeddings',
      data: 'vectors of 3 of 4 items from vectors.npy',
      metrics: { varianceKept: 1, recallLost100: 0, itemsWithoutVector: 1 },
    });
  });

  it('of another shop are refused', async () => {
    const { dataset } = await buildDataset(items, touches, NOW);
    const outside = vectors([['shoe', [1, 1, 1]]]);
    expect(() => giveVectors({ vectors: outside, reduction: 'pca' }, dataset, { dims: 4, seed: 1 })).toThrow(
      NoItemFound,
    );
  });

  it('are what the release is packed with: none is learned beside them', async () => {
    const { dataset } = await buildDataset(items, touches, NOW);
    const outside = vectors([
      ['cup', [1, 0, 0]],
      ['mug', [0.8, 0.6, 0]],
      ['tea', [0, 0, 1]],
    ]);
    const given = giveVectors({ vectors: outside, reduction: 'pca' }, dataset, { dims: 16, seed: 1 });
    const sources = fitSources(dataset, SHOP_SETTINGS, {
      arithmetic: plainArithmetic,
      journal: quiet,
      seed: 1,
      given,
    });
    expect(sources.embeddings).toBe(given.embeddings);
    expect(sources.cards.map(({ model }) => model)).toContain('given-embeddings');
    expect(sources.cards.map(({ model }) => model)).not.toContain('item-embeddings');
    const markets = [{ id: 'gb' as MarketId, currency: 'GBP', language: 'en' }];
    const { shard } = encodeItems({ dataset, sources, markets, bits: { embeddings: 8, content: 8 } });
    const { embeddings, queryEmbeddings } = decodeShard(shard.bytes);
    const cosine = (a: number, b: number): number => {
      let sum = 0;
      for (let d = 0; d < embeddings.dims; d++)
        sum += queryEmbeddings.rows[a * 16 + d]! * embeddings.rows[b * 16 + d]!;
      return sum * queryEmbeddings.scales[a]! * embeddings.scales[b]!;
    };
    expect(cosine(0, 1)).toBeCloseTo(0.8, 1);
    expect(cosine(0, 3)).toBeCloseTo(0, 1);
  });
});
