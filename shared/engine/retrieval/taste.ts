import { weigh } from './anchors.ts';
import { openLists } from './lists.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** What people who have the shopper's items have too. */
export const taste: Retriever = {
  source: 'taste',
  open({ engine, seen, eligible }) {
    const lists = engine.lists.taste;
    if (seen.anchors.length === 0 || lists === undefined) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay.taste);
    return openLists(lists, { list: seen.anchors, weights }, { sums: engine.scratch.taste, eligible });
  },
};
