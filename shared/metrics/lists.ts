/** Share of the catalogue that appears among the first k of any list. */
export function itemCoverageAtK<T>(lists: Iterable<readonly T[]>, items: number, k: number): number {
  const shown = new Set<T>();
  for (const list of lists) for (let i = 0; i < Math.min(k, list.length); i++) shown.add(list[i]!);
  return items === 0 ? 0 : shown.size / items;
}

/** Mean of 1 - similarity over all pairs of the first k; 0 for fewer than two. */
export function intraListDiversityAtK<T>(
  list: readonly T[],
  similarity: (a: T, b: T) => number,
  k: number,
): number {
  const shown = list.slice(0, k);
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < shown.length; i++)
    for (let j = i + 1; j < shown.length; j++) {
      sum += 1 - similarity(shown[i]!, shown[j]!);
      pairs++;
    }
  return pairs === 0 ? 0 : sum / pairs;
}

/**
 * Mean self-information of the first k, in bits: -log2 of the share of users who know the item (Zhou et al. 2010).
 * An item that nobody knows counts as known to one.
 */
export function noveltyAtK<T>(
  list: readonly T[],
  known: { by: (item: T) => number; users: number },
  k: number,
): number {
  const shown = list.slice(0, k);
  if (shown.length === 0 || known.users === 0) return 0;
  const bits = shown.map((item) => -Math.log2(Math.max(1, known.by(item)) / known.users));
  return bits.reduce((sum, value) => sum + value, 0) / shown.length;
}
