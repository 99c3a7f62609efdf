import type { Contestant, Family, Vectors } from './contestant.ts';
import { edgevec } from './edgevec.ts';
import { hnswlib, hnswlibExact } from './hnswlib.ts';
import { memoryBytes, watchMemories } from './memories.ts';
import { memoryRead } from './memory-read.ts';
import { ours } from './ours.ts';
import { voy } from './voy.ts';

watchMemories();

const FAMILIES: Record<string, () => Promise<Family>> = {
  'memory read': memoryRead,
  'tacit relaxed': ours('relaxed'),
  'tacit simd': ours('simd'),
  'tacit js': ours('js'),
  'hnswlib-wasm': hnswlib,
  'hnswlib-wasm exact': hnswlibExact,
  edgevec,
  'voy-search': voy,
};

export interface Source {
  readonly items: number;
  readonly dims: number;
  readonly values: string;
  readonly queries: string;
}

export interface Built {
  readonly names: readonly string[];
  readonly loadMs: number;
  readonly buildMs: number;
  /** of its WebAssembly, or of the arrays of what needs none */
  readonly memoryBytes: number;
}

export interface Laps {
  readonly name: string;
  readonly calls: number;
  /** calls a reading of the clock: one call can be shorter than its step */
  readonly together: number;
  /** first query */
  readonly from: number;
}

const contestants = new Map<string, Contestant>();
let vectors: Vectors | undefined;
let progress = 0;

const floats = async (url: string): Promise<Float32Array> =>
  new Float32Array(await (await fetch(url)).arrayBuffer());

async function open({ items, dims, values, queries }: Source): Promise<Vectors> {
  vectors ??= { items, dims, values: await floats(values), queries: await floats(queries) };
  return vectors;
}

function asked(name: string): { contestant: Contestant; query(at: number): Float32Array } {
  const contestant = contestants.get(name);
  if (contestant === undefined || vectors === undefined) throw new Error(`no contestant ${name} here`);
  const { queries, dims } = vectors;
  const all = queries.length / dims;
  contestant.prepare?.();
  return {
    contestant,
    query: (at) => queries.subarray((at % all) * dims, ((at % all) + 1) * dims),
  };
}

/** What Node calls. One family a page, so that each has a process of its own. */
export const scan = {
  async build(family: string, source: Source): Promise<Built> {
    const read = await open(source);
    const began = performance.now();
    const opened = await FAMILIES[family]!();
    const loaded = performance.now();
    const made = await opened.build(read, (done) => {
      progress = done;
    });
    const built = performance.now();
    for (const one of made) contestants.set(one.name, one);
    return {
      names: made.map(({ name }) => name),
      loadMs: loaded - began,
      buildMs: built - loaded,
      memoryBytes: memoryBytes() + (opened.heldBytes?.() ?? 0),
    };
  },
  progress: (): number => progress,
  /** The rows that each of the first `queries` queries finds. */
  answers(name: string, queries: number, k: number): number[][] {
    const { contestant, query } = asked(name);
    return Array.from({ length: queries }, (_, q) => [...Array.from(contestant.search(query(q), k))]);
  },
  /** ms a call, one number for every `together` calls. */
  laps({ name, calls, together, from }: Laps, k: number): number[] {
    const { contestant, query } = asked(name);
    const samples: number[] = [];
    let at = from;
    for (let done = 0; done < calls; done += together) {
      const began = performance.now();
      for (let i = 0; i < together; i++) contestant.search(query(at++), k);
      samples.push((performance.now() - began) / together);
    }
    return samples;
  },
};
export type ScanPage = typeof scan;

declare global {
  interface Window {
    scan: ScanPage;
  }
}
window.scan = scan;
