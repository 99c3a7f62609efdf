import type { DenseRows } from '../dense.ts';
import { createRandom } from '../random.ts';

/** Items whose neighbours are compared, and items among which they are sought, at most. */
const ASKED = 200;
const MOST_ITEMS = 20_000;

/** Share of the `most` nearest by `before` that are not among the `most` nearest by `after`, over some items; unit rows. */
export function recallLost(
  before: DenseRows,
  after: DenseRows,
  { most, seed }: { readonly most: number; readonly seed: number },
): number {
  const random = createRandom(seed);
  const every = Math.max(1, before.items / MOST_ITEMS);
  const rows = Array.from({ length: Math.floor(before.items / every) }, (_, at) =>
    Math.floor(at * every),
  ).filter((row) => before.values.subarray(row * before.dims, (row + 1) * before.dims).some((x) => x !== 0));
  if (rows.length < 2) return 0;
  const asked = Math.min(ASKED, rows.length);
  const depth = Math.min(most, rows.length - 1);
  let kept = 0;
  for (let q = 0; q < asked; q++) {
    const row = rows[random.below(rows.length)]!;
    const wanted = new Set(nearest(before, rows, { row, depth }));
    for (const found of nearest(after, rows, { row, depth })) if (wanted.has(found)) kept++;
  }
  return 1 - kept / (asked * depth);
}

function nearest(
  { dims, values }: DenseRows,
  rows: readonly number[],
  { row, depth }: { readonly row: number; readonly depth: number },
): number[] {
  const query = values.subarray(row * dims, (row + 1) * dims);
  const scores = new Float64Array(rows.length);
  rows.forEach((other, at) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += query[d]! * values[other * dims + d]!;
    scores[at] = other === row ? Number.NEGATIVE_INFINITY : sum;
  });
  const order = Uint32Array.from(rows.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return Array.from(order.subarray(0, depth), (at) => rows[at]!);
}
