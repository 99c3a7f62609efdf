import type { Journal } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import type { Ingredients } from '../../training/plan-options.ts';
import { sample } from '../../training/shop-plan.ts';
import { type Studied, type Study, studyFunnel } from '../suite/study.ts';
import type { EvaluationOptions, Task } from './evaluate.ts';
import type { TestQuery } from './tasks.ts';

/** Tasks whose stages are looked at: the others ask the same sources for less. */
const STUDIED = ['nextBasket', 'hiddenItem'] as const satisfies readonly Task[];

/** What each stage adds, by task, on so many of its questions. */
export function studies(
  asked: Pick<Studied, 'whole' | 'markets'> & {
    readonly queries: Readonly<Record<Task, readonly TestQuery[]>>;
  },
  made: Ingredients,
  { kernel, seed, resamples, stages = 0 }: EvaluationOptions,
  journal: Journal,
): Readonly<Partial<Record<Task, Study>>> {
  const options = { kernel, seed, resamples };
  const tasks = STUDIED.filter((task) => asked.queries[task].length > 0);
  return Object.fromEntries(
    tasks.map((task) => {
      const queries = sample(asked.queries[task], stages, createRandom(seed));
      return [task, studyFunnel({ ...asked, fit: made.final, made, queries }, options, journal)];
    }),
  );
}
