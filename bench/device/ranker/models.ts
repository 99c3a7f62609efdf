import { asIntegers } from '../../../models/ranker/onnx/layers.ts';
import { encodeModel, table } from '../../../models/ranker/onnx/proto.ts';
import { openSheet, type Sheet } from '../../../models/ranker/onnx/sheet.ts';
import type { DenseLayer } from '../../../shared/kernel/contract.ts';
import type { BenchNetwork } from './network.ts';

/**
 * int8 as ONNX Runtime's own `quantize_dynamic` writes it, with a scale an output: every layer's input is rounded to
 * eight bits by DynamicQuantizeLinear, then MatMulInteger. The fastest form of such a network that it knows.
 */
export function dynamicModel(network: BenchNetwork): Uint8Array<ArrayBuffer> {
  const sheet = openSheet();
  const { attribute } = sheet;
  const vectors = network.embeddings.map(({ vocabulary, dims, values }, at) => {
    const column = sheet.tensor(`column.${at}`, [], { type: 'int64', values: BigInt64Array.of(BigInt(at)) });
    const index = sheet.node('Gather', ['categories', column], [attribute.integer('axis', 1)]);
    const rows = sheet.tensor(`embedding.${at}`, [vocabulary, dims], { type: 'float32', values });
    return sheet.node('Gather', [rows, index], [attribute.integer('axis', 0)]);
  });
  const joined =
    vectors.length === 0
      ? 'features'
      : sheet.node('Concat', ['features', ...vectors], [attribute.integer('axis', 1)]);
  const last = network.layers.reduce((x, layer, at) => writeDynamic(sheet, layer, x, at), joined);
  sheet.node('Identity', [last], [], 'logits');
  return encodeModel({
    name: 'ranker',
    nodes: sheet.nodes,
    initialisers: sheet.initialisers,
    inputs: [
      table('features', 'float32', network.dense),
      ...(vectors.length === 0 ? [] : [table('categories', 'int32', network.embeddings.length)]),
    ],
    outputs: [table('logits', 'float32', 1)],
  });
}

function writeDynamic(sheet: Sheet, layer: DenseLayer, x: string, at: number): string {
  const { inputs, outputs, bias } = layer;
  const { weights, scales } = asIntegers(layer);
  const [rounded, scale, zero] = threeOutputs(sheet, x, at);
  const sum = sheet.node('MatMulInteger', [
    rounded,
    sheet.tensor(`weights.${at}`, [inputs, outputs], { type: 'int8', values: weights }),
    zero,
  ]);
  const float = sheet.node('Cast', [sum], [sheet.attribute.integer('to', sheet.type.FLOAT)]);
  const step = sheet.node('Mul', [
    scale,
    sheet.tensor(`scales.${at}`, [outputs], { type: 'float32', values: scales }),
  ]);
  const biased = sheet.node('Add', [
    sheet.node('Mul', [float, step]),
    sheet.tensor(`bias.${at}`, [outputs], { type: 'float32', values: bias }),
  ]);
  return layer.activation === 'relu' ? sheet.node('Relu', [biased]) : biased;
}

/** DynamicQuantizeLinear gives three values, where a sheet's nodes give one: its other two are named here. */
function threeOutputs(sheet: Sheet, x: string, at: number): [rounded: string, scale: string, zero: string] {
  const names: [string, string, string] = [`rounded.${at}`, `step.${at}`, `zero.${at}`];
  sheet.node('DynamicQuantizeLinear', [x], [], names[0]);
  sheet.nodes.at(-1)!.output?.push(names[1], names[2]);
  return names;
}
