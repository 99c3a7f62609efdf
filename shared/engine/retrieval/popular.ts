import { FACT } from '../facts.ts';
import { firstOf } from './lists.ts';
import type { Retriever } from './retriever.ts';

/** What many want: decayed interactions, as the release counted them. */
export const popular: Retriever = {
  source: 'popular',
  open({ engine, eligible }) {
    const { facts } = engine.index;
    return {
      propose: (limit) => firstOf(engine.index.best.popular, eligible, limit),
      score: (rows, out) => {
        facts.pick(FACT.popularity, rows, out);
        for (let i = 0; i < rows.length; i++) out[i] = Math.max(0, out[i]!);
      },
      carrier: () => undefined,
    };
  },
};
