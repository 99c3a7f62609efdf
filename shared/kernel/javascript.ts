import type { EmbeddingTable } from '../bundle/contract.ts';
import { checkBatch, checkLayers, checkQuery, checkRows, checkScan, checkTable, Lease } from './arguments.ts';
import type { DenseLayer, Kernel, Network, ScanResult, Table } from './contract.ts';

const { fround } = Math;

/** The kernel without WebAssembly: where a page's policy or an old engine allows none. */
export const javascriptKernel = (): Kernel => ({
  build: 'js',
  table: javascriptTable,
  network: javascriptNetwork,
});

function dot(rows: Int8Array, at: number, query: Int8Array): number {
  let sum = 0;
  for (let d = 0; d < query.length; d++) sum = (sum + rows[at + d]! * query[d]!) | 0;
  return sum;
}

function javascriptTable(embeddings: EmbeddingTable): Table {
  const items = checkTable(embeddings);
  const { dims, rows, scales } = embeddings;
  const lease = new Lease('table');
  return {
    items,
    dims,
    scan: (query, k, eligible) => {
      lease.demand();
      checkQuery(query, dims);
      const best = new Best(checkScan(k, items, eligible));
      if (best.most > 0)
        for (let r = 0; r < items; r++) {
          const score = fround(fround(dot(rows, r * dims, query)) * scales[r]!);
          if (best.wants(score) && isEligible(eligible, r)) best.enter(score, r);
        }
      return best.sorted();
    },
    score: (query, wanted, out) => {
      lease.demand();
      checkQuery(query, dims);
      checkRows(wanted, items, out);
      for (let i = 0; i < wanted.length; i++) {
        const r = wanted[i]!;
        out[i] = fround(dot(rows, r * dims, query)) * scales[r]!;
      }
    },
    free: () => void lease.end(),
  };
}

const isEligible = (eligible: Uint32Array | undefined, row: number): boolean =>
  eligible === undefined || ((eligible[row >>> 5]! >>> (row & 31)) & 1) === 1;

/** The best entries so far in a heap whose root is the worst kept: the lowest score, of equal scores the highest row. */
class Best {
  readonly most: number;
  readonly #scores: Float32Array;
  readonly #rows: Uint32Array;
  #size = 0;

  constructor(most: number) {
    this.most = most;
    this.#scores = new Float32Array(most);
    this.#rows = new Uint32Array(most);
  }

  /** Rows come in ascending order, so an equal score never replaces an earlier one. False for NaN. */
  wants(score: number): boolean {
    return this.#size < this.most ? !Number.isNaN(score) : score > this.#scores[0]!;
  }

  enter(score: number, row: number): void {
    if (this.#size === this.most) {
      this.#sink(this.most, score, row);
      return;
    }
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#worse(score, row, parent)) break;
      this.#put(at, this.#scores[parent]!, this.#rows[parent]!);
      at = parent;
    }
    this.#put(at, score, row);
  }

  /** Best first; the heap is spent. */
  sorted(): ScanResult {
    for (let last = this.#size - 1; last > 0; last--) {
      const score = this.#scores[0]!;
      const row = this.#rows[0]!;
      this.#sink(last, this.#scores[last]!, this.#rows[last]!);
      this.#put(last, score, row);
    }
    return { rows: this.#rows.slice(0, this.#size), scores: this.#scores.slice(0, this.#size) };
  }

  #worse(score: number, row: number, than: number): boolean {
    const other = this.#scores[than]!;
    return score < other || (score === other && row > this.#rows[than]!);
  }

  /** Puts an entry in the root's place. */
  #sink(size: number, score: number, row: number): void {
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (right < size && this.#worse(this.#scores[right]!, this.#rows[right]!, child)) child = right;
      if (this.#worse(score, row, child)) break;
      this.#put(at, this.#scores[child]!, this.#rows[child]!);
      at = child;
    }
    this.#put(at, score, row);
  }

  #put(at: number, score: number, row: number): void {
    this.#scores[at] = score;
    this.#rows[at] = row;
  }
}

/** Weights in blocks of 4 outputs, `inputs x 4` each, so that 4 sums stay in registers; padded with zeros. */
interface PackedLayer {
  readonly inputs: number;
  readonly width: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly relu: boolean;
}

function packLayer({ inputs, outputs, weights, bias, activation }: DenseLayer): PackedLayer {
  const width = 4 * Math.ceil(outputs / 4);
  const packed = new Float32Array(inputs * width);
  const padded = new Float32Array(width);
  padded.set(bias);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++)
      packed[((o >>> 2) * inputs + i) * 4 + (o & 3)] = weights[i * outputs + o]!;
  return { inputs, width, weights: packed, bias: padded, relu: activation === 'relu' };
}

function javascriptNetwork(layers: readonly DenseLayer[]): Network {
  checkLayers(layers);
  const packed = layers.map(packLayer);
  const inputs = layers[0]!.inputs;
  const outputs = layers[layers.length - 1]!.outputs;
  const lease = new Lease('network');
  let buffers = packed.map(() => new Float32Array(0));
  let result = new Float32Array(0);
  const ensure = (rows: number): void => {
    if (result.length >= rows * outputs) return;
    buffers = packed.map((layer) => new Float32Array(rows * layer.width));
    result = new Float32Array(rows * outputs);
  };
  return {
    inputs,
    outputs,
    run: (x, rows) => {
      lease.demand();
      checkBatch(x, rows, inputs);
      ensure(rows);
      let from = x;
      let stride = inputs;
      for (const [i, layer] of packed.entries()) {
        dense(layer, { values: from, stride, rows }, buffers[i]!);
        from = buffers[i]!;
        stride = layer.width;
      }
      for (let r = 0; r < rows; r++)
        for (let o = 0; o < outputs; o++) result[r * outputs + o] = from[r * stride + o]!;
      return result.subarray(0, rows * outputs);
    },
    free: () => void lease.end(),
  };
}

interface Batch {
  readonly values: Float32Array;
  readonly stride: number;
  readonly rows: number;
}

/** Every output starts at its bias and adds its inputs in order, each product and each sum rounded to float32. */
function dense({ inputs, width, weights, bias, relu }: PackedLayer, x: Batch, y: Float32Array): void {
  for (let o = 0; o < width; o += 4)
    for (let r = 0; r < x.rows; r++) {
      let a = bias[o]!;
      let b = bias[o + 1]!;
      let c = bias[o + 2]!;
      let d = bias[o + 3]!;
      let at = o * inputs;
      const start = r * x.stride;
      for (let i = 0; i < inputs; i++) {
        const value = x.values[start + i]!;
        a = fround(a + fround(value * weights[at]!));
        b = fround(b + fround(value * weights[at + 1]!));
        c = fround(c + fround(value * weights[at + 2]!));
        d = fround(d + fround(value * weights[at + 3]!));
        at += 4;
      }
      const to = r * width + o;
      y[to] = relu ? Math.max(a, 0) : a;
      y[to + 1] = relu ? Math.max(b, 0) : b;
      y[to + 2] = relu ? Math.max(c, 0) : c;
      y[to + 3] = relu ? Math.max(d, 0) : d;
    }
}
