import type { DeviceFeatures } from '../../shared/onnx/admit.ts';
import type { RankerSidecar, SidecarInput } from '../../shared/onnx/sidecar.ts';

/** What is asked of a ranker: all features and categoricals of some candidates, as the funnel has them. */
export interface Question {
  readonly rows: number;
  /** row-major `rows x features` */
  readonly features: Float32Array;
  /** row-major `rows x categoricals` */
  readonly categories: Uint16Array;
}

/** One input of the model, row-major `rows x columns`. */
export interface InputValues {
  readonly name: string;
  readonly columns: number;
  readonly values: Float32Array | Int32Array | BigInt64Array;
}

/** Picks the columns that a model reads, by name, in its order. Names were checked when the model was admitted. */
export function columnPicker(
  { inputs }: RankerSidecar,
  device: DeviceFeatures,
): (question: Question) => readonly InputValues[] {
  const pickers = inputs.map((input) => picker(input, device));
  return (question) => pickers.map((pick) => pick(question));
}

function picker(input: SidecarInput, device: DeviceFeatures): (question: Question) => InputValues {
  const { name } = input;
  if (input.kind === 'categories') {
    const from = input.categoricals.map((wanted) =>
      device.categoricals.findIndex((known) => known.name === wanted.name),
    );
    const width = device.categoricals.length;
    return ({ rows, categories }) => {
      const values = new Int32Array(rows * from.length);
      copyColumns(values, categories, { rows, width, from });
      const columns = from.length;
      if (input.dtype === 'int32') return { name, columns, values };
      return { name, columns, values: BigInt64Array.from(values, BigInt) };
    };
  }
  const from = input.features.map((wanted) => device.features.indexOf(wanted));
  const width = device.features.length;
  return ({ rows, features }) => {
    const values = new Float32Array(rows * from.length);
    copyColumns(values, features, { rows, width, from });
    normalise(values, input.normalisation);
    return { name, columns: from.length, values };
  };
}

interface Columns {
  readonly rows: number;
  readonly width: number;
  /** column of the source, by column of the result */
  readonly from: readonly number[];
}

function copyColumns(
  to: Float32Array | Int32Array,
  values: Float32Array | Uint16Array,
  { rows, width, from }: Columns,
): void {
  for (let row = 0, at = 0; row < rows; row++)
    for (const column of from) to[at++] = values[row * width + column]!;
}

type Normalisation = Extract<SidecarInput, { kind: 'features' }>['normalisation'];

function normalise(values: Float32Array, normalisation: Normalisation): void {
  if (normalisation.kind === 'in-graph') return;
  const { means, deviations, clip = Number.POSITIVE_INFINITY } = normalisation;
  const width = means.length;
  for (let at = 0; at < values.length; at++) {
    const deviation = deviations[at % width]!;
    const z = deviation > 0 ? (values[at]! - means[at % width]!) / deviation : 0;
    values[at] = Math.max(-clip, Math.min(clip, z));
  }
}
