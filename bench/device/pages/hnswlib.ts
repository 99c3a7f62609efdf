import type { Contestant, Family, Vectors } from './contestant.ts';

const M = 16;
const EF_CONSTRUCTION = 200;
const SEED = 100;
const EF = [100, 200, 400, 800, 1600, 3200];
const CHUNK = 1000;

interface Library {
  HierarchicalNSW: new (
    space: string,
    dims: number,
    file: string,
  ) => Index & { setEfSearch(ef: number): void };
  BruteforceSearch: new (space: string, dims: number) => Index;
}
interface Index {
  initIndex(...size: number[]): void;
  addPoint(row: Float32Array, label: number, replace?: boolean): void;
  searchKnn(query: Float32Array, k: number, filter: undefined): { neighbors: number[] };
}

async function library(): Promise<Library> {
  const url = '/peers/hnswlib-wasm/dist/hnswlib.js';
  const loaded = (await import(/* @vite-ignore */ url)) as { loadHnswlib(): Promise<Library> };
  return loaded.loadHnswlib();
}

/** hnswlib-wasm's graph, one index asked with several widths: M 16 and efConstruction 200 are its documented defaults. */
export async function hnswlib(): Promise<Family> {
  const { HierarchicalNSW } = await library();
  return {
    name: 'hnswlib-wasm',
    async build(vectors, onProgress) {
      const index = new HierarchicalNSW('ip', vectors.dims, '');
      index.initIndex(vectors.items, M, EF_CONSTRUCTION, SEED);
      await fill(vectors, (row, r) => index.addPoint(row, r, false), onProgress);
      return EF.filter((ef) => ef <= vectors.items).map(
        (ef): Contestant => ({
          name: `hnswlib-wasm ef ${ef}`,
          prepare: () => index.setEfSearch(ef),
          search: (query, k) => index.searchKnn(query, k, undefined).neighbors,
        }),
      );
    },
  };
}

/** The same library's exact search over float32 rows. */
export async function hnswlibExact(): Promise<Family> {
  const { BruteforceSearch } = await library();
  return {
    name: 'hnswlib-wasm exact',
    async build(vectors, onProgress) {
      const index = new BruteforceSearch('ip', vectors.dims);
      index.initIndex(vectors.items);
      await fill(vectors, (row, r) => index.addPoint(row, r), onProgress);
      return [
        {
          name: 'hnswlib-wasm exact',
          search: (query, k) => index.searchKnn(query, k, undefined).neighbors,
        },
      ];
    },
  };
}

/** In turns, so that the page can say how far it is. */
export async function fill(
  { items, dims, values }: Vectors,
  add: (row: Float32Array, r: number) => void,
  onProgress: (done: number) => void,
): Promise<void> {
  for (let from = 0; from < items; from += CHUNK) {
    for (let r = from; r < Math.min(items, from + CHUNK); r++) add(values.slice(r * dims, (r + 1) * dims), r);
    onProgress(Math.min(items, from + CHUNK));
    await new Promise((resolve) => setTimeout(resolve));
  }
}
