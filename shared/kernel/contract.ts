import type { EmbeddingTable } from '../bundle/contract.ts';

/**
 * The arithmetic of the funnel, behind one contract and three builds (relaxed SIMD and SIMD WebAssembly, plain JS).
 * Laws, which the conformance suite checks for every build:
 *  - the same calls give the same ids in the same order and bit-equal float32 values in every build and engine;
 *  - a dot product of a scan is an exact integer: rows are int8, queries -63..63 (seven bits), so nothing saturates;
 *  - score = fround(fround(dot) * rowScale); order is score descending, then row ascending;
 *  - a row whose score is NaN is never found; arguments that do not fit are refused with a RangeError (`checked`);
 *  - an output of a dense layer starts at its bias and adds its inputs in order, one float32 multiply and one float32
 *    add at a time, but for inputs before the first and after the last that has a weight other than 0 in its block of 8
 *    outputs; relu is max(x, 0) and lets NaN through; `NetworkSpec` tells where the first layer differs;
 *  - no allocation a query beyond the result.
 */
export interface Kernel {
  readonly build: 'relaxed' | 'simd' | 'js';
  /** Memory of the kernel for bytes that a file is read into: rows that lie there need not be copied into a table. */
  room(bytes: number): Room;
  table(embeddings: EmbeddingTable, options?: TableOptions): Table;
  network(spec: NetworkSpec | readonly Layer[]): Network;
  attention(spec: AttentionSpec): Attention;
}

export interface Room {
  /** The room's bytes where they lie now: ask anew after every other call of the kernel, since its memory may move. */
  view(): Uint8Array<ArrayBuffer>;
  /** After the tables that read rows in it were freed. */
  free(): void;
}

export interface TableOptions {
  /**
   * `items x dims` IEEE 754 half floats: float value minus int8 value times scale (`residualsOf`). `search` then ranks
   * by what they add up to. Twice the bytes of the rows.
   */
  readonly residuals?: Uint16Array;
  /** rows to make room for, so that `append` need not move the table */
  readonly capacity?: number;
}

/**
 * Made of rows in a `Room` (at a multiple of 16 bytes, `dims` a multiple of 16), a table reads them there until it is
 * first changed; other rows are copied.
 */
export interface Table {
  /** rows ever put in: removed ones keep their number */
  readonly items: number;
  readonly dims: number;
  /**
   * The rows and scales as they are now, where they lie (a removed row's scale is NaN); undefined where rows are padded.
   * To be read, not kept: valid until the kernel's next call.
   */
  readonly embeddings: EmbeddingTable | undefined;
  /**
   * Exact top k over all rows.
   * @param query `dims` components, -63..63
   * @param eligible bit r set: row r may be returned (`ceil(items / 32)` words); undefined: all
   */
  scan(query: Int8Array, k: number, eligible?: Uint32Array): ScanResult;
  /** `scan` of each query, in one pass over the rows. */
  scanMany(queries: readonly Int8Array[], k: number, eligible?: Uint32Array): ScanResult[];
  /**
   * Top k of the best 2k of `scan` (with the query rounded to seven bits by `quantiseQuery`), scored again in float32
   * against the query itself and, where the table has them, with the residuals. Component d of a row is
   * fround(fround(int8 * scale) + residual); lane d mod 4 adds its products in order; the score is (0 + 2) + (1 + 3). A
   * row whose scale or score is not finite is not found.
   */
  search(query: Float32Array, k: number, eligible?: Uint32Array): ScanResult;
  /** Scores of the given rows into `out`, the same arithmetic as `scan`; NaN for a removed row. */
  score(query: Int8Array, rows: Uint32Array, out: Float32Array): void;
  /** Adds rows at the end. @param residuals expected exactly where the table has them @returns the first one's number */
  append(embeddings: EmbeddingTable, residuals?: Uint16Array): number;
  /** Writes rows anew from row `first` on; one that was removed is there again. */
  update(first: number, embeddings: EmbeddingTable, residuals?: Uint16Array): void;
  /** The row is never found again, until it is updated. */
  remove(row: number): void;
  free(): void;
}

export interface ScanResult {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
}

/** y = activation(x W + b); `weights` is row-major `[inputs][outputs]`. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly activation: 'relu' | 'none';
}

/**
 * y = activation(x (W * scales) + b) with the inputs rounded to integers row by row, so that the sum is an exact integer:
 *  - behind a relu: 0..127, step = fround(max(x) / 127);
 *  - otherwise: -8191..8191, step = fround(max|x| / 8191);
 *  - integer = x * fround(1 / step), rounded to nearest, ties to even; a row whose maximum is below 1e-30 is all 0;
 *  - y = start + fround(fround(fround(sum) * step) * scale), each rounded to float32; a row with NaN or infinity is NaN.
 */
export interface QuantisedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** row-major `[inputs][outputs]` */
  readonly weights: Int8Array;
  /** one an output */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
  readonly activation: 'relu' | 'none';
}
export type Layer = DenseLayer | QuantisedLayer;

/**
 * A category's learned vector; row-major `vocabulary x dims`. What a category adds to the first layer is computed when it is
 * first met and kept: up to `vocabulary x outputs` float32 an embedding.
 */
export interface CategoryEmbedding {
  readonly vocabulary: number;
  readonly dims: number;
  readonly values: Float32Array;
  /** One category's `dims` of `values`, where it is less work to decode those than all. */
  readonly vector?: (category: number) => Float32Array;
}

/**
 * A network whose inputs are `dense` numbers, then the vectors of one category an embedding: layer 0 has
 * `dense + sum(dims)` inputs in that order. In layer 0 an output starts at its bias, adds the inputs that are the same for all
 * rows (`whole`), then each embedding's part (a dense layer of its own, from 0, in float32 with weights * scale), then the
 * other inputs. A quantised layer rounds `whole` and the others apart from each other; there, inputs that have the same value
 * in all rows of a call count as `whole` too.
 */
export interface NetworkSpec {
  readonly dense: number;
  readonly embeddings?: readonly CategoryEmbedding[];
  readonly layers: readonly Layer[];
  /** Dense inputs, ascending, that are the same for all rows of a call: only row 0's are read, and added up once. */
  readonly whole?: readonly number[];
  /** Dense inputs become z-scores first. */
  readonly standard?: Standard;
}

/** z = fround(fround(x - mean) * fround(1 / deviation)) within -most..most; 0 where the deviation is not positive. */
export interface Standard {
  readonly means: Float32Array;
  readonly deviations: Float32Array;
  readonly most: number;
}

export interface Network {
  /** dense inputs */
  readonly inputs: number;
  readonly outputs: number;
  /**
   * Room for `rows x inputs` where the network reads them: filled by the caller and handed to `run`, it is not copied.
   * Valid until the kernel's next call of another kind (its memory may move): ask for it anew each time.
   */
  input(rows: number): Float32Array;
  /**
   * @param x row-major `rows x inputs`
   * @param categories row-major `rows x embeddings`, each below its vocabulary
   * @returns row-major `rows x outputs`, valid until the next call
   */
  run(x: Float32Array, rows: number, categories?: Uint16Array): Float32Array;
  /** `run` of column-major `inputs x rows`; of a `whole` input only the first is read. */
  runColumns(x: Float32Array, rows: number, categories?: Uint16Array): Float32Array;
  free(): void;
}

/**
 * Attention pooling of a shopper's rows into one query (the session encoder). With e = row / |row|:
 * a_j = sum_h values_h * sigmoid(e_last Wq + bias + e_j Wk)_h + positions[min(steps ago, positions - 1)];
 * query = normalise(sum_j softmax(a)_j e_j). In double precision with this folder's `exp`, one order of sums.
 */
export interface AttentionSpec {
  readonly embeddings: EmbeddingTable;
  readonly hidden: number;
  /** row-major `[dims][hidden]` */
  readonly queryWeights: Float32Array;
  /** row-major `[dims][hidden]` */
  readonly keyWeights: Float32Array;
  readonly bias: Float32Array;
  readonly values: Float32Array;
  /** by steps ago: 0 is the last; 1 entry at least */
  readonly positions: Float32Array;
}

export interface Attention {
  readonly dims: number;
  /**
   * @param rows oldest first, repeats kept; what was computed for a row is kept for later calls
   * @returns undefined where no row has a vector
   */
  pool(rows: ArrayLike<number>): Pooled | undefined;
  free(): void;
}
export interface Pooled {
  /** length 1 */
  readonly query: Float32Array;
  /** of each row given; they add up to 1 */
  readonly weights: Float32Array;
}
