import { FACT } from '../facts.ts';
import { firstOf } from './lists.ts';
import type { Retriever } from './retriever.ts';

/** What is wanted more than it used to be. */
export const trending: Retriever = {
  source: 'trending',
  open({ engine, eligible }) {
    const { facts } = engine.index;
    return {
      propose: (limit) => firstOf(engine.index.best.trending, eligible, limit),
      score: (rows, out) => {
        facts.pick(FACT.trendingScore, rows, out);
      },
      carrier: () => undefined,
    };
  },
};
