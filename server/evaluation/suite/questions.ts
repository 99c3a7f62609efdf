import type { Dataset } from '../../../models/contract.ts';
import { createRandom } from '../../../models/random.ts';
import type { Query } from '../../training/plan.ts';
import { sample } from '../../training/shop-plan.ts';
import { questionsOf, visitsSince } from '../../training/visits.ts';

/** A question, and whose it is: what one shopper asks is alike. */
export interface Owned extends Query {
  readonly shopper: string;
}

/** A question of the window. */
export interface Asked extends Owned {
  /** nothing of the shopper was known before the window */
  readonly isNew: boolean;
}

/**
 * What the shop would have asked in every visit that begins in the window, on every placement, with what came next as
 * the answer: on arrival, after some steps, on a product's page, with a full cart.
 * @param most drawn at random where there are more, so that a large shop's report ends
 */
export function windowQuestions(
  whole: Dataset,
  cut: number,
  { seed, most }: { readonly seed: number; readonly most: number },
): Asked[] {
  const random = createRandom(seed);
  const { time } = whole.interactions;
  const all = visitsSince(whole.interactions, cut).flatMap((visit) =>
    questionsOf(whole, visit, random).map(
      (query): Asked => ({ ...query, shopper: String(visit.user), isNew: time[visit.start]! >= cut }),
    ),
  );
  return sample(all, most, random);
}
