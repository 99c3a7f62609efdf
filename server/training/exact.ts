import type { Dataset } from '../../models/contract.ts';
import type { DenseRows } from '../../models/dense.ts';
import type { Layer } from '../../models/ranker/network.ts';
import type { EmbeddingTable, Weights } from '../../shared/bundle/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import { fullEffort, isLight, lightEffort, type Rankers } from '../../shared/engine/effort.ts';
import { loadEncoder } from '../../shared/engine/encoder.ts';
import { createRanker } from '../../shared/engine/ranker.ts';
import type { FunnelSettings } from '../../shared/engine/settings.ts';
import type { DenseLayer, Kernel, Table } from '../../shared/kernel/contract.ts';
import { residualsOf } from '../../shared/kernel/quantise.ts';
import {
  encodeFunnel,
  encodeItems,
  encodeLists,
  encoderTensors,
  type RankerTensors,
  WHOLE,
} from './encode.ts';
import { type Fit, openParts } from './fits.ts';
import type { Packing } from './settings.ts';
import type { Sources } from './sources.ts';

export interface Unrounded {
  readonly settings: FunnelSettings;
  readonly ranker: RankerTensors | undefined;
  readonly lists?: Packing;
}

/**
 * The funnel over one fit before it is rounded and cut: vectors scanned as floats, whole lists at eight bits (or lists packed
 * as `lists` says), encoder and ranker in floats. What is left of rounding is the query's own, which no release pays for.
 */
export function openExact(
  { dataset, sources, markets }: Pick<Fit, 'sources' | 'markets'> & { readonly dataset: Dataset },
  { settings, ranker, lists = WHOLE }: Unrounded,
  kernel: Kernel,
): Engine {
  const { shard } = encodeItems({ dataset, sources, markets, bits: { embeddings: 8, content: 8 } });
  const parts = [shard, ...encodeLists(sources, lists), encodeFunnel(settings, ranker, sources.embeddings)];
  const floats = [sources.embeddings.candidate, ...(sources.content ? [sources.content] : [])];
  const table: Kernel['table'] = (rows) => {
    const exact = floats.find((values) => isRounded(rows, values));
    return exact === undefined ? kernel.table(rows) : exactTable(kernel, rows, exact);
  };
  const engine = openParts(parts, { ...kernel, table });
  engine.encoder?.attention.free();
  const encoder = loadEncoder(floatWeights(sources), engine.shard, kernel);
  if (ranker === undefined) return { ...engine, encoder };
  engine.ranker?.network.free();
  if (engine.light.ranker !== engine.ranker) engine.light.ranker?.network.free();
  const rankers = exactRankers(kernel, ranker);
  const light = lightEffort(engine.settings, rankers);
  return { ...engine, encoder, light, ...(isLight(kernel) ? light : fullEffort(engine.settings, rankers)) };
}

/** Whether a table is these vectors, each component to a step or two. */
function isRounded({ dims, rows, scales }: EmbeddingTable, exact: DenseRows): boolean {
  if (dims !== exact.dims || rows.length !== exact.values.length) return false;
  return exact.values.every((value, at) => {
    const scale = scales[Math.floor(at / dims)]!;
    return Math.abs(value - rows[at]! * scale) <= 2 * scale;
  });
}

/** A table whose rows are what they were before they were rounded. */
function exactTable(kernel: Kernel, rounded: EmbeddingTable, { dims, values }: DenseRows): Table {
  const table = kernel.table(rounded, { residuals: residualsOf(rounded, values) });
  const scan: Table['scan'] = (query, k, eligible) => table.search(Float32Array.from(query), k, eligible);
  return {
    items: table.items,
    dims,
    embeddings: undefined,
    scan,
    scanMany: (queries, k, eligible) => queries.map((query) => scan(query, k, eligible)),
    search: (query, k, eligible) => table.search(query, k, eligible),
    score(query, rows, out) {
      rows.forEach((row, at) => {
        let sum = 0;
        for (let d = 0; d < dims; d++) sum += query[d]! * values[row * dims + d]!;
        out[at] = sum;
      });
    },
    append: (more, residuals) => table.append(more, residuals),
    update: (first, more, residuals) => table.update(first, more, residuals),
    remove: (row) => table.remove(row),
    free: () => table.free(),
  };
}

function floatWeights({ embeddings }: Sources): Weights {
  const tensors = encoderTensors(embeddings);
  return {
    settings: undefined,
    holds: (name) => name in tensors,
    tensor(name) {
      const found = tensors[name];
      return found && { shape: found.shape, values: Float32Array.from(found.values) };
    },
    quantised: () => undefined,
  };
}

function exactRankers(kernel: Kernel, { layers, means, deviations, deep }: RankerTensors): Rankers {
  const moments = { means, deviations };
  const small = createRanker(kernel, { ...moments, layers: dense(layers) });
  if (deep === undefined) return { small, deep: undefined };
  const embeddings = deep.embeddings.map((values, k) => ({
    vocabulary: deep.vocabularies[k]!,
    dims: deep.dims,
    values,
  }));
  return { small, deep: createRanker(kernel, { ...moments, embeddings, layers: dense(deep.layers) }) };
}

const dense = (layers: readonly Layer[]): DenseLayer[] =>
  layers.map(({ inputs, outputs, weights, bias }, at) => ({
    ...{ inputs, outputs, weights, bias },
    activation: at === layers.length - 1 ? 'none' : 'relu',
  }));
