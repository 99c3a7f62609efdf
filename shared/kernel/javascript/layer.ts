import type { DenseLayer, Layer, QuantisedLayer } from '../contract.ts';
import { type Band, BLOCK, bandsOf } from '../split.ts';

const { fround, abs, max } = Math;

/** A layer with its weights as floats. */
export function asDense(layer: Layer): DenseLayer {
  if (!('scales' in layer)) return layer;
  const { inputs, outputs, bias, activation, scales } = layer;
  const weights = new Float32Array(layer.weights.length);
  for (let at = 0; at < weights.length; at++) weights[at] = layer.weights[at]! * scales[at % outputs]!;
  return { inputs, outputs, weights, bias, activation };
}

/** Values in rows, `stride` apart; a stride of 0 is one row for all. */
export interface Batch {
  readonly values: Float32Array;
  readonly stride: number;
  readonly rows: number;
}

/** A layer whose outputs start at given values; outputs padded to a multiple of 4. Without its activation. */
export interface Part {
  readonly width: number;
  /** @param start may be `y` itself */
  add(x: Batch, start: Batch, y: Float32Array): void;
}

export const pad = (outputs: number): number => 4 * Math.ceil(outputs / 4);

/** @param signed whether inputs may be negative, as they are not behind a relu */
export const partOf = (layer: Layer, signed: boolean): Part =>
  'scales' in layer ? quantisedPart(layer, signed) : densePart(layer);

/** Weights in blocks of 4 outputs, `inputs x 4` each, so that 4 sums stay in registers; padded with zeros. */
function pack<A extends Float32Array | Int8Array>({ inputs, outputs }: Layer, weights: A, packed: A): A {
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++)
      packed[((o >>> 2) * inputs + i) * 4 + (o & 3)] = weights[i * outputs + o]!;
  return packed;
}

export function padded(values: Float32Array): Float32Array {
  const result = new Float32Array(pad(values.length));
  result.set(values);
  return result;
}

/** Every output adds its band's inputs in order, each product and each sum rounded to float32. */
function densePart(layer: DenseLayer): Part {
  const { inputs } = layer;
  const width = pad(layer.outputs);
  const weights = pack(layer, layer.weights, new Float32Array(inputs * width));
  const blocks = bandsOf(layer).flatMap((band) => new Array<Band>(band.blocks).fill(band));
  return {
    width,
    add: (x, start, y) => {
      for (let o = 0; o < width; o += 4) {
        const { from: first, to: last } = blocks[Math.floor(o / BLOCK)]!;
        for (let r = 0; r < x.rows; r++) {
          const begin = r * start.stride + o;
          let a = start.values[begin]!;
          let b = start.values[begin + 1]!;
          let c = start.values[begin + 2]!;
          let d = start.values[begin + 3]!;
          let at = o * inputs + 4 * first;
          const from = r * x.stride;
          for (let i = first; i < last; i++) {
            const value = x.values[from + i]!;
            a = fround(a + fround(value * weights[at]!));
            b = fround(b + fround(value * weights[at + 1]!));
            c = fround(c + fround(value * weights[at + 2]!));
            d = fround(d + fround(value * weights[at + 3]!));
            at += 4;
          }
          const to = r * width + o;
          y[to] = a;
          y[to + 1] = b;
          y[to + 2] = c;
          y[to + 3] = d;
        }
      }
    },
  };
}

function quantisedPart(layer: QuantisedLayer, signed: boolean): Part {
  const { inputs } = layer;
  const width = pad(layer.outputs);
  const weights = pack(layer, layer.weights, new Int8Array(inputs * width));
  const scales = padded(layer.scales);
  const integers = new Int16Array(inputs);
  return {
    width,
    add: (x, start, y) => {
      for (let r = 0; r < x.rows; r++) {
        const step = round(x.values, [r * x.stride, signed], integers);
        for (let o = 0; o < width; o += 4) {
          let [a, b, c, d] = [0, 0, 0, 0];
          let at = o * inputs;
          for (let i = 0; i < inputs; i++) {
            const value = integers[i]!;
            a = (a + value * weights[at]!) | 0;
            b = (b + value * weights[at + 1]!) | 0;
            c = (c + value * weights[at + 2]!) | 0;
            d = (d + value * weights[at + 3]!) | 0;
            at += 4;
          }
          const begin = r * start.stride + o;
          const to = r * width + o;
          y[to] = start.values[begin]! + scaled(a, step, scales[o]!);
          y[to + 1] = start.values[begin + 1]! + scaled(b, step, scales[o + 1]!);
          y[to + 2] = start.values[begin + 2]! + scaled(c, step, scales[o + 2]!);
          y[to + 3] = start.values[begin + 3]! + scaled(d, step, scales[o + 3]!);
        }
      }
    },
  };
}

const scaled = (sum: number, step: number, scale: number): number =>
  fround(fround(fround(sum) * step) * scale);

/** Added and taken away, it leaves a float32 below 2^22 rounded to an integer, ties to even. */
const ROUNDER = 12582912;
const LEAST = fround(1e-30);

/** A row's inputs as integers; @returns the step between them: NaN where one of them is no finite number */
function round(x: Float32Array, [at, signed]: readonly [number, boolean], integers: Int16Array): number {
  let most = 0;
  for (let i = 0; i < integers.length; i++) most = max(most, signed ? abs(x[at + i]!) : x[at + i]!);
  if (!(most < Number.POSITIVE_INFINITY)) return Number.NaN;
  const step = fround(most / (signed ? 8191 : 127));
  const inverse = most < LEAST ? 0 : fround(1 / step);
  for (let i = 0; i < integers.length; i++)
    integers[i] = fround(fround(fround(x[at + i]! * inverse) + ROUNDER) - ROUNDER);
  return step;
}
