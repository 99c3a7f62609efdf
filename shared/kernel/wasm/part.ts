import type { DenseLayer, Layer, QuantisedLayer } from '../contract.ts';
import { type Host, roundUp } from './host.ts';

/** Layers take four rows at a time. */
export const STEP = 4;

/** Rows in memory: address and bytes from row to row (0: one row for all). */
export interface Place {
  readonly at: number;
  readonly stride: number;
}

/** One layer's weights in memory, outputs in blocks of 8. */
export interface Part {
  /** floats of an output row: its outputs, padded */
  readonly width: number;
  /** bytes that `add` needs for its working, for a number of rows */
  working(rows: number): number;
  /**
   * Outputs that begin at `start` (which may be `y`).
   * @param x rows of inputs, padded with zeros to a multiple of 8 floats
   */
  add(x: Place, start: Place, y: Place, call: Working): void;
  free(): void;
}
export interface Working {
  /** a multiple of STEP: rows beyond those that count may hold anything */
  readonly rows: number;
  readonly at: number;
  readonly relu: boolean;
}

/** @param signed whether inputs may be negative, as they are not behind a relu */
export const placePart = (host: Host, layer: Layer, signed: boolean): Part =>
  'scales' in layer ? placeQuantised(host, layer, signed) : placeDense(host, layer);

export const widthOf = (outputs: number): number => roundUp(outputs, 8);

/** Floats in a block of their own, padded with zeros. */
export function placeFloats({ memory }: Host, values: Float32Array, length = widthOf(values.length)): number {
  const at = memory.take(4 * length);
  memory.views.f32.fill(0, at / 4, at / 4 + length);
  memory.views.f32.set(values, at / 4);
  return at;
}

function placeDense(host: Host, { inputs, outputs, weights }: DenseLayer): Part {
  const { exports, memory } = host;
  const width = widthOf(outputs);
  const blocks = width / 8;
  const weightsAt = memory.take(4 * width * inputs);
  const { f32 } = memory.views;
  f32.fill(0, weightsAt / 4, weightsAt / 4 + width * inputs);
  for (let block = 0; block < blocks; block++)
    for (let i = 0; i < inputs; i++) {
      const from = i * outputs + 8 * block;
      const to = weightsAt / 4 + 8 * (block * inputs + i);
      f32.set(weights.subarray(from, Math.min(from + 8, (i + 1) * outputs)), to);
    }
  return {
    width,
    working: () => 0,
    add: (x, start, y, { rows, relu }) => {
      exports.dense(
        x.at,
        x.stride,
        rows,
        inputs,
        weightsAt,
        start.at,
        start.stride,
        blocks,
        y.at,
        y.stride,
        Number(relu),
      );
      clearPadding(host, [outputs, width], y, rows);
    },
    free: () => memory.give(weightsAt),
  };
}

function placeQuantised(host: Host, layer: QuantisedLayer, signed: boolean): Part {
  const { exports, memory, relaxed } = host;
  const { outputs } = layer;
  const inputs = widthOf(layer.inputs);
  const width = widthOf(outputs);
  const blocks = width / 8;
  const scalesAt = placeFloats(host, layer.scales);
  const offsetsAt = placeFloats(host, new Float32Array(width));
  const weightsAt = memory.take(width * inputs);
  memory.views.i8.set(interleave(layer, relaxed ? 4 : 2), weightsAt);
  if (relaxed && signed) memory.views.i32.set(shifts(layer), offsetsAt / 4);
  const planes = relaxed && signed ? 2 : 1;
  const bytes = relaxed ? 1 : 2;
  return {
    width,
    working: (rows) => 4 * rows + rows * inputs * bytes * planes,
    add: (x, start, y, { rows, at, relu }) => {
      const integers = at + 4 * rows;
      const plane = rows * inputs;
      exports.round(x.at, x.stride, rows, inputs, Number(signed), integers, plane, at);
      exports.quantised(
        integers,
        plane,
        planes,
        at,
        rows,
        inputs,
        weightsAt,
        scalesAt,
        offsetsAt,
        start.at,
        start.stride,
        blocks,
        y.at,
        y.stride,
        Number(relu),
      );
      clearPadding(host, [outputs, width], y, rows);
    },
    free: () => {
      for (const block of [scalesAt, offsetsAt, weightsAt]) memory.give(block);
    },
  };
}

/** Blocks of 8 outputs; in each, for every `group` inputs, the outputs side by side, inputs innermost. */
function interleave({ inputs, outputs, weights }: QuantisedLayer, group: number): Int8Array {
  const padded = widthOf(inputs);
  const packed = new Int8Array(padded * widthOf(outputs));
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++) {
      const block = (o >>> 3) * padded * 8;
      const at = block + Math.floor(i / group) * 8 * group + (o & 7) * group + (i % group);
      packed[at] = weights[i * outputs + o]!;
    }
  return packed;
}

/** 8192 times the sum of each output's weights. */
function shifts({ outputs, weights }: QuantisedLayer): Int32Array {
  const sums = new Int32Array(outputs);
  for (let at = 0; at < weights.length; at++) sums[at % outputs] = sums[at % outputs]! + 8192 * weights[at]!;
  return sums;
}

/** Padded columns are zero, but NaN where an infinite input met them. */
function clearPadding(
  { exports }: Host,
  [from, to]: readonly [number, number],
  y: Place,
  rows: number,
): void {
  if (from < to) exports.clear(y.at, y.stride, rows, 4 * from, 4 * to);
}
