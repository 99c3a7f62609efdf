import type { EmbeddingTable } from '../bundle/contract.ts';

/**
 * The arithmetic of the funnel, behind one contract and several builds (SIMD WebAssembly, plain JS, later relaxed
 * SIMD). Laws, which the conformance suite checks for every build:
 *  - the same inputs give the same ids in the same order and bit-equal float32 scores in every build and engine;
 *  - a dot product is an exact integer: rows are -127..127, queries -63..63 (seven bits), so nothing saturates;
 *  - score = fround(fround(dot) * rowScale); order is score descending, then row ascending;
 *  - a row whose score is NaN is never found; arguments that do not fit are refused with a RangeError;
 *  - dense layers start each output at its bias and add its inputs in order, one float32 multiply and one float32 add
 *    at a time; relu is max(x, 0) and lets NaN through;
 *  - no allocation a query beyond the result.
 */
export interface Kernel {
  readonly build: 'simd' | 'js';
  table(embeddings: EmbeddingTable): Table;
  network(layers: readonly DenseLayer[]): Network;
}

export interface Table {
  readonly items: number;
  readonly dims: number;
  /**
   * Exact top k over all rows.
   * @param query `dims` components, -63..63
   * @param eligible bit r set: row r may be returned (`ceil(items / 32)` words); undefined: all
   */
  scan(query: Int8Array, k: number, eligible?: Uint32Array): ScanResult;
  /** Scores of the given rows into `out`, the same arithmetic as `scan`. */
  score(query: Int8Array, rows: Uint32Array, out: Float32Array): void;
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

export interface Network {
  readonly inputs: number;
  readonly outputs: number;
  /** @param x row-major `rows x inputs` @returns row-major `rows x outputs`, valid until the next call */
  run(x: Float32Array, rows: number): Float32Array;
  free(): void;
}
