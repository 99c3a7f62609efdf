import type { DenseLayer, Layer, QuantisedLayer } from '../../../shared/kernel/contract.ts';
import type { Sheet } from './sheet.ts';

/** How the weights of layers are written. */
export type Precision = 'float' | 'int8';

export const isQuantised = (layer: Layer): layer is QuantisedLayer => 'scales' in layer;

/** Weights as floats: those that are integers, times the scale of their output. */
export function asFloats(layer: Layer): Float32Array {
  if (!isQuantised(layer)) return layer.weights;
  const { weights, scales, outputs } = layer;
  return Float32Array.from(weights, (k, at) => k * scales[at % outputs]!);
}

/** Weights as integers with a scale an output, as a release stores them: nearest, at most half a scale away. */
export function asIntegers(layer: Layer): Pick<QuantisedLayer, 'weights' | 'scales'> {
  if (isQuantised(layer)) return layer;
  const { outputs, weights } = layer as DenseLayer;
  const scales = new Float32Array(outputs);
  weights.forEach((w, at) => {
    scales[at % outputs] = Math.max(scales[at % outputs]!, Math.abs(w));
  });
  for (let o = 0; o < outputs; o++) scales[o]! /= 127;
  const nearest = (w: number, at: number): number => Math.round(w / (scales[at % outputs]! || 1));
  return {
    scales,
    weights: Int8Array.from(weights, (w, at) => Math.max(-127, Math.min(127, nearest(w, at)))),
  };
}

/** One layer behind the value `x`. @returns its output's name */
export function writeLayer(
  sheet: Sheet,
  layer: Layer,
  { x, at, precision }: { x: string; at: number; precision: Precision },
): string {
  const sum =
    precision === 'float'
      ? floatSum(sheet, layer, x, at)
      : at === 0
        ? storedSum(sheet, layer, x, at)
        : integerSum(sheet, layer, x, at);
  const bias = sheet.tensor(`bias.${at}`, [layer.outputs], { type: 'float32', values: layer.bias });
  const biased = sheet.node('Add', [sum, bias]);
  return layer.activation === 'relu' ? sheet.node('Relu', [biased]) : biased;
}

function floatSum(sheet: Sheet, layer: Layer, x: string, at: number): string {
  const { inputs, outputs } = layer;
  const weights = { type: 'float32', values: asFloats(layer) } as const;
  return sheet.node('MatMul', [x, sheet.tensor(`weights.${at}`, [inputs, outputs], weights)]);
}

/** Integers in the file, floats in the sum: z-scores need more than eight bits, which is all that operators know. */
function storedSum(sheet: Sheet, layer: Layer, x: string, at: number): string {
  const stored = storedWeights(sheet, layer, at);
  return sheet.node('MatMul', [
    x,
    sheet.node('DequantizeLinear', [...stored], [sheet.attribute.integer('axis', 1)]),
  ]);
}

/**
 * The kernel's own sum behind a relu (`QuantisedLayer`): inputs become integers 0..127 row by row, so that a candidate's logit
 * does not depend on the others that are asked for; the integers' sum is exact; then step and scale, in this order.
 */
function integerSum(sheet: Sheet, layer: Layer, x: string, at: number): string {
  const { integer, integers } = sheet.attribute;
  const [weights, scales] = storedWeights(sheet, layer, at);
  const most = sheet.node('ReduceMax', [x], [integers('axes', [1]), integer('keepdims', 1)]);
  const step = sheet.node('Div', [
    sheet.node('Max', [most, sheet.scalar('least', 1e-30)]),
    sheet.scalar('levels', 127),
  ]);
  const rounded = sheet.node('Round', [sheet.node('Mul', [x, sheet.node('Reciprocal', [step])])]);
  const levels = sheet.node('Cast', [rounded], [integer('to', sheet.type.UINT8)]);
  const sum = sheet.node(
    'Cast',
    [sheet.node('MatMulInteger', [levels, weights])],
    [integer('to', sheet.type.FLOAT)],
  );
  return sheet.node('Mul', [sheet.node('Mul', [sum, step]), scales]);
}

function storedWeights(sheet: Sheet, layer: Layer, at: number): [weights: string, scales: string] {
  const { inputs, outputs } = layer;
  const { weights, scales } = asIntegers(layer);
  return [
    sheet.tensor(`weights.${at}`, [inputs, outputs], { type: 'int8', values: weights }),
    sheet.tensor(`scales.${at}`, [outputs], { type: 'float32', values: scales }),
  ];
}
