import { Adam, type AdamSettings } from '../adam.ts';
import type { TokenMatrix } from '../content/content.ts';
import type { DenseRows } from '../dense.ts';
import type { Random } from '../random.ts';

/** Items' own vectors and their tokens' vectors; an item's row is its own plus its tokens' over sqrt(tokens). */
export class Tables {
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly #tokens: Float32Array;
  readonly #optimisers: { readonly input: Adam; readonly output: Adam; readonly tokens: Adam };
  readonly #matrix: TokenMatrix;
  readonly #dims: number;
  readonly #tokenSlopes: Float32Array;
  #touchedTokens = new Set<number>();

  constructor(
    input: Float32Array,
    output: Float32Array,
    sides: { matrix: TokenMatrix; dims: number; random: Random },
  ) {
    const { matrix, dims, random } = sides;
    this.input = input;
    this.output = output;
    this.#matrix = matrix;
    this.#dims = dims;
    this.#tokens = Float32Array.from({ length: matrix.tokens.length * dims }, () => random.normal() * 0.05);
    this.#tokenSlopes = new Float32Array(this.#tokens.length);
    this.#optimisers = {
      input: new Adam(input, dims),
      output: new Adam(output, dims),
      tokens: new Adam(this.#tokens, dims),
    };
  }

  /** The combined row of one side into `out` at `at`. */
  row(side: 'input' | 'output', item: number, out: Float32Array, at: number): void {
    const dims = this.#dims;
    const own = this[side];
    for (let d = 0; d < dims; d++) out[at + d] = own[item * dims + d]!;
    const { offsets, ids } = this.#matrix;
    const from = offsets[item]!;
    const to = offsets[item + 1]!;
    if (to === from) return;
    const share = 1 / Math.sqrt(to - from);
    for (let t = from; t < to; t++)
      for (let d = 0; d < dims; d++) out[at + d]! += share * this.#tokens[ids[t]! * dims + d]!;
  }

  /** One row's update; its tokens' slopes are gathered until `updateTokens`. */
  update(
    side: 'input' | 'output',
    item: number,
    slope: { of: Float32Array; at: number },
    adam: AdamSettings,
  ): void {
    const dims = this.#dims;
    this.#optimisers[side].update(item, slope.of, slope.at, adam);
    const { offsets, ids } = this.#matrix;
    const share = 1 / Math.sqrt(Math.max(1, offsets[item + 1]! - offsets[item]!));
    for (let t = offsets[item]!; t < offsets[item + 1]!; t++) {
      const token = ids[t]!;
      this.#touchedTokens.add(token);
      for (let d = 0; d < dims; d++) this.#tokenSlopes[token * dims + d]! += share * slope.of[slope.at + d]!;
    }
  }

  updateTokens(adam: AdamSettings): void {
    const dims = this.#dims;
    for (const token of this.#touchedTokens) {
      this.#optimisers.tokens.update(token, this.#tokenSlopes, token * dims, adam);
      this.#tokenSlopes.fill(0, token * dims, (token + 1) * dims);
    }
    this.#touchedTokens = new Set();
  }

  export(side: 'input' | 'output', items: number): DenseRows {
    const values = new Float32Array(items * this.#dims);
    for (let i = 0; i < items; i++) this.row(side, i, values, i * this.#dims);
    return { items, dims: this.#dims, values };
  }
}
