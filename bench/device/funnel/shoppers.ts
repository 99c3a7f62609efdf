import { syntheticShopper } from '../../../shared/engine/synthetic.case.ts';

/** Items that a drawn shopper looks at, one after another. */
export function viewsOf(items: number, count: number, seed: number): string[] {
  const { profile } = syntheticShopper(items, { past: 0, now: count, seed });
  return profile.interactions.map(({ item }) => item);
}
