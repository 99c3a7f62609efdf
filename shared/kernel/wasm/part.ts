import type { DenseLayer, Layer, QuantisedLayer } from '../contract.ts';
import { type Band, BLOCK, bandsOf, range } from '../split.ts';
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

/** A layer that computes in floats, whatever its weights are stored in. */
export function placeDense(host: Host, layer: Layer): Part {
  const { exports, memory } = host;
  const { outputs } = layer;
  const width = widthOf(outputs);
  const bands = bandsOf(layer);
  const weightsAt = memory.take(
    4 * BLOCK * bands.reduce((sum, { blocks, from, to }) => sum + blocks * (to - from), 0),
  );
  if ('scales' in layer) spreadBands(host, layer, [bands, weightsAt]);
  else placeBands(layer, bands, memory.views.f32.subarray(weightsAt / 4));
  return {
    width,
    working: () => 0,
    add: (x, start, y, { rows, relu }) => {
      let weights = weightsAt;
      let column = 0;
      for (const { blocks, from, to } of bands) {
        exports.dense(
          x.at + 4 * from,
          x.stride,
          rows,
          to - from,
          weights,
          start.at + column,
          start.stride,
          blocks,
          y.at + column,
          y.stride,
          Number(relu),
        );
        weights += 4 * BLOCK * blocks * (to - from);
        column += 4 * BLOCK * blocks;
      }
      clearPadding(host, [outputs, width], y, rows);
    },
    free: () => memory.give(weightsAt),
  };
}

/** Blocks of 8 outputs, padded with zeros, each with the inputs of its band. */
function placeBands({ outputs, weights }: DenseLayer, bands: readonly Band[], placed: Float32Array): void {
  let at = 0;
  let first = 0;
  for (const { blocks, from, to } of bands)
    for (let block = 0; block < blocks; block++, first += BLOCK)
      for (let i = from; i < to; i++)
        for (let o = first; o < first + BLOCK; o++)
          placed[at++] = o < outputs ? weights[i * outputs + o]! : 0;
}

/** The same of integers, each times its output's scale. */
function spreadBands(
  host: Host,
  layer: QuantisedLayer,
  [bands, placedAt]: readonly [readonly Band[], number],
): void {
  const matrix = placeMatrix(host, layer);
  const scalesAt = placeFloats(host, layer.scales);
  const width = widthOf(layer.outputs);
  let at = placedAt;
  let first = 0;
  for (const { blocks, from, to } of bands) {
    const inputs = to - from;
    host.exports.spread(matrix.at + from * width + first, width, inputs, blocks, scalesAt + 4 * first, at);
    at += 4 * BLOCK * blocks * inputs;
    first += BLOCK * blocks;
  }
  matrix.free();
  host.memory.give(scalesAt);
}

/** A quantised layer's weights as they are given: its outputs side by side, a row of zeros last. */
export interface Matrix {
  readonly at: number;
  readonly layer: QuantisedLayer;
  free(): void;
}

export function placeMatrix({ memory }: Host, layer: QuantisedLayer): Matrix {
  const { inputs, outputs, weights } = layer;
  const width = widthOf(outputs);
  const at = memory.take(width * (inputs + 1));
  const { i8 } = memory.views;
  i8.fill(0, at, at + width * (inputs + 1));
  for (let i = 0; i < inputs; i++) i8.set(weights.subarray(i * outputs, (i + 1) * outputs), at + i * width);
  return { at, layer, free: () => memory.give(at) };
}

/** A part that reads some of a matrix' inputs, and others at another time. */
export interface Choice extends Part {
  choose(inputs: readonly number[]): void;
}

function placeQuantised(host: Host, layer: QuantisedLayer, signed: boolean): Part {
  const matrix = placeMatrix(host, layer);
  const part = placeChoice(host, matrix, signed);
  part.choose(range(0, layer.inputs));
  matrix.free();
  return part;
}

export function placeChoice(host: Host, { at: matrixAt, layer }: Matrix, signed: boolean): Choice {
  const { exports, memory, relaxed } = host;
  const { outputs } = layer;
  const most = widthOf(layer.inputs);
  const width = widthOf(outputs);
  const blocks = width / 8;
  const scalesAt = placeFloats(host, layer.scales);
  const offsetsAt = placeFloats(host, new Float32Array(width));
  const weightsAt = memory.take(width * most);
  const columnsAt = memory.take(4 * most);
  const planes = relaxed && signed ? 2 : 1;
  const bytes = relaxed ? 1 : 2;
  let inputs = 0;
  return {
    width,
    choose: (chosen) => {
      inputs = widthOf(chosen.length);
      const { u32 } = memory.views;
      for (let i = 0; i < inputs; i++) u32[columnsAt / 4 + i] = width * (chosen[i] ?? layer.inputs);
      exports.pack(matrixAt, columnsAt, inputs, blocks, weightsAt, planes === 2 ? offsetsAt : 0);
    },
    // Steps, lists of groups, integers.
    working: (rows) => 4 * rows + (rows / STEP) * (4 * most + 4) + rows * most * bytes * planes,
    add: (x, start, y, { rows, at, relu }) => {
      const lists = at + 4 * rows;
      const integers = lists + (rows / STEP) * (4 * inputs + 4);
      const plane = rows * inputs;
      exports.round(x.at, x.stride, rows, inputs, Number(signed), integers, plane, at, lists);
      exports.quantised(
        integers,
        plane,
        planes,
        at,
        lists,
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
      for (const block of [scalesAt, offsetsAt, weightsAt, columnsAt]) memory.give(block);
    },
  };
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
