/** Share of the catalogue that appears among the first k of any list: |union of lists| / items (RecBole: itemcoverage). */
export function itemCoverageAtK<T>(lists: Iterable<readonly T[]>, items: number, k: number): number {
  const shown = new Set<T>();
  for (const list of lists) for (let i = 0; i < Math.min(k, list.length); i++) shown.add(list[i]!);
  return items === 0 ? 0 : shown.size / items;
}

/**
 * Intra-list diversity: mean of 1 - similarity over all pairs of the first k (Smyth and McClave 2001); 0 for fewer than
 * two. @param similarity symmetric, of content or of embeddings; a cosine gives values of 0 to 2
 */
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

/** Mean popularity (interactions, say) of the first k (RecBole: averagepopularity); 0 for an empty list. */
export function averagePopularityAtK<T>(
  list: readonly T[],
  popularity: (item: T) => number,
  k: number,
): number {
  const shown = list.slice(0, k);
  return shown.length === 0 ? 0 : shown.reduce((sum, item) => sum + popularity(item), 0) / shown.length;
}

/** Share of the first k of two lists that is common to both: |A and B| / max(|A|, |B|); 1 where both are empty. */
export function overlapAtK<T>(a: readonly T[], b: readonly T[], k: number): number {
  const first = new Set(a.slice(0, k));
  const second = new Set(b.slice(0, k));
  const most = Math.max(first.size, second.size);
  if (most === 0) return 1;
  let common = 0;
  for (const item of second) if (first.has(item)) common++;
  return common / most;
}
