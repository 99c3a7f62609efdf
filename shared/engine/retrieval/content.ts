import { weigh } from './anchors.ts';
import { openScan, pool } from './pool.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** Items described alike: title, description, category, brand, price. A new item has this at once. */
export const content: Retriever = {
  source: 'content',
  open({ engine, seen, eligible }) {
    const { content: rows } = engine.shard;
    if (seen.anchors.length === 0 || rows === undefined || engine.content === undefined) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay.content);
    const tables = { scanned: engine.content, rows, from: rows };
    const of = seen.anchors.map(({ row }) => row);
    return openScan(tables, { list: seen.anchors, weights, query: pool(rows, of, weights) }, eligible);
  },
};
