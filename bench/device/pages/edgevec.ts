import type { Contestant, Family } from './contestant.ts';
import { fill } from './hnswlib.ts';

type Library = typeof import('edgevec/edgevec.js');

const EF = 200;
/** asked for more than it needs, an HNSW widens its search: the only way to, since `ef_search` is fixed at the build */
const OVER_ASKED = [400, 800];

/** edgevec's graph. Only its Euclidean metric finds the nearest; over unit rows that is the order of the dot product. */
export async function edgevec(): Promise<Family> {
  const url = '/peers/edgevec/edgevec.js';
  const library = (await import(/* @vite-ignore */ url)) as Library;
  await library.default();
  return {
    name: 'edgevec',
    async build(vectors, onProgress) {
      const config = new library.EdgeVecConfig(vectors.dims);
      config.setMetricType(library.MetricType.L2);
      config.m = 16;
      config.m0 = 32;
      config.ef_construction = 200;
      config.ef_search = EF;
      const index = new library.EdgeVec(config);
      const rows = new Map<number, number>();
      await fill(vectors, (row, r) => rows.set(index.insert(row), r), onProgress);
      const ask = (query: Float32Array, wanted: number, k: number): number[] => {
        const found = index.search(query, wanted) as { id: number }[];
        return found.slice(0, k).map(({ id }) => rows.get(id) ?? -1);
      };
      return [
        { name: `edgevec ef ${EF}`, search: (query, k) => ask(query, k, k) },
        ...OVER_ASKED.filter((wanted) => wanted <= vectors.items).map(
          (wanted): Contestant => ({
            name: `edgevec asked for ${wanted}`,
            search: (query, k) => ask(query, wanted, k),
          }),
        ),
      ];
    },
  };
}
