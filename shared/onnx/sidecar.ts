import * as v from 'valibot';
import { RankerRefusal } from './refusal.ts';

/** A model's sidecar may have this many bytes. */
export const MOST_SIDECAR_BYTES = 1 << 20;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
const finite = v.pipe(v.number(), v.finite());
const extent = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));
/** One row a candidate of the slate. */
const table = v.strictTuple([v.literal('candidates'), extent]);
const most = 4096;

/**
 * What a number goes through before the model sees it. `in-graph`: nothing, the model takes features as they are.
 * `z-score`: `(x - mean) / deviation` by column, 0 where the deviation is 0, clipped to +-`clip` where that is given.
 */
const Normalisation = v.variant('kind', [
  v.strictObject({ kind: v.literal('in-graph') }),
  v.strictObject({
    kind: v.literal('z-score'),
    means: v.pipe(v.array(finite), v.maxLength(most)),
    deviations: v.pipe(v.array(v.pipe(finite, v.minValue(0))), v.maxLength(most)),
    clip: v.optional(v.pipe(finite, v.gtValue(0))),
  }),
]);

/** Columns of numbers, each a feature of the funnel by its name, in the order that the model wants. */
const FeaturesInput = v.strictObject({
  kind: v.literal('features'),
  name,
  dtype: v.literal('float32'),
  shape: table,
  features: v.pipe(v.array(name), v.minLength(1), v.maxLength(most)),
  normalisation: Normalisation,
});

/** Columns of categoricals, each 0 to `vocabulary - 1`. */
const CategoriesInput = v.strictObject({
  kind: v.literal('categories'),
  name,
  dtype: v.picklist(['int32', 'int64']),
  shape: table,
  categoricals: v.pipe(
    v.array(
      v.strictObject({ name, vocabulary: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536)) }),
    ),
    v.minLength(1),
    v.maxLength(most),
  ),
});

/**
 * The file beside an ONNX ranker: which model it is, and what it reads and says. `docs/own-ranker.md` explains it.
 */
export const RankerSidecar = v.strictObject({
  format: v.literal('tacit-ranker'),
  version: v.literal(1),
  model: v.strictObject({
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
    bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  /** id of the feature schema whose features these are (`FEATURE_SCHEMA`): names alone do not say what they mean */
  featureSchema: name,
  inputs: v.pipe(
    v.array(v.variant('kind', [FeaturesInput, CategoriesInput])),
    v.minLength(1),
    v.maxLength(8),
  ),
  /** one logit a candidate: only their order and differences matter */
  output: v.strictObject({
    name,
    dtype: v.literal('float32'),
    shape: v.union([table, v.strictTuple([v.literal('candidates')])]),
  }),
});
export type RankerSidecar = v.InferOutput<typeof RankerSidecar>;
export type SidecarInput = RankerSidecar['inputs'][number];

/** @throws RankerRefusal `ranker-sidecar`, naming the place */
export function readSidecar(json: unknown): RankerSidecar {
  const read = v.safeParse(RankerSidecar, json);
  if (!read.success) {
    const [issue] = read.issues;
    const where = v.getDotPath(issue) ?? 'the sidecar';
    throw refused(`${where}: ${issue.message}`);
  }
  for (const input of read.output.inputs) requireWidth(input);
  return read.output;
}

function requireWidth(input: SidecarInput): void {
  const columns = input.kind === 'features' ? input.features.length : input.categoricals.length;
  if (columns !== input.shape[1])
    throw refused(
      `input ${input.name}: found ${columns} columns, expected ${input.shape[1]} as its shape says`,
    );
  if (input.kind === 'categories' || input.normalisation.kind === 'in-graph') return;
  const { means, deviations } = input.normalisation;
  if (means.length !== columns || deviations.length !== columns)
    throw refused(
      `input ${input.name}: found ${means.length} means and ${deviations.length} deviations, expected ${columns} of each`,
    );
}

const refused = (message: string): RankerRefusal => new RankerRefusal('ranker-sidecar', message);
