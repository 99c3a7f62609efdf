import type { Interactions, SparseRows } from '../contract.ts';
import { collectRows, occurrences, RowAccumulator, userOfRow } from '../sparse.ts';

const WINDOW = 5;
/** Contexts are smoothed, so that rare ones do not seem telling (Levy, Goldberg and Dagan 2015). */
const CONTEXT_POWER = 0.75;
/** Entries a row, and of the whole matrix. */
const MOST = 500;
const MOST_ENTRIES = 25_000_000;

/**
 * Positive pointwise mutual information of items that stand near each other in histories, whichever came first; nearer
 * pairs count more. Its SVD is where tied embeddings start.
 */
export function fitPpmi(interactions: Interactions): SparseRows {
  const { items, item, offsets } = interactions;
  const user = userOfRow(interactions);
  const where = occurrences(items, item);
  const each = (i: number, add: (j: number, weight: number, user: number) => void): void => {
    for (let o = where.offsets[i]!; o < where.offsets[i + 1]!; o++) {
      const row = where.row[o]!;
      const u = user[row]!;
      const first = Math.max(offsets[u]!, row - WINDOW);
      const last = Math.min(offsets[u + 1]! - 1, row + WINDOW);
      for (let r = first; r <= last; r++) if (item[r] !== i) add(item[r]!, 1 / Math.abs(r - row), u);
    }
  };
  const mass = new Float64Array(items);
  for (let i = 0; i < items; i++)
    each(i, (_, weight) => {
      mass[i]! += weight;
    });
  const context = mass.map((value) => value ** CONTEXT_POWER);
  const contexts = context.reduce((sum, value) => sum + value, 0);
  const accumulator = new RowAccumulator(items);
  const most = Math.min(MOST, Math.ceil(MOST_ENTRIES / items));
  return collectRows(items, (i) => {
    each(i, (j, weight, u) => accumulator.add(j, weight, u));
    return accumulator.take({
      minSupport: 1,
      most,
      weigh: (j, sum) => Math.log((sum * contexts) / (mass[i]! * context[j]!)),
    });
  });
}
