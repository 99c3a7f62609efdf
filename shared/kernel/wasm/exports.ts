/** What assembly/kernel.ts exports; addresses, strides and sizes in bytes. Flags are 0 or 1. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  base(): number;
  scan(
    ...args: [
      rows: number,
      scales: number,
      offsets: number,
      items: number,
      stride: number,
      states: number,
      queries: number,
      k: number,
      eligible: number,
    ]
  ): void;
  score(
    ...args: [
      rows: number,
      scales: number,
      offsets: number,
      stride: number,
      query: number,
      ids: number,
      count: number,
      out: number,
    ]
  ): void;
  measure(...args: [rows: number, stride: number, count: number, scales: number]): void;
  shift(...args: [rows: number, stride: number, count: number, offsets: number]): void;
  rescore(
    ...args: [
      rows: number,
      scales: number,
      residuals: number,
      stride: number,
      dims: number,
      query: number,
      ids: number,
      count: number,
      scores: number,
    ]
  ): number;
  gather(
    ...args: [
      x: number,
      xStride: number,
      rows: number,
      columns: number,
      means: number,
      inverses: number,
      most: number,
      count: number,
      y: number,
      yStride: number,
    ]
  ): void;
  transpose(
    ...args: [
      x: number,
      rows: number,
      columns: number,
      means: number,
      inverses: number,
      most: number,
      count: number,
      y: number,
      yStride: number,
    ]
  ): void;
  spread(
    ...args: [from: number, stride: number, inputs: number, blocks: number, scales: number, to: number]
  ): void;
  clear(...args: [y: number, stride: number, rows: number, from: number, to: number]): void;
  embed(
    ...args: [
      begin: number,
      width: number,
      rows: number,
      lookups: number,
      embeddings: number,
      categories: number,
      y: number,
      found: number,
    ]
  ): void;
  dense(
    ...args: [
      x: number,
      xStride: number,
      rows: number,
      inputs: number,
      weights: number,
      start: number,
      startStride: number,
      blocks: number,
      y: number,
      yStride: number,
      relu: number,
    ]
  ): void;
  round(
    ...args: [
      x: number,
      xStride: number,
      rows: number,
      width: number,
      signed: number,
      integers: number,
      plane: number,
      steps: number,
      lists: number,
    ]
  ): void;
  quantised(
    ...args: [
      integers: number,
      plane: number,
      planes: number,
      steps: number,
      lists: number,
      rows: number,
      inputs: number,
      weights: number,
      scales: number,
      offsets: number,
      start: number,
      startStride: number,
      blocks: number,
      y: number,
      yStride: number,
      relu: number,
    ]
  ): void;
  pack(
    ...args: [rows: number, columns: number, inputs: number, blocks: number, to: number, offsets: number]
  ): void;
}
