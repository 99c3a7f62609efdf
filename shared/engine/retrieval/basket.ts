import { weigh } from './anchors.ts';
import { openLists } from './lists.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** What completes the baskets that hold the shopper's items. */
export const basket: Retriever = {
  source: 'basket',
  open({ engine, seen, eligible }) {
    const lists = engine.lists.basket;
    if (seen.anchors.length === 0 || lists === undefined) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay.basket);
    return openLists(lists, { list: seen.anchors, weights }, { sums: engine.scratch.basket, eligible });
  },
};
