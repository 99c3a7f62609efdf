import type { Dataset } from '../../models/contract.ts';
import type { DenseRows } from '../../models/dense.ts';
import { procrustes, rotateEncoder, rotateRows } from '../../models/item-embeddings/align.ts';
import type { AttentionWeights } from '../../models/item-embeddings/attention.ts';
import { keepUnchanged, type RoundedRows } from '../../models/item-embeddings/keep.ts';
import type { EmbeddingSettings } from '../../models/item-embeddings/settings.ts';
import type { EmbeddingStart } from '../../models/item-embeddings/start.ts';
import type { ItemEmbeddings } from '../../models/item-embeddings/train.ts';
import type { Shard, Weights } from '../../shared/bundle/contract.ts';
import { BundleError } from '../../shared/bundle/error.ts';
import { decodeShard } from '../../shared/bundle/shard.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import type { Champion } from './contract.ts';

/** An earlier release's space as its files hold it. */
interface OldSpace {
  /** nothing at or after it was fitted, ms */
  readonly until: number;
  readonly space: string;
  readonly ids: Shard['ids'];
  readonly query: RoundedRows;
  readonly candidate: RoundedRows;
  readonly encoder: AttentionWeights;
  readonly scale: number;
}

/** Where embeddings may go on from: the champion's release, and its twin that knows less. */
export interface WarmSpaces {
  /** undefined where every space has seen what this fit must not, or is of another form: then the fit starts from nothing */
  startFor(dataset: Dataset, settings: EmbeddingSettings): WarmStart | undefined;
}

export interface WarmStart {
  readonly start: EmbeddingStart;
  /** fewer epochs and smaller steps: what is known is not learned again */
  readonly settings: EmbeddingSettings;
  /** turns what was trained from `start` back into the old space and keeps what is as it was */
  settle(trained: ItemEmbeddings): Settled;
}

export interface Settled {
  readonly embeddings: ItemEmbeddings;
  readonly report: WarmReport;
}

export interface WarmReport {
  /** items of both releases, those of them that something new is known of, and rows of tables that kept their bytes */
  readonly shared: number;
  readonly changed: number;
  readonly kept: number;
  /** rows of shared items in all tables */
  readonly rows: number;
  /** the old space's name where not one number of it is another; then it is the same space */
  readonly space?: string;
}

/**
 * Of a run that starts from nothing. On the generated shop, a day after its first release: validation .241 (from nothing .240),
 * test .241 (.232), with two thirds of the CPU; after a week .229 (.240) and .233 (.232).
 */
const EPOCHS = 0.5;
const RATE = 0.3;

/** @returns undefined where the champion's files are of an older form, or its vectors came from elsewhere */
export function warmSpaces({ files, until, twin }: Champion): WarmSpaces | undefined {
  const spaces = [openSpace(files, until), ...(twin ? [openSpace(twin.files, twin.cut)] : [])];
  const known = spaces.filter((space) => space !== undefined).sort((a, b) => b.until - a.until);
  if (known.length === 0) return undefined;
  return {
    startFor(dataset, settings) {
      // A fit that is asked about days which the old release has seen must not learn of them through it.
      const old = known.find((space) => space.until <= dataset.until && fits(space, settings));
      return old && warmFrom(old, dataset, settings);
    },
  };
}

function openSpace(files: ReadonlyMap<string, Uint8Array>, until: number): OldSpace | undefined {
  const [shardFile, weightsFile] = [files.get('shard'), files.get('weights')];
  if (!shardFile || !weightsFile) return undefined;
  try {
    const shard = decodeShard(shardFile);
    const learned = encoderOf(decodeWeights(weightsFile), shard.queryEmbeddings.dims);
    const { ids, space, queryEmbeddings, embeddings } = shard;
    return learned && { until, space, ids, query: queryEmbeddings, candidate: embeddings, ...learned };
  } catch (error) {
    if (error instanceof BundleError) return undefined;
    throw error;
  }
}

function encoderOf(weights: Weights, dims: number): Pick<OldSpace, 'encoder' | 'scale'> | undefined {
  const of = (name: string): Float32Array | undefined => weights.tensor(`encoder.${name}`)?.values;
  const [query, key, bias, values] = [of('query'), of('key'), of('bias'), of('values')];
  const [positions, scale] = [of('positions'), of('scale')];
  if (!query || !key || !bias || !values || !positions || !scale) return undefined;
  return { encoder: { dims, hidden: bias.length, query, key, bias, values, positions }, scale: scale[0]! };
}

function fits({ query, candidate, encoder }: OldSpace, settings: EmbeddingSettings): boolean {
  return (
    candidate.dims === settings.dims &&
    (query === candidate) === settings.tied &&
    encoder.hidden === settings.hidden &&
    encoder.positions.length === settings.pooled
  );
}

function warmFrom(
  old: OldSpace,
  { catalogue, interactions }: Dataset,
  settings: EmbeddingSettings,
): WarmStart {
  const rowOf = Int32Array.from(catalogue.groups, ({ id }) => old.ids.indexOf(id));
  const known = Uint8Array.from(rowOf, (row) => (row < 0 ? 0 : 1));
  const changed = known.map((one) => 1 - one);
  interactions.item.forEach((item, at) => {
    if (interactions.time[at]! >= old.until) changed[item] = 1;
  });
  const candidate = placed(old.candidate, rowOf);
  const query = settings.tied ? candidate : placed(old.query, rowOf);
  const { encoder, scale } = old;
  const epochs = Math.max(1, Math.round(settings.epochs * EPOCHS));
  return {
    start: { query, candidate, known, changed, encoder, scale },
    settings: { ...settings, epochs, rate: settings.rate * RATE },
    settle: (trained) => settle(trained, old, { query, candidate, known, changed, rowOf }),
  };
}

function placed({ dims, rows, scales }: RoundedRows, rowOf: Int32Array): DenseRows {
  const values = new Float32Array(rowOf.length * dims);
  rowOf.forEach((row, i) => {
    if (row >= 0) for (let d = 0; d < dims; d++) values[i * dims + d] = rows[row * dims + d]! * scales[row]!;
  });
  return { items: rowOf.length, dims, values };
}

interface Ground {
  readonly query: DenseRows;
  readonly candidate: DenseRows;
  readonly known: Uint8Array;
  readonly changed: Uint8Array;
  readonly rowOf: Int32Array;
}

/**
 * What the space is nailed to: items of which nothing is new, whose rows did not move while others learned beside them; all that
 * both know where those are fewer than the space has dimensions.
 */
function alignedOn({ known, changed, query }: Ground): Uint8Array {
  const still = known.map((one, i) => one & (1 - changed[i]!));
  return still.reduce((sum, one) => sum + one, 0) < query.dims ? known : still;
}

function settle(trained: ItemEmbeddings, old: OldSpace, ground: Ground): Settled {
  const { known, changed, rowOf } = ground;
  const tied = trained.query === trained.candidate;
  const rotation = procrustes(
    [
      { from: trained.candidate, to: ground.candidate },
      ...(tied ? [] : [{ from: trained.query, to: ground.query }]),
    ],
    alignedOn(ground),
  );
  const keep = (rows: DenseRows, of: RoundedRows) => keepUnchanged(rotateRows(rows, rotation), of, rowOf);
  const candidate = keep(trained.candidate, old.candidate);
  const query = tied ? candidate : keep(trained.query, old.query);
  const count = (flags: Uint8Array): number => flags.reduce((sum, one) => sum + one, 0);
  const shared = count(known);
  const kept = count(candidate.kept) + (tied ? 0 : count(query.kept));
  const rows = tied ? shared : 2 * shared;
  const whole = kept === rows && shared === rowOf.length && shared === old.ids.size;
  const both = known.map((one, i) => one & changed[i]!);
  return {
    embeddings: {
      ...{ query: query.rows, candidate: candidate.rows, scale: trained.scale },
      encoder: trained.encoder && rotateEncoder(trained.encoder, rotation),
    },
    report: { shared, changed: count(both), kept, rows, ...(whole ? { space: old.space } : {}) },
  };
}
