import { weigh } from './anchors.ts';
import { openLists } from './lists.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** Items that follow the shopper's items: a decayed sum of their transition lists. */
export const transitions: Retriever = {
  source: 'transitions',
  open({ engine, seen, eligible }) {
    if (seen.anchors.length === 0) return SILENT;
    const weights = weigh(seen.anchors, engine.settings.decay.transitions);
    const memory = { sums: engine.scratch.transitions, eligible };
    return openLists(engine.transitions, { list: seen.anchors, weights }, memory);
  },
};
