import type { Engine } from '../contract.ts';
import type { Anchor, Observation } from '../observe.ts';
import { weigh } from './anchors.ts';
import { openScan, type PooledQuery, pool, quantise } from './pool.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** Items near to the shopper's items in the embedding space: an exact scan for what the encoder makes of them. */
export const embedding: Retriever = {
  source: 'embedding',
  open({ engine, seen, eligible }) {
    if (seen.anchors.length === 0) return SILENT;
    const pooled = poolTouches(engine, seen);
    if (pooled === undefined) return SILENT;
    const { shard } = engine;
    const tables = { scanned: engine.embeddings, rows: shard.embeddings, from: shard.queryEmbeddings };
    return openScan(tables, { list: seen.anchors, ...pooled }, eligible);
  },
};

interface PooledAnchors {
  readonly query: PooledQuery;
  /** share of each anchor in the query */
  readonly weights: Float64Array;
}

/** Where the shelf starts from the shopper's own items the encoder reads every touch, repeats and all. */
function poolTouches(engine: Engine, { anchors, recent, touches }: Observation): PooledAnchors | undefined {
  const { encoder } = engine;
  if (encoder === undefined || anchors !== recent) return poolAnchors(engine, anchors);
  return encode(
    engine,
    anchors,
    touches.slice(-encoder.reach).map(({ row }) => row),
  );
}

/** The query of some items, newest first. */
export function poolAnchors(engine: Engine, anchors: readonly Anchor[]): PooledAnchors | undefined {
  const rows = anchors.map(({ row }) => row);
  if (engine.encoder !== undefined)
    return encode(engine, anchors, rows.slice(0, engine.encoder.reach).reverse());
  const weights = weigh(anchors, engine.settings.decay.embedding);
  const query = pool(engine.shard.queryEmbeddings, rows, weights);
  return query === undefined ? undefined : { query, weights };
}

/** @param rows oldest first */
function encode(
  { encoder }: Engine,
  anchors: readonly Anchor[],
  rows: readonly number[],
): PooledAnchors | undefined {
  const pooled = encoder?.attention.pool(rows);
  const query = pooled && quantise(pooled.query);
  if (pooled === undefined || query === undefined) return undefined;
  const share = new Map<number, number>();
  rows.forEach((row, at) => {
    share.set(row, (share.get(row) ?? 0) + pooled.weights[at]!);
  });
  return { query, weights: Float64Array.from(anchors, ({ row }) => share.get(row) ?? 0) };
}
