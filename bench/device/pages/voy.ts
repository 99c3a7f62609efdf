import type { Family } from './contestant.ts';

type Library = typeof import('voy-search');

/** voy-search: a k-d tree over float32 rows, exact. Its package wants a bundler; these are the two lines of one. */
export async function voy(): Promise<Family> {
  const folder = '/peers/voy-search/';
  const glue = (await import(/* @vite-ignore */ `${folder}voy_search_bg.js`)) as Library & {
    __wbg_set_wasm(exports: WebAssembly.Exports): void;
  };
  const { instance } = await WebAssembly.instantiateStreaming(fetch(`${folder}voy_search_bg.wasm`), {
    './voy_search_bg.js': glue as unknown as WebAssembly.ModuleImports,
  });
  glue.__wbg_set_wasm(instance.exports);
  return {
    name: 'voy-search',
    async build({ items, dims, values }, onProgress) {
      const embeddings = Array.from({ length: items }, (_, r) => ({
        id: String(r),
        title: '',
        url: '',
        embeddings: [...values.subarray(r * dims, (r + 1) * dims)],
      }));
      const index = new glue.Voy({ embeddings });
      onProgress(items);
      return [
        {
          name: 'voy-search',
          search: (query, k) => index.search(query, k).neighbors.map(({ id }) => Number(id)),
        },
      ];
    },
  };
}
