import { decodeContainer, encodeContainer } from '../../../shared/bundle/container.ts';
import type { EmbeddingTable } from '../../../shared/bundle/contract.ts';
import { decodeEmbedding, encodeEmbedding } from '../../../shared/bundle/embedding.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { quantiseQuery, residualsOf } from '../../../shared/kernel/quantise.ts';
import type { Contestant, Family, Vectors } from './contestant.ts';

const VERSION = 1;

/** The rows as a shard carries them: encoded and decoded by the bundle's own code. */
function asShipped({ items, dims, values }: Vectors): EmbeddingTable {
  const { meta, sections } = encodeEmbedding({ dims, values, unit: true }, items, 'item');
  const file = encodeContainer({ kind: 'shard', version: VERSION, meta, sections });
  return decodeEmbedding(decodeContainer(file, 'shard', VERSION), meta, items, 'item');
}

/** One of our builds, over int8 rows alone and with its best 2k scored again from half-float residuals. */
export const ours = (build: Kernel['build']) => async (): Promise<Family> => {
  const kernel = loadKernel({ build });
  let held = 0;
  return {
    name: `tacit ${build}`,
    heldBytes: () => (build === 'js' ? held : 0),
    async build(vectors, onProgress) {
      const embeddings = asShipped(vectors);
      const residuals = residualsOf(embeddings, vectors.values);
      const table = kernel.table(embeddings, { residuals });
      held = embeddings.rows.byteLength + embeddings.scales.byteLength + residuals.byteLength;
      onProgress(vectors.items);
      const plain: Contestant = {
        name: `tacit ${build}`,
        search: (query, k) => table.scan(quantiseQuery(query).vector, k).rows,
      };
      const rescored: Contestant = {
        name: `tacit ${build}, rescored`,
        search: (query, k) => table.search(query, k).rows,
      };
      return [plain, rescored];
    },
  };
};
