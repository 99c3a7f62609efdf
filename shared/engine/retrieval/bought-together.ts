import { weigh } from './anchors.ts';
import { openLists } from './lists.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** Items that share baskets with the shopper's items. */
export const boughtTogether: Retriever = {
  source: 'bought-together',
  open({ engine, seen, eligible }) {
    if (seen.anchors.length === 0) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay['bought-together']);
    const memory = { sums: engine.scratch.boughtTogether, eligible };
    return openLists(engine.boughtTogether, { list: seen.anchors, weights }, memory);
  },
};
