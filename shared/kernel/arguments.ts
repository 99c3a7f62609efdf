import type { EmbeddingTable } from '../bundle/contract.ts';
import type { DenseLayer } from './contract.ts';

/** Checks shared by the builds, so that both refuse the same calls. All throw RangeError with found and expected. */

function demand(ok: boolean, message: () => string): void {
  if (!ok) throw new RangeError(message());
}

/** @returns the number of items */
export function checkTable({ dims, rows, scales }: EmbeddingTable): number {
  demand(Number.isInteger(dims) && dims > 0, () => `Found ${dims} dimensions, expected 1 at least.`);
  demand(
    rows.length === dims * scales.length,
    () => `Found ${rows.length} row components, expected ${scales.length} x ${dims}.`,
  );
  return scales.length;
}

export function checkQuery(query: Int8Array, dims: number): void {
  demand(query.length === dims, () => `Found a query of ${query.length} components, expected ${dims}.`);
}

/** @returns how many entries can be found at most */
export function checkScan(k: number, items: number, eligible: Uint32Array | undefined): number {
  demand(Number.isInteger(k) && k >= 0, () => `Found k = ${k}, expected an integer from 0.`);
  const words = Math.ceil(items / 32);
  demand(
    eligible === undefined || eligible.length >= words,
    () => `Found ${eligible?.length} words of eligibility, expected ${words}.`,
  );
  return Math.min(k, items);
}

export function checkRows(rows: Uint32Array, items: number, out: Float32Array): void {
  demand(out.length >= rows.length, () => `Found room for ${out.length} scores, expected ${rows.length}.`);
  for (let i = 0; i < rows.length; i++)
    demand(rows[i]! < items, () => `Found row ${rows[i]}, expected less than ${items}.`);
}

export function checkLayers(layers: readonly DenseLayer[]): void {
  demand(layers.length > 0, () => 'Found no layers, expected 1 at least.');
  for (const [i, { inputs, outputs, weights, bias }] of layers.entries()) {
    const before = i === 0 ? inputs : layers[i - 1]!.outputs;
    demand(
      Number.isInteger(inputs) && inputs > 0 && Number.isInteger(outputs) && outputs > 0,
      () => `Layer ${i}: found ${inputs} x ${outputs}, expected 1 x 1 at least.`,
    );
    demand(
      inputs === before,
      () => `Layer ${i}: found ${inputs} inputs, expected the ${before} outputs before it.`,
    );
    demand(
      weights.length === inputs * outputs,
      () => `Layer ${i}: found ${weights.length} weights, expected ${inputs} x ${outputs}.`,
    );
    demand(bias.length === outputs, () => `Layer ${i}: found ${bias.length} biases, expected ${outputs}.`);
  }
}

export function checkBatch(x: Float32Array, rows: number, inputs: number): void {
  demand(Number.isInteger(rows) && rows >= 0, () => `Found ${rows} rows, expected an integer from 0.`);
  demand(x.length >= rows * inputs, () => `Found ${x.length} values, expected ${rows} x ${inputs}.`);
}

/** Something that its owner has given back: using it again is a mistake that must not read another's memory. */
export class Lease {
  #held = true;
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  demand(): void {
    if (!this.#held) throw new Error(`Found a freed ${this.#what}, expected one in use.`);
  }

  /** @returns true the first time */
  end(): boolean {
    const first = this.#held;
    this.#held = false;
    return first;
  }
}
