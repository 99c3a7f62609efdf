/** Rows and queries as the page fetched them. */
export interface Vectors {
  readonly items: number;
  readonly dims: number;
  readonly values: Float32Array;
  readonly queries: Float32Array;
}

/** One way to ask. Several may share one index. */
export interface Contestant {
  readonly name: string;
  /** before a run of calls, outside the clock */
  prepare?(): void;
  /** @returns rows, best first */
  search(query: Float32Array, k: number): ArrayLike<number>;
}

/** A library or one of our builds: loaded, filled, asked. */
export interface Family {
  readonly name: string;
  /** bytes of JavaScript arrays that it keeps, where those are its index */
  heldBytes?(): number;
  /** Fills it. @returns what can be asked */
  build(vectors: Vectors, onProgress: (done: number) => void): Promise<Contestant[]>;
}
