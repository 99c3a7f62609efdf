import * as v from 'valibot';
import { type Container, decodeContainer, encodeContainer, type SectionArray } from './container.ts';
import type { QuantisedTensor, Tensor, Weights } from './contract.ts';
import { demand } from './error.ts';
import { parseMeta } from './meta.ts';

const WEIGHTS_VERSION = 1;
const MOST_TENSORS = 1024;

/** A tensor to be written, row-major. */
export interface TensorInput {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** f32 as it is; i8 with a float32 scale along one axis: k = round(127 x / most), error at most `most / 254` */
  readonly type: 'f32' | 'i8';
  /** one scale a column (an index of the last axis: an output of a dense layer; default), or one a row (a vector) */
  readonly scale?: 'column' | 'row';
}

export interface WeightsInput {
  readonly settings: unknown;
  readonly tensors: Readonly<Record<string, TensorInput>>;
}

const Extent = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 28));
const TensorMeta = v.object({
  name: v.string(),
  shape: v.pipe(v.array(Extent), v.maxLength(8)),
  type: v.picklist(['f32', 'i8']),
  scale: v.optional(v.picklist(['column', 'row']), 'column'),
});
type TensorMeta = v.InferOutput<typeof TensorMeta>;
const WeightsMeta = v.object({
  settings: v.unknown(),
  tensors: v.pipe(v.array(TensorMeta), v.maxLength(MOST_TENSORS)),
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);
const columnsOf = (shape: readonly number[]): number => shape[shape.length - 1] ?? 1;

/** @throws BundleError `input` where shape and values disagree or a value is not finite */
export function encodeWeights({ settings, tensors }: WeightsInput): Uint8Array<ArrayBuffer> {
  const named = Object.entries(tensors);
  demand(
    named.length <= MOST_TENSORS,
    'input',
    () => `Found ${named.length} tensors, expected at most ${MOST_TENSORS}.`,
  );
  const sections: Record<string, SectionArray> = {};
  const metas = named.map(([name, tensor], i): TensorMeta => {
    const { shape, values, type, scale = 'column' } = tensor;
    const bad = values.findIndex((x) => x - x !== 0);
    demand(
      sizeOf(shape) === values.length,
      'input',
      () => `Tensor ${name}: found ${values.length} values, expected ${shape.join(' x ')}.`,
    );
    demand(
      bad < 0,
      'input',
      () => `Tensor ${name}, value ${bad}: found ${values[bad]}, expected a finite number.`,
    );
    if (type === 'f32') sections[`t${i}`] = values;
    else {
      const { rows, scales } = quantise(values, columnsOf(shape), scale);
      sections[`t${i}`] = rows;
      sections[`s${i}`] = scales;
    }
    return { name, shape: [...shape], type, scale };
  });
  return encodeContainer({
    kind: 'weights',
    version: WEIGHTS_VERSION,
    meta: { settings, tensors: metas },
    sections,
  });
}

function quantise(values: Float32Array, columns: number, axis: 'column' | 'row') {
  const groups = axis === 'column' ? columns : columns === 0 ? 0 : values.length / columns;
  const groupOf = (i: number): number => (axis === 'column' ? i % columns : Math.floor(i / columns));
  const scales = new Float32Array(groups);
  for (const [i, x] of values.entries()) scales[groupOf(i)] = Math.max(scales[groupOf(i)]!, Math.abs(x));
  for (const [g, most] of scales.entries()) scales[g] = most / 127;
  const rows = Int8Array.from(values, (x, i) =>
    Math.max(-127, Math.min(127, Math.round(x / (scales[groupOf(i)]! || 1)))),
  );
  return { rows, scales };
}

/** Tensors are decoded when first read; f32 ones and integers are views of `bytes`. @throws BundleError; never anything else */
export function decodeWeights(bytes: Uint8Array): Weights {
  const container = decodeContainer(bytes, 'weights', WEIGHTS_VERSION);
  const meta = parseMeta(WeightsMeta, container.meta);
  const readers = new Map<string, () => Tensor>();
  const integers = new Map<string, QuantisedTensor>();
  for (const [i, tensor] of meta.tensors.entries()) {
    demand(!readers.has(tensor.name), 'meta', () => `Tensor ${tensor.name}: found twice, expected once.`);
    const stored = tensor.type === 'i8' ? quantisedTensor(container, tensor, i) : undefined;
    if (stored) integers.set(tensor.name, stored);
    readers.set(tensor.name, stored ? () => toFloats(stored) : floatReader(container, tensor, i));
  }
  const decoded = new Map<string, Tensor>();
  return {
    settings: meta.settings,
    holds: (name) => readers.has(name),
    tensor: (name) => {
      const known = decoded.get(name) ?? readers.get(name)?.();
      if (known) decoded.set(name, known);
      return known;
    },
    quantised: (name) => integers.get(name),
  };
}

function floatReader(container: Container, { shape }: TensorMeta, i: number): () => Tensor {
  const values = container.section(`t${i}`, 'f32', sizeOf(shape));
  return () => ({ shape, values });
}

function quantisedTensor(container: Container, { shape, scale }: TensorMeta, i: number): QuantisedTensor {
  const columns = columnsOf(shape);
  const size = sizeOf(shape);
  const integers = container.section(`t${i}`, 'i8', size);
  const groups = scale === 'column' ? columns : columns === 0 ? 0 : size / columns;
  return { shape, scale, integers, scales: container.section(`s${i}`, 'f32', groups) };
}

/** One row of a tensor with a scale a row. */
export function vectorOf({ shape, integers, scales }: QuantisedTensor, row: number): Float32Array {
  const columns = columnsOf(shape);
  const values = new Float32Array(columns);
  const from = row * columns;
  for (let column = 0; column < columns; column++) values[column] = integers[from + column]! * scales[row]!;
  return values;
}

function toFloats({ shape, integers, scales, scale }: QuantisedTensor): Tensor {
  const columns = columnsOf(shape);
  const values = new Float32Array(integers.length);
  // Loops, since `from` with a function costs a page's first visit ten times as much.
  for (let at = 0, row = 0; at < values.length; row++)
    for (let column = 0; column < columns; column++, at++)
      values[at] = integers[at]! * scales[scale === 'column' ? column : row]!;
  return { shape, values };
}
