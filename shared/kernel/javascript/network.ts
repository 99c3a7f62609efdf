import type { Layer, Network, NetworkSpec, Standard } from '../contract.ts';
import { Lease } from '../lease.ts';
import { pick, type Sorted, sorterOf, specOf, splitEmbeddings } from '../split.ts';
import { asDense, type Batch, type Part, pad, padded, partOf } from './layer.ts';

const { fround, max, min } = Math;

export function javascriptNetwork(given: NetworkSpec | readonly Layer[]): Network {
  const spec = specOf(given);
  const { dense, layers } = spec;
  const { outputs } = layers[layers.length - 1]!;
  const first = firstPart(spec);
  const parts = layers.slice(1).map((layer, i) => partOf(layer, layers[i]!.activation !== 'relu'));
  const biases = layers.map(({ bias }) => padded(bias));
  const buffers = layers.map(() => new Float32Array(0));
  let room = new Float32Array(0);
  let result = new Float32Array(0);
  const lease = new Lease('network');
  const ensure = (rows: number): void => {
    if (result.length >= rows * outputs) return;
    for (const [l, layer] of layers.entries()) buffers[l] = new Float32Array(rows * pad(layer.outputs));
    result = new Float32Array(rows * outputs);
  };
  const run = (x: Float32Array, [rows, categories, toRow, toColumn]: Given): Float32Array => {
    lease.demand();
    ensure(rows);
    first(x, [rows, categories, toRow, toColumn], buffers[0]!);
    let from: Batch = { values: buffers[0]!, stride: pad(layers[0]!.outputs), rows };
    activate(layers[0]!, from);
    for (const [i, part] of parts.entries()) {
      const layer = layers[i + 1]!;
      const to = buffers[i + 1]!;
      part.add(from, { values: biases[i + 1]!, stride: 0, rows }, to);
      from = { values: to, stride: part.width, rows };
      activate(layer, from);
    }
    for (let r = 0; r < rows; r++)
      for (let o = 0; o < outputs; o++) result[r * outputs + o] = from.values[r * from.stride + o]!;
    return result.subarray(0, rows * outputs);
  };
  return {
    inputs: dense,
    outputs,
    input: (rows) => {
      lease.demand();
      if (room.length < rows * dense) room = new Float32Array(rows * dense);
      return room.subarray(0, rows * dense);
    },
    run: (x, rows, categories) => run(x, [rows, categories, dense, 1]),
    runColumns: (x, rows, categories) => run(x, [rows, categories, 1, rows]),
    free: () => void lease.end(),
  };
}

function activate({ activation }: Layer, { values, stride, rows }: Batch): void {
  if (activation === 'none') return;
  for (let at = 0; at < rows * stride; at++) values[at] = max(values[at]!, 0);
}

/** Rows, their categories, floats from a row to the next and from an input to the next. */
type Given = readonly [number, Uint16Array | undefined, number, number];
type FirstPart = (x: Float32Array, given: Given, y: Float32Array) => void;

function firstPart(spec: NetworkSpec): FirstPart {
  const layer = spec.layers[0]!;
  const sort = sorterOf(spec);
  const lookups = splitEmbeddings(spec).map(
    (one) => new Lookup(one.embedding, partOf(asDense(one.layer), true)),
  );
  const width = pad(layer.outputs);
  const bias = padded(layer.bias);
  let sorted: Sorted | undefined;
  let [wholePart, restPart]: Part[] = [];
  const begin = new Float32Array(width);
  let values = new Float32Array(0);
  return (x, [rows, categories, toRow, toColumn], y) => {
    const standardise = (columns: readonly number[], count: number): Batch => {
      if (values.length < count * columns.length) values = new Float32Array(count * columns.length);
      gather({ values: x, stride: toRow, rows: count }, [columns, toColumn, spec.standard], values);
      return { values, stride: columns.length, rows: count };
    };
    if (rows === 0) return;
    const { whole, rest } = sort({ values: x, at: 0, rows, toRow, toColumn });
    if (rest !== sorted?.rest)
      [wholePart, restPart] = [whole, rest].map((some) => partOf(pick(layer, some), true));
    sorted = { whole, rest };
    wholePart!.add(standardise(whole, 1), { values: bias, stride: 0, rows: 1 }, begin);
    for (let r = 0; r < rows; r++) {
      y.set(begin, r * width);
      for (let k = 0; k < lookups.length; k++)
        lookups[k]!.add(categories![r * lookups.length + k]!, y, r * width);
    }
    restPart!.add(standardise(rest, rows), { values: y, stride: width, rows }, y);
  };
}

/** Columns of each row side by side, as z-scores where there is a standard. */
function gather(
  x: Batch,
  [columns, toColumn, standard]: readonly [readonly number[], number, Standard | undefined],
  out: Float32Array,
): void {
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    const mean = standard?.means[column] ?? 0;
    const inverse = inverseOf(standard?.deviations[column] ?? 1);
    const most = fround(standard?.most ?? 0);
    for (let r = 0; r < x.rows; r++) {
      const value = x.values[r * x.stride + column * toColumn]!;
      out[r * columns.length + i] = standard
        ? max(-most, min(most, fround(fround(value - mean) * inverse)))
        : value;
    }
  }
}

export const inverseOf = (deviation: number): number => (deviation > 0 ? fround(1 / deviation) : 0);

/** What each category adds to the first layer, computed when it is first met. */
class Lookup {
  readonly #values: Float32Array;
  readonly #dims: number;
  readonly #part: Part;
  readonly #known = new Map<number, Float32Array>();

  constructor({ values, dims }: { readonly values: Float32Array; readonly dims: number }, part: Part) {
    this.#values = values;
    this.#dims = dims;
    this.#part = part;
  }

  add(category: number, y: Float32Array, at: number): void {
    const adds = this.#known.get(category) ?? this.#meet(category);
    for (let o = 0; o < adds.length; o++) y[at + o] = y[at + o]! + adds[o]!;
  }

  #meet(category: number): Float32Array {
    const adds = new Float32Array(this.#part.width);
    const values = this.#values.subarray(category * this.#dims, (category + 1) * this.#dims);
    this.#part.add({ values, stride: 0, rows: 1 }, { values: adds, stride: 0, rows: 1 }, adds);
    this.#known.set(category, adds);
    return adds;
  }
}
