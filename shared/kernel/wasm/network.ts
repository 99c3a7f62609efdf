import type { Layer, Network, NetworkSpec } from '../contract.ts';
import { Lease } from '../lease.ts';
import { specOf } from '../split.ts';
import { type First, placeFirst, type Tile } from './first.ts';
import { type Host, roundUp } from './host.ts';
import { Scratch } from './memory.ts';
import { type Part, placeFloats, placePart, STEP, widthOf } from './part.ts';

/** Rows that pass all layers before the next rows start: what lies between layers stays in the first caches. */
const TILE = 32;

interface Hidden {
  readonly part: Part;
  readonly biasAt: number;
  readonly relu: boolean;
}

/** All layers in the kernel's memory. */
interface Placed {
  readonly first: First;
  readonly hidden: readonly Hidden[];
  /** of a tile, before and behind a layer by turns */
  readonly tileAt: number;
  readonly otherAt: number;
  readonly workingAt: number;
  free(): void;
}

function placeLayers(host: Host, spec: NetworkSpec): Placed {
  const { memory } = host;
  const { layers } = spec;
  const first = placeFirst(host, spec);
  const hidden = layers.slice(1).map((layer, i): Hidden => {
    const part = placePart(host, layer, layers[i]!.activation !== 'relu');
    return { part, biasAt: placeFloats(host, layer.bias), relu: layer.activation === 'relu' };
  });
  /** floats a row in each of two buffers that take turns */
  const widest = Math.max(first.width, ...hidden.map(({ part }) => part.width));
  const working = Math.max(first.working(TILE), ...hidden.map(({ part }) => part.working(TILE)));
  const tileAt = memory.take(8 * TILE * widest + working);
  return {
    first,
    hidden,
    tileAt,
    otherAt: tileAt + 4 * TILE * widest,
    workingAt: tileAt + 8 * TILE * widest,
    free: () => {
      first.free();
      for (const { part, biasAt } of hidden) {
        part.free();
        memory.give(biasAt);
      }
      memory.give(tileAt);
    },
  };
}

export function wasmNetwork(host: Host, given: NetworkSpec | readonly Layer[]): Network {
  const spec = specOf(given);
  const { memory } = host;
  const { dense, layers, embeddings = [] } = spec;
  const { outputs } = layers[layers.length - 1]!;
  const placed = placeLayers(host, spec);
  const relu = layers[0]!.activation === 'relu';
  const inputs = new Scratch(memory);
  const lease = new Lease('network');
  let result = new Float32Array(0);
  // Four rows of a column are read at a time, those beyond the last too.
  const categoriesAt = (rows: number) => roundUp(4 * rows * dense + 12, 16);
  const place = (rows: number) => inputs.hold(categoriesAt(rows) + 2 * rows * embeddings.length);

  /** A tile's rows through all layers; @returns where the outputs lie */
  const runTile = (tile: Tile): number => {
    const { first, hidden, tileAt, otherAt, workingAt } = placed;
    const call = { rows: roundUp(tile.count, STEP), at: workingAt, relu };
    first.add(tile, { at: tileAt, stride: 4 * first.width }, call);
    let [from, to, stride] = [tileAt, otherAt, 4 * first.width];
    for (const { part, biasAt, relu: positive } of hidden) {
      const y = { at: to, stride: 4 * part.width };
      part.add({ at: from, stride }, { at: biasAt, stride: 0 }, y, { ...call, relu: positive });
      [from, to, stride] = [to, from, y.stride];
    }
    return from;
  };
  const run = (
    x: Float32Array,
    rows: number,
    [categories, toRow, toColumn]: readonly [Uint16Array | undefined, number, number],
  ): Float32Array => {
    lease.demand();
    const at = place(rows);
    const known = embeddings.length > 0 ? categories?.subarray(0, rows * embeddings.length) : undefined;
    const before = memory.views.f32;
    const here = x.buffer === before.buffer && x.byteOffset === at;
    if (!here) before.set(x.length === rows * dense ? x : x.subarray(0, rows * dense), at / 4);
    const given = { rows, categories: known, room: at + categoriesAt(rows), toColumn: 4 * toColumn };
    const stride = 4 * toRow;
    if (result.length < rows * outputs) result = new Float32Array(rows * outputs);
    if (rows > 0) placed.first.open({ at, stride }, given, { rows: STEP, at: placed.workingAt, relu: false });
    const { f32 } = memory.views;
    for (let row = 0; row < rows; row += TILE) {
      const count = Math.min(TILE, rows - row);
      const y = runTile({ x: { at: at + row * stride, stride }, row, count }) / 4;
      const width = widthOf(outputs);
      for (let r = 0; r < count; r++)
        for (let o = 0; o < outputs; o++) result[(row + r) * outputs + o] = f32[y + r * width + o]!;
    }
    return result.subarray(0, rows * outputs);
  };
  return {
    inputs: dense,
    outputs,
    input: (rows) => {
      lease.demand();
      const at = place(rows);
      return memory.views.f32.subarray(at / 4, at / 4 + rows * dense);
    },
    run: (x, rows, categories) => run(x, rows, [categories, dense, 1]),
    runColumns: (x, rows, categories) => run(x, rows, [categories, 1, rows]),
    free: () => {
      if (!lease.end()) return;
      inputs.give();
      placed.free();
    },
  };
}
