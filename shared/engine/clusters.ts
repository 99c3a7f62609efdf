import * as v from 'valibot';
import { ProfileAttributes } from '../protocol/profile.ts';

/**
 * One group of shoppers that are alike by their attributes, and what it buys. By item id, since a release's head has
 * other rows than the whole. It rests on many shoppers' counts and is the same for everybody: a device finds its own group.
 */
export const Cluster = v.object({
  /** the value that most of the group have, by attribute; attributes on which it does not agree are not there */
  mode: ProfileAttributes,
  /** popularity among the group by item, on the scale of the overall one */
  top: v.record(v.string(), v.pipe(v.number(), v.finite(), v.minValue(0))),
  /** what the overall popularity of every other item is multiplied by */
  rest: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
});
export type Cluster = v.InferOutput<typeof Cluster>;

/**
 * The group whose mode shares most values with the attributes, ties to the first (Huang, "Extensions to the k-means algorithm
 * for clustering large data sets with categorical values", 1998: simple matching).
 * @returns its place; -1 where no value is shared
 */
export function nearestMode(modes: readonly ProfileAttributes[], attributes: ProfileAttributes): number {
  let nearest = -1;
  let most = 0;
  modes.forEach((mode, at) => {
    let shared = 0;
    for (const name in mode) if (mode[name] === attributes[name]) shared++;
    if (shared <= most) return;
    most = shared;
    nearest = at;
  });
  return nearest;
}
