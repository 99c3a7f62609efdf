/**
 * Metrics of one ranked list, named as RecBole names them. `ranked` is best first, without repeats; `relevant` holds
 * the right answers. A list without right answers scores 0; a caller leaves such queries out.
 */
type Ranked<T> = readonly T[];

function hits<T>(ranked: Ranked<T>, relevant: ReadonlySet<T>, k: number): number {
  let found = 0;
  for (let i = 0; i < Math.min(k, ranked.length); i++) if (relevant.has(ranked[i]!)) found++;
  return found;
}

/** Share of the right answers among the first k. */
export function recallAtK<T>(ranked: Ranked<T>, relevant: ReadonlySet<T>, k: number): number {
  return relevant.size === 0 ? 0 : hits(ranked, relevant, k) / relevant.size;
}

/** Share of the first k that is right; places that stay empty count as wrong. */
export function precisionAtK<T>(ranked: Ranked<T>, relevant: ReadonlySet<T>, k: number): number {
  return hits(ranked, relevant, k) / k;
}

/** 1 if any of the first k is right. */
export function hitAtK<T>(ranked: Ranked<T>, relevant: ReadonlySet<T>, k: number): number {
  return hits(ranked, relevant, k) > 0 ? 1 : 0;
}

/** 1 / place of the first right answer among the first k, 0 if none is. */
export function mrrAtK<T>(ranked: Ranked<T>, relevant: ReadonlySet<T>, k: number): number {
  for (let i = 0; i < Math.min(k, ranked.length); i++) if (relevant.has(ranked[i]!)) return 1 / (i + 1);
  return 0;
}

/** Binary gains, discount 1/log2(place + 1), over the best that k places allow (Jarvelin and Kekalainen 2002). */
export function ndcgAtK<T>(ranked: Ranked<T>, relevant: ReadonlySet<T>, k: number): number {
  let gained = 0;
  let ideal = 0;
  for (let i = 0; i < k; i++) {
    const discount = 1 / Math.log2(i + 2);
    if (i < ranked.length && relevant.has(ranked[i]!)) gained += discount;
    if (i < relevant.size) ideal += discount;
  }
  return ideal === 0 ? 0 : gained / ideal;
}

/**
 * Area under the ROC curve (RecBole: auc): the probability that a right item scores above a wrong one, ties counted half,
 * by the rank sum of Mann and Whitney (1947): (sum of the right ones' mean ranks - r (r + 1) / 2) / (r w).
 * @param scores of every item, those that were never retrieved at one lowest value
 * @returns undefined where all are right or none is
 */
export function auc(scores: ArrayLike<number>, isRight: (at: number) => boolean): number | undefined {
  const order = Array.from({ length: scores.length }, (_, at) => at).sort((a, b) => {
    const [left, right] = [scores[a]!, scores[b]!];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  let right = 0;
  let sum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) {
      if (!isRight(order[i]!)) continue;
      right++;
      sum += rank;
    }
    from = to;
  }
  const wrong = order.length - right;
  return right === 0 || wrong === 0 ? undefined : (sum - (right * (right + 1)) / 2) / (right * wrong);
}
