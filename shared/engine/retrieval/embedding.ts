import { weigh } from './anchors.ts';
import { openScan } from './pool.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** Items near to the shopper's items in the embedding space: an exact scan for their decayed mean. */
export const embedding: Retriever = {
  source: 'embedding',
  open({ engine, seen, eligible }) {
    if (seen.anchors.length === 0) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay.embedding);
    const { shard } = engine;
    const tables = { scanned: engine.embeddings, rows: shard.embeddings, from: shard.queryEmbeddings };
    return openScan(tables, { list: seen.anchors, weights }, eligible);
  },
};
