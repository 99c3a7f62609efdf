/** A sparse vector over all items that is cleared by what was touched, not by its length. */
export interface Accumulator {
  readonly sum: Float32Array;
  readonly most: Float32Array;
  readonly count: Uint16Array;
  readonly touched: Uint32Array;
  size: number;
}

/** The funnel's working memory: made once an engine, used by one recommendation at a time. */
export interface Scratch {
  readonly eligible: Uint32Array;
  readonly merged: Uint32Array;
  readonly transitions: Accumulator;
  readonly boughtTogether: Accumulator;
  readonly nearTransitions: Accumulator;
  readonly nearTogether: Accumulator;
  readonly twoHops: Accumulator;
  /** string id -> row, of the ids met lately */
  readonly rows: Map<string, number>;
  matrix: Float32Array;
  categories: Uint16Array;
}

export function createScratch(items: number): Scratch {
  const words = Math.ceil(items / 32);
  return {
    eligible: new Uint32Array(words),
    merged: new Uint32Array(words),
    transitions: accumulator(items),
    boughtTogether: accumulator(items),
    nearTransitions: accumulator(items),
    nearTogether: accumulator(items),
    twoHops: accumulator(items),
    rows: new Map(),
    matrix: new Float32Array(0),
    categories: new Uint16Array(0),
  };
}

function accumulator(items: number): Accumulator {
  return {
    sum: new Float32Array(items),
    most: new Float32Array(items),
    count: new Uint16Array(items),
    touched: new Uint32Array(items),
    size: 0,
  };
}

export function clear(into: Accumulator): void {
  for (let i = 0; i < into.size; i++) {
    const row = into.touched[i]!;
    into.sum[row] = 0;
    into.most[row] = 0;
    into.count[row] = 0;
  }
  into.size = 0;
}
