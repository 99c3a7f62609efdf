import type { EmbeddingTable } from '../bundle/contract.ts';
import { checkBatch, checkNetwork, checkQuery, checkRows, checkScan, checkTable } from './arguments.ts';
import { createAttention } from './attention.ts';
import type {
  DenseLayer,
  Kernel,
  Layer,
  Network,
  NetworkSpec,
  ScanResult,
  Table,
  TableOptions,
} from './contract.ts';
import { javascriptNetwork, specOf } from './javascript/network.ts';
import { javascriptTable } from './javascript/table.ts';
import { Lease } from './lease.ts';
import { LinearMemory, Scratch } from './memory.ts';

/** What assembly/kernel.ts exports; addresses and sizes in bytes. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  base(): number;
  scan(
    ...args: [
      rows: number,
      scales: number,
      items: number,
      stride: number,
      query: number,
      group: number,
      k: number,
      eligible: number,
      outScores: number,
      outRows: number,
    ]
  ): number;
  score(
    ...args: [
      rows: number,
      scales: number,
      stride: number,
      query: number,
      ids: number,
      count: number,
      out: number,
    ]
  ): void;
  dense(
    ...args: [
      x: number,
      xStride: number,
      rows: number,
      inputs: number,
      weights: number,
      bias: number,
      blocks: number,
      y: number,
      yStride: number,
      relu: number,
    ]
  ): void;
}

interface Host {
  readonly exports: Exports;
  readonly memory: LinearMemory;
  /** of one call, shared by all tables */
  readonly scratch: Scratch;
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Runs the compiled module. */
export function simdKernel(instance: WebAssembly.Instance): Kernel {
  const exports = instance.exports as unknown as Exports;
  const memory = new LinearMemory(exports.memory, exports.base());
  const host = { exports, memory, scratch: new Scratch(memory) };
  return {
    build: 'simd',
    table: (embeddings, options) => mutableTable(host, embeddings, options),
    network: (spec) => anyNetwork(host, spec),
    attention: createAttention,
  };
}

/**
 * Rows are padded to a multiple of 8 components with anything, since the query's are 0 there, and the table to a
 * multiple of 4 rows, whose scales are NaN so that they are never found.
 */
function placeTable(memory: LinearMemory, { dims, rows, scales }: EmbeddingTable) {
  const items = scales.length;
  const stride = roundUp(dims, 8);
  const padded = roundUp(items, 4);
  const rowsAt = memory.take(padded * (stride + 4));
  const scalesAt = rowsAt + padded * stride;
  const { i8, f32 } = memory.views;
  if (stride === dims) i8.set(rows, rowsAt);
  else for (let r = 0; r < items; r++) i8.set(rows.subarray(r * dims, (r + 1) * dims), rowsAt + r * stride);
  f32.set(scales, scalesAt / 4);
  f32.fill(Number.NaN, scalesAt / 4 + items, scalesAt / 4 + padded);
  return { stride, rowsAt, scalesAt };
}

type Scanner = Pick<Table, 'scan' | 'score' | 'free'>;

/** Scans run in WebAssembly until the table changes; the rest in plain JS. */
function mutableTable(host: Host, embeddings: EmbeddingTable, options?: TableOptions): Table {
  const plain = javascriptTable(embeddings, options);
  const placed = simdTable(host, embeddings);
  let scanner: Scanner = placed;
  const change = <T>(result: T): T => {
    scanner = plain;
    return result;
  };
  return {
    get items() {
      return plain.items;
    },
    dims: plain.dims,
    scan: (query, k, eligible) => scanner.scan(query, k, eligible),
    scanMany: (queries, k, eligible): ScanResult[] =>
      queries.map((query) => scanner.scan(query, k, eligible)),
    search: (query, k, eligible) => plain.search(query, k, eligible),
    score: (query, rows, out) => scanner.score(query, rows, out),
    append: (more, residuals) => change(plain.append(more, residuals)),
    update: (first, written, residuals) => change(plain.update(first, written, residuals)),
    remove: (row) => change(plain.remove(row)),
    free: () => {
      plain.free();
      placed.free();
    },
  };
}

function anyNetwork(host: Host, given: NetworkSpec | readonly Layer[]): Network {
  const spec = specOf(given);
  checkNetwork(spec);
  const dense = spec.layers.filter((layer): layer is DenseLayer => !('scales' in layer));
  const plain = dense.length === spec.layers.length && !spec.embeddings && !spec.whole && !spec.standard;
  return plain ? simdNetwork(host, dense) : javascriptNetwork(spec);
}

function simdTable({ exports, memory, scratch }: Host, embeddings: EmbeddingTable): Scanner {
  const items = checkTable(embeddings);
  const { dims } = embeddings;
  const { stride, rowsAt, scalesAt } = placeTable(memory, embeddings);
  const lease = new Lease('table');
  const placeQuery = (query: Int8Array, at: number): void => {
    const { i16 } = memory.views;
    i16.set(query, at / 2);
    i16.fill(0, at / 2 + dims, at / 2 + stride);
  };
  return {
    scan: (query, k, eligible) => {
      lease.demand();
      checkQuery(query, dims);
      const most = checkScan(k, items, eligible);
      if (most === 0) return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      const words = eligible ? Math.ceil(items / 32) : 0;
      const queryAt = scratch.hold(2 * stride + 16 + 8 * most + 4 * words);
      const groupAt = queryAt + 2 * stride;
      const outScores = groupAt + 16;
      const outRows = outScores + 4 * most;
      const bitsAt = outRows + 4 * most;
      placeQuery(query, queryAt);
      if (eligible) memory.views.u32.set(eligible.subarray(0, words), bitsAt / 4);
      const found = exports.scan(
        rowsAt,
        scalesAt,
        items,
        stride,
        queryAt,
        groupAt,
        most,
        eligible ? bitsAt : 0,
        outScores,
        outRows,
      );
      const { u32, f32 } = memory.views;
      return {
        rows: u32.slice(outRows / 4, outRows / 4 + found),
        scores: f32.slice(outScores / 4, outScores / 4 + found),
      };
    },
    score: (query, rows, out) => {
      lease.demand();
      checkQuery(query, dims);
      checkRows(rows, items, out);
      const queryAt = scratch.hold(2 * stride + 8 * rows.length);
      const idsAt = queryAt + 2 * stride;
      const outAt = idsAt + 4 * rows.length;
      placeQuery(query, queryAt);
      memory.views.u32.set(rows, idsAt / 4);
      exports.score(rowsAt, scalesAt, stride, queryAt, idsAt, rows.length, outAt);
      out.set(memory.views.f32.subarray(outAt / 4, outAt / 4 + rows.length));
    },
    free: () => {
      if (!lease.end()) return;
      memory.give(rowsAt);
    },
  };
}

interface PlacedLayer {
  readonly inputs: number;
  /** outputs in blocks of 8, the last one padded with zeros */
  readonly blocks: number;
  readonly weightsAt: number;
  readonly biasAt: number;
  readonly relu: number;
}

function placeLayer(memory: LinearMemory, layer: DenseLayer): PlacedLayer {
  const { inputs, outputs, weights, bias, activation } = layer;
  const blocks = Math.ceil(outputs / 8);
  const weightsAt = memory.take(32 * blocks * (inputs + 1));
  const biasAt = weightsAt + 32 * blocks * inputs;
  const { f32 } = memory.views;
  f32.fill(0, weightsAt / 4, weightsAt / 4 + 8 * blocks * inputs);
  f32.fill(0, biasAt / 4, biasAt / 4 + 8 * blocks);
  f32.set(bias, biasAt / 4);
  for (let block = 0; block < blocks; block++)
    for (let i = 0; i < inputs; i++) {
      const from = i * outputs + 8 * block;
      const to = weightsAt / 4 + 8 * (block * inputs + i);
      f32.set(weights.subarray(from, Math.min(from + 8, (i + 1) * outputs)), to);
    }
  return { inputs, blocks, weightsAt, biasAt, relu: activation === 'relu' ? 1 : 0 };
}

function simdNetwork({ exports, memory }: Host, layers: readonly DenseLayer[]): Network {
  const placed = layers.map((layer) => placeLayer(memory, layer));
  const inputs = layers[0]!.inputs;
  const outputs = layers[layers.length - 1]!.outputs;
  /** floats a row in each of two buffers that take turns */
  const widest = Math.max(inputs, ...placed.map((layer) => 8 * layer.blocks));
  const activations = new Scratch(memory);
  const lease = new Lease('network');
  let result = new Float32Array(0);
  return {
    inputs,
    outputs,
    input: (rows) => new Float32Array(rows * inputs),
    run: (x, rows) => {
      lease.demand();
      checkBatch({ dense: inputs, layers }, x, [rows, undefined]);
      const padded = roundUp(rows, 4);
      const one = activations.hold(8 * padded * widest);
      const other = one + 4 * padded * widest;
      memory.views.f32.set(x.subarray(0, rows * inputs), one / 4);
      let [from, to, stride] = [one, other, 4 * inputs];
      for (const { inputs: wide, blocks, weightsAt, biasAt, relu } of placed) {
        exports.dense(from, stride, padded, wide, weightsAt, biasAt, blocks, to, 32 * blocks, relu);
        [from, to, stride] = [to, from, 32 * blocks];
      }
      if (result.length < rows * outputs) result = new Float32Array(rows * outputs);
      const { f32 } = memory.views;
      for (let r = 0; r < rows; r++) {
        const at = (from + r * stride) / 4;
        for (let o = 0; o < outputs; o++) result[r * outputs + o] = f32[at + o]!;
      }
      return result.subarray(0, rows * outputs);
    },
    free: () => {
      if (!lease.end()) return;
      activations.give();
      for (const { weightsAt } of placed) memory.give(weightsAt);
    },
  };
}
