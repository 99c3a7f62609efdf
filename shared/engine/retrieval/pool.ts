import type { EmbeddingTable } from '../../bundle/contract.ts';
import type { Table } from '../../kernel/contract.ts';
import { scaleOf } from '../../kernel/scale.ts';
import type { Anchor } from '../observe.ts';
import { largestOf } from './anchors.ts';
import { type Opened, type Shares, SILENT } from './retriever.ts';

/** Largest component of a query: seven bits, so that no dot product saturates. */
const MOST_QUERY = 63;

/** A query of the scan, and the length by which its dot products become cosines where rows have length one. */
export interface PooledQuery {
  readonly vector: Int8Array;
  readonly length: number;
}

/** `sum(weight * row)` as an int8 direction; undefined where nothing remains (no anchor has a vector). */
export function pool(
  table: EmbeddingTable,
  rows: ArrayLike<number>,
  weights: ArrayLike<number>,
): PooledQuery | undefined {
  const sum = new Float64Array(table.dims);
  // One kind of array, whoever asks: a loop that has met several kinds is half as fast.
  const from = new Uint32Array(rows);
  const scaled = new Float64Array(rows.length);
  for (let i = 0; i < scaled.length; i++) {
    scaled[i] = weights[i]! * scaleOf(table, from[i]!);
    from[i] = from[i]! * table.dims;
  }
  let d = 0;
  for (; d + 4 <= sum.length; d += 4) addFour(table.rows, [from, scaled], sum, d);
  for (; d < sum.length; d++)
    for (let i = 0; i < from.length; i++) sum[d] = sum[d]! + scaled[i]! * table.rows[from[i]! + d]!;
  return quantise(sum);
}

/** Components `d` to `d + 3`, whose sums stay in registers: a thousand rows are added at a time. */
function addFour(
  values: Int8Array,
  [from, weights]: readonly [Uint32Array, Float64Array],
  sum: Float64Array,
  d: number,
): void {
  let [a, b, c, e] = [0, 0, 0, 0];
  for (let i = 0; i < from.length; i++) {
    const weight = weights[i]!;
    const at = from[i]! + d;
    a += weight * values[at]!;
    b += weight * values[at + 1]!;
    c += weight * values[at + 2]!;
    e += weight * values[at + 3]!;
  }
  sum[d] = a;
  sum[d + 1] = b;
  sum[d + 2] = c;
  sum[d + 3] = e;
}

/** A direction as a query; undefined for zeros. */
export function quantise(direction: ArrayLike<number>): PooledQuery | undefined {
  let most = 0;
  for (let d = 0; d < direction.length; d++) most = Math.max(most, Math.abs(direction[d]!));
  if (!(most > 0)) return undefined;
  const vector = new Int8Array(direction.length);
  let squares = 0;
  for (let d = 0; d < vector.length; d++) {
    const value = Math.round((direction[d]! * MOST_QUERY) / most);
    vector[d] = value;
    squares += value * value;
  }
  return { vector, length: Math.sqrt(squares) };
}

/** Rows remembered a table: those of a few sessions. */
const MOST_REMEMBERED = 256;
const remembered = new WeakMap<EmbeddingTable, Map<number, PooledQuery | undefined>>();

/** The vector of one row as a query. A shopper's items come again with every slate, so the last ones are remembered. */
export function queryOf(table: EmbeddingTable, row: number): PooledQuery | undefined {
  let known = remembered.get(table);
  if (known === undefined || known.size >= MOST_REMEMBERED) {
    known = new Map();
    remembered.set(table, known);
  }
  if (!known.has(row)) known.set(row, pool(table, [row], [1]));
  return known.get(row);
}

/** What each anchor adds to the dot product of their pooled query with a row. */
export function sharesOf(
  tables: { readonly rows: EmbeddingTable; readonly from: EmbeddingTable },
  { list, weights }: { readonly list: readonly Anchor[]; readonly weights: Float64Array },
): Shares {
  // Every anchor's once, at the first reason: a row of length one reckons its scale from all its numbers.
  let scaled: Float64Array | undefined;
  return (row, out) => {
    scaled ??= Float64Array.from(list, (one, at) => weights[at]! * scaleOf(tables.from, one.row));
    const scale = scaleOf(tables.rows, row);
    for (let at = 0; at < list.length; at++)
      out[at] = scaled[at] === 0 ? 0 : scaled[at]! * scale * dot(tables, list[at]!.row, row);
    return out;
  };
}

/** A source that scans a table for a pooled query; a row's score is its dot product over the query's length. */
export function openScan(
  tables: { readonly scanned: Table; readonly rows: EmbeddingTable; readonly from: EmbeddingTable },
  anchors: {
    readonly list: readonly Anchor[];
    readonly weights: Float64Array;
    readonly query: PooledQuery | undefined;
  },
  eligible: Uint32Array,
): Opened {
  if (anchors.query === undefined) return SILENT;
  const { vector, length } = anchors.query;
  const shares = sharesOf(tables, anchors);
  return {
    shares,
    propose(limit) {
      const { rows, scores } = tables.scanned.scan(vector, limit, eligible);
      let positive = 0;
      while (positive < rows.length && scores[positive]! > 0) positive++;
      return rows.slice(0, positive);
    },
    score(rows, out) {
      tables.scanned.score(vector, rows, out);
      for (let i = 0; i < rows.length; i++) out[i] = out[i]! / length;
    },
    carrier: (row) => largestOf(anchors.list, shares(row, new Float64Array(anchors.list.length))),
  };
}

/** Of an anchor's integers in one table and a row's in the other; times both scales, their cosine. */
export function dot(
  { from, rows }: { readonly from: EmbeddingTable; readonly rows: EmbeddingTable },
  anchor: number,
  row: number,
): number {
  const [a, b] = [from.rows, rows.rows];
  let sum = 0;
  for (let at = anchor * from.dims, to = row * rows.dims, end = at + from.dims; at < end; at++, to++)
    sum = (sum + a[at]! * b[to]!) | 0;
  return sum;
}
