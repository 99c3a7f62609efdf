import type { SampledBatch, SampledSlopes } from '../../../models/item-embeddings/softmax.ts';
import { fromBase64 } from '../../../shared/kernel/base64.ts';
import { CONTRAST_WASM } from './build/contrast.wasm.ts';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  base(): number;
  contrast(...numbers: number[]): number;
}

const ROWS = 16;
const LANES = 8;
const padded = (count: number, to: number): number => Math.ceil(count / to) * to;

/** What we need of the host's WebAssembly, which Node's types leave out. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  };
};

/**
 * The sampled softmax in SIMD WebAssembly, all three products and the exponentials fused: the logits of sixteen
 * queries at a time never leave the cache. Agrees with the plain reference within float32 rounding, and with itself
 * bit for bit.
 */
export function createContrast(): (batch: SampledBatch) => SampledSlopes {
  const module = new WebAssembly.Module(fromBase64(CONTRAST_WASM));
  const exports = new WebAssembly.Instance(module, { env: { abort: refuse } }).exports as Exports;
  return (batch) => run(exports, batch);
}

function refuse(): never {
  throw new Error('The training kernel aborted.');
}

function run(exports: Exports, batch: SampledBatch): SampledSlopes {
  const { scale, smoothing, dims } = batch;
  const wide = padded(dims, LANES);
  const rows = batch.target.length;
  const blocked = padded(rows, ROWS);
  const real = batch.choices.length / dims;
  const choices = padded(real, LANES);
  // Rows a multiple of 4 kB apart would share cache lines' places.
  const stride = 4 * choices + (choices % 1024 < 16 ? 64 : 0);
  const at = layOut(exports, {
    queries: 4 * blocked * wide,
    panels: 4 * choices * wide,
    columns: 4 * choices * wide,
    bias: 4 * choices,
    target: 4 * blocked,
    weight: 4 * blocked,
    logits: ROWS * stride,
    ofQueries: 4 * blocked * wide,
    ofChoices: 4 * choices * wide,
  });
  const f32 = new Float32Array(exports.memory.buffer);
  const view = (from: number, length: number): Float32Array => f32.subarray(from / 4, from / 4 + length);
  spread(batch.queries, view(at.queries, blocked * wide), { dims, wide });
  packChoices(batch.choices, view(at.panels, choices * wide), view(at.columns, choices * wide), {
    dims,
    wide,
    choices,
  });
  const bias = view(at.bias, choices).fill(0);
  if (batch.bias) bias.set(batch.bias);
  bias.fill(-1e9, real);
  new Uint32Array(exports.memory.buffer, at.target, blocked).fill(0).set(batch.target);
  view(at.weight, blocked).fill(0).set(batch.weight);
  view(at.ofChoices, choices * wide).fill(0);
  const loss = exports.contrast(
    ...[at.queries, blocked, wide, at.panels, at.columns, choices, real, at.bias, at.target, at.weight],
    ...[scale, smoothing, at.logits, stride, at.ofQueries, at.ofChoices],
  );
  const queries = gather(view(at.ofQueries, blocked * wide), rows, { dims, wide, scale });
  let logScale = 0;
  for (let i = 0; i < queries.length; i++) logScale += queries[i]! * batch.queries[i]!;
  return {
    loss,
    queries,
    choices: gather(view(at.ofChoices, choices * wide), real, { dims, wide, scale }),
    logScale,
  };
}

/** Addresses one after another, memory grown to hold them. */
function layOut<Name extends string>(exports: Exports, sizes: Record<Name, number>): Record<Name, number> {
  const found = {} as Record<Name, number>;
  let end = padded(exports.base(), 64);
  for (const name of Object.keys(sizes) as Name[]) {
    found[name] = end;
    end = padded(end + sizes[name], 64);
  }
  const missing = end - exports.memory.buffer.byteLength;
  if (missing > 0) exports.memory.grow(Math.ceil(missing / 65536));
  return found;
}

interface Widths {
  readonly dims: number;
  readonly wide: number;
}

function spread(values: Float32Array, into: Float32Array, { dims, wide }: Widths): void {
  into.fill(0);
  for (let r = 0; r * dims < values.length; r++)
    into.set(values.subarray(r * dims, (r + 1) * dims), r * wide);
}

function gather(
  from: Float32Array,
  rows: number,
  { dims, wide, scale }: Widths & { scale: number },
): Float32Array {
  const values = new Float32Array(rows * dims);
  for (let r = 0; r < rows; r++)
    for (let d = 0; d < dims; d++) values[r * dims + d] = from[r * wide + d]! * scale;
  return values;
}

/** Eight choices at a time for the logits, eight components at a time for the way back. */
function packChoices(
  values: Float32Array,
  panels: Float32Array,
  columns: Float32Array,
  { dims, wide, choices }: Widths & { choices: number },
): void {
  panels.fill(0);
  columns.fill(0);
  for (let c = 0, from = 0; from < values.length; c++)
    for (let d = 0; d < dims; d++) {
      const value = values[from++]!;
      panels[(c >>> 3) * wide * LANES + d * LANES + (c & 7)] = value;
      columns[(d >>> 3) * choices * LANES + c * LANES + (d & 7)] = value;
    }
}
