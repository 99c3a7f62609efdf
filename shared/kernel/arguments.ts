import type { EmbeddingTable } from '../bundle/contract.ts';
import type { AttentionSpec, Layer, NetworkSpec } from './contract.ts';
import { itemsOf } from './scale.ts';

/** What a kernel's calls must fit. All throw RangeError with found and expected. */

function demand(ok: boolean, message: () => string): void {
  if (!ok) throw new RangeError(message());
}

export function checkTable(table: EmbeddingTable, residuals?: Uint16Array): void {
  const { dims, rows } = table;
  demand(Number.isInteger(dims) && dims > 0, () => `Found ${dims} dimensions, expected 1 at least.`);
  // Scales of rows of length one are those of whatever rows there are.
  const items = table.unit ? Math.floor(itemsOf(table)) : table.scales.length;
  demand(
    rows.length === dims * items,
    () => `Found ${rows.length} row components, expected ${items} x ${dims}.`,
  );
  demand(
    residuals === undefined || residuals.length === rows.length,
    () => `Found ${residuals?.length} residuals, expected ${rows.length}.`,
  );
}

export interface Shape {
  readonly dims: number;
  readonly items: number;
  readonly residuals: boolean;
}

/** Rows to write into a table from row `first` on. */
export function checkWrite(
  { dims, items, residuals }: Shape,
  first: number,
  [written, parts]: readonly [EmbeddingTable, Uint16Array | undefined],
): void {
  checkTable(written, parts);
  demand(written.dims === dims, () => `Found rows of ${written.dims} components, expected ${dims}.`);
  demand(
    (parts !== undefined) === residuals,
    () => `Found ${parts ? 'residuals' : 'none'}, expected ${residuals ? 'residuals' : 'none'}.`,
  );
  demand(
    Number.isInteger(first) && first >= 0 && first + itemsOf(written) <= items,
    () => `Found rows ${first} to ${first + itemsOf(written)}, expected at most ${items}.`,
  );
}

export function checkRow(row: number, items: number): void {
  demand(
    Number.isInteger(row) && row >= 0 && row < items,
    () => `Found row ${row}, expected less than ${items}.`,
  );
}

export function checkQuery(query: Int8Array | Float32Array, dims: number): void {
  demand(query.length === dims, () => `Found a query of ${query.length} components, expected ${dims}.`);
}

export function checkScan(k: number, items: number, eligible: Uint32Array | undefined): void {
  demand(Number.isInteger(k) && k >= 0, () => `Found k = ${k}, expected an integer from 0.`);
  const words = Math.ceil(items / 32);
  demand(
    eligible === undefined || eligible.length >= words,
    () => `Found ${eligible?.length} words of eligibility, expected ${words}.`,
  );
}

export function checkRows(rows: Uint32Array, items: number, out: Float32Array): void {
  demand(out.length >= rows.length, () => `Found room for ${out.length} scores, expected ${rows.length}.`);
  for (let i = 0; i < rows.length; i++)
    demand(rows[i]! < items, () => `Found row ${rows[i]}, expected less than ${items}.`);
}

export function checkNetwork({ dense, embeddings = [], layers, whole = [], standard }: NetworkSpec): void {
  demand(layers.length > 0, () => 'Found no layers, expected 1 at least.');
  const width = embeddings.reduce((sum, { dims }) => sum + dims, dense);
  for (const [i, layer] of layers.entries()) checkLayer(layer, i, i === 0 ? width : layers[i - 1]!.outputs);
  for (const [k, { vocabulary, dims, values }] of embeddings.entries())
    demand(
      values.length === vocabulary * dims && values.length > 0,
      () => `Embedding ${k}: found ${values.length} values, expected ${vocabulary} x ${dims}.`,
    );
  demand(
    whole.every((at, i) => Number.isInteger(at) && at > (whole[i - 1] ?? -1) && at < dense),
    () => `Found whole inputs ${whole.join(', ')}, expected some of 0 to ${dense - 1}, ascending.`,
  );
  if (standard === undefined) return;
  const { means, deviations, most } = standard;
  demand(
    means.length === dense && deviations.length === dense,
    () => `Found ${means.length} means and ${deviations.length} deviations, expected ${dense} of each.`,
  );
  demand(most > 0, () => `Found z-scores of at most ${most}, expected more than 0.`);
}

/** Integers of a quantised layer's inputs go to 8191 (127 behind a relu), its weights to 128: sums stay below 2^31. */
const MOST_QUANTISED_INPUTS = 2047;

function checkLayer({ inputs, outputs, weights, bias, ...layer }: Layer, i: number, before: number): void {
  const say = (found: string, expected: string) => () => `Layer ${i}: found ${found}, expected ${expected}.`;
  demand(
    Number.isInteger(inputs) && inputs > 0 && Number.isInteger(outputs) && outputs > 0,
    say(`${inputs} x ${outputs}`, '1 x 1 at least'),
  );
  const source = i === 0 ? 'dense inputs and embeddings' : 'outputs before it';
  demand(inputs === before, say(`${inputs} inputs`, `the ${before} ${source}`));
  demand(weights.length === inputs * outputs, say(`${weights.length} weights`, `${inputs} x ${outputs}`));
  demand(bias.length === outputs, say(`${bias.length} biases`, `${outputs}`));
  if (!('scales' in layer)) return;
  demand(layer.scales.length === outputs, say(`${layer.scales.length} scales`, `${outputs}`));
  demand(inputs <= MOST_QUANTISED_INPUTS, say(`${inputs} inputs`, `${MOST_QUANTISED_INPUTS} at most`));
}

export function checkBatch(
  { dense, embeddings = [] }: NetworkSpec,
  x: Float32Array,
  [rows, categories]: readonly [number, Uint16Array | undefined],
): void {
  demand(Number.isInteger(rows) && rows >= 0, () => `Found ${rows} rows, expected an integer from 0.`);
  demand(x.length >= rows * dense, () => `Found ${x.length} values, expected ${rows} x ${dense}.`);
  const width = embeddings.length;
  if (width === 0) return;
  const found = categories?.length ?? 0;
  demand(found >= rows * width, () => `Found ${found} categories, expected ${rows} x ${width}.`);
  for (let k = 0; k < width; k++) {
    const { vocabulary } = embeddings[k]!;
    for (let at = k; at < rows * width; at += width)
      if (categories![at]! >= vocabulary)
        throw new RangeError(
          `Embedding ${k}: found category ${categories![at]}, expected less than ${vocabulary}.`,
        );
  }
}

export function checkAttention(spec: AttentionSpec): void {
  const { embeddings, hidden, positions } = spec;
  checkTable(embeddings);
  const is = (name: 'queryWeights' | 'keyWeights' | 'bias' | 'values', expected: number) =>
    demand(
      spec[name].length === expected,
      () => `Found ${spec[name].length} of ${name}, expected ${expected}.`,
    );
  demand(Number.isInteger(hidden) && hidden > 0, () => `Found ${hidden} hidden units, expected 1 at least.`);
  is('queryWeights', embeddings.dims * hidden);
  is('keyWeights', embeddings.dims * hidden);
  is('bias', hidden);
  is('values', hidden);
  demand(positions.length > 0, () => 'Found no positions, expected 1 at least.');
}
