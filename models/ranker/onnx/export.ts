import type { CategoryEmbedding, Layer, NetworkSpec, Standard } from '../../../shared/kernel/contract.ts';
import type { RankerSidecar } from '../../../shared/onnx/sidecar.ts';
import { type Precision, writeLayer } from './layers.ts';
import { encodeModel, table } from './proto.ts';
import { openSheet, type Sheet } from './sheet.ts';

/** A ranker of ours with the names of what it reads. */
export interface NamedRanker {
  readonly network: Pick<NetworkSpec, 'dense' | 'embeddings' | 'layers' | 'standard'>;
  /** id of the feature schema */
  readonly schema: string;
  /** a name a dense input, in order */
  readonly features: readonly string[];
  /** one an embedding, in order */
  readonly categoricals: readonly { readonly name: string; readonly vocabulary: number }[];
}

export interface OnnxRanker {
  readonly model: Uint8Array<ArrayBuffer>;
  /** @param sha256 of `model`, hexadecimal */
  sidecar(sha256: string): RankerSidecar;
}

const FEATURES = 'features';
const CATEGORIES = 'categories';
const LOGITS = 'logits';

/**
 * A ranker as an ONNX model (opset 17, IR 8): features as the funnel has them in, z-scores inside the graph, embeddings by
 * Gather and Concat, then the layers; one logit a candidate out.
 *  - `float`: weights times their scales, MatMul: the kernel's sums in another order;
 *  - `int8`: weights as integers with a scale an output; MatMulInteger on activations rounded row by row as the kernel
 *    rounds them, but for layer 0, whose inputs stay floats.
 * @throws RangeError where names and network do not fit
 */
export function exportRanker(ranker: NamedRanker, precision: Precision): OnnxRanker {
  requireNames(ranker);
  const { network, features, categoricals } = ranker;
  const sheet = openSheet();
  const dense = network.standard === undefined ? FEATURES : writeStandard(sheet, network.standard);
  const vectors = (network.embeddings ?? []).map((embedding, at) => writeEmbedding(sheet, embedding, at));
  const joined = vectors.length === 0 ? dense : sheet.node('Concat', [dense, ...vectors], [axis(sheet, 1)]);
  const last = network.layers.reduce(
    (x, layer, at) => writeLayer(sheet, layer, { x, at, precision }),
    joined,
  );
  sheet.node('Identity', [last], [], LOGITS);
  const model = encodeModel({
    name: 'ranker',
    nodes: sheet.nodes,
    initialisers: sheet.initialisers,
    inputs: [
      table(FEATURES, 'float32', features.length),
      ...(vectors.length === 0 ? [] : [table(CATEGORIES, 'int32', categoricals.length)]),
    ],
    outputs: [table(LOGITS, 'float32', 1)],
  });
  return { model, sidecar: (sha256) => describeModel(ranker, { sha256, bytes: model.length }) };
}

const axis = (sheet: Sheet, at: number) => sheet.attribute.integer('axis', at);

/** As `Standard` says: (x - mean) * (1 / deviation), each rounded to float32, within -most..most. */
function writeStandard(sheet: Sheet, { means, deviations, most }: Standard): string {
  const width = means.length;
  const inverse = deviations.map((deviation) => (deviation > 0 ? 1 / deviation : 0));
  const centred = sheet.node('Sub', [
    FEATURES,
    sheet.tensor('means', [width], { type: 'float32', values: means }),
  ]);
  const scaled = sheet.node('Mul', [
    centred,
    sheet.tensor('inverse-deviations', [width], { type: 'float32', values: inverse }),
  ]);
  return sheet.node('Clip', [scaled, sheet.scalar('lowest', -most), sheet.scalar('highest', most)]);
}

function writeEmbedding(sheet: Sheet, { vocabulary, dims, values }: CategoryEmbedding, at: number): string {
  const column = sheet.tensor(`column.${at}`, [], { type: 'int64', values: BigInt64Array.of(BigInt(at)) });
  const index = sheet.node('Gather', [CATEGORIES, column], [axis(sheet, 1)]);
  const vectors = sheet.tensor(`embedding.${at}`, [vocabulary, dims], { type: 'float32', values });
  return sheet.node('Gather', [vectors, index], [axis(sheet, 0)]);
}

function describeModel(
  { features, categoricals, schema, network }: NamedRanker,
  model: RankerSidecar['model'],
): RankerSidecar {
  return {
    format: 'tacit-ranker',
    version: 1,
    model,
    featureSchema: schema,
    inputs: [
      {
        kind: 'features',
        name: FEATURES,
        dtype: 'float32',
        shape: ['candidates', features.length],
        features: [...features],
        normalisation: { kind: 'in-graph' },
      },
      ...(network.embeddings === undefined || network.embeddings.length === 0
        ? []
        : [
            {
              kind: 'categories' as const,
              name: CATEGORIES,
              dtype: 'int32' as const,
              shape: ['candidates', categoricals.length] as ['candidates', number],
              categoricals: categoricals.map(({ name, vocabulary }) => ({ name, vocabulary })),
            },
          ]),
    ],
    output: { name: LOGITS, dtype: 'float32', shape: ['candidates', 1] },
  };
}

function requireNames({ network, features, categoricals }: NamedRanker): void {
  const { dense, embeddings = [], layers } = network;
  const width = dense + embeddings.reduce((sum, { dims }) => sum + dims, 0);
  const sizes: readonly [string, number, number][] = [
    ['names of features', features.length, dense],
    ['names of categoricals', embeddings.length === 0 ? 0 : categoricals.length, embeddings.length],
    ['inputs of layer 0', layers[0]?.inputs ?? 0, width],
    ['outputs of the last layer', (layers.at(-1) as Layer | undefined)?.outputs ?? 0, 1],
  ];
  for (const [what, found, expected] of sizes)
    if (found !== expected) throw new RangeError(`export: found ${found} ${what}, expected ${expected}`);
}
