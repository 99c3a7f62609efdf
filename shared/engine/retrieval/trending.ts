import { firstEligible } from './lists.ts';
import type { Retriever } from './retriever.ts';

/** What is wanted more than it used to be. */
export const trending: Retriever = {
  source: 'trending',
  open({ engine, eligible }) {
    const { trendingScore } = engine.index;
    return {
      propose: (limit) => firstEligible(engine.index.trending, eligible, limit),
      score: (rows, out) => {
        for (let i = 0; i < rows.length; i++) out[i] = trendingScore[rows[i]!]!;
      },
      carrier: () => undefined,
    };
  },
};
