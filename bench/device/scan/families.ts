/** What takes part in the scan, in the order in which it is built and printed. */
export interface Entrant {
  readonly family: string;
  readonly ours: boolean;
  /** packages whose files its page fetches, with those files: what it weighs on the wire */
  readonly files: readonly string[];
  /** bytes of memory an item, as measured at 100,000 of 64 dimensions: decides what is left out for want of 4 GB */
  readonly bytesAnItem: number;
  /** its index takes long to build: it is timed at a smaller size before a larger one is tried */
  readonly graph: boolean;
}

const entrant = (family: string, own: Partial<Entrant>): Entrant => ({
  family,
  ours: false,
  files: [],
  bytesAnItem: 300,
  graph: false,
  ...own,
});

/** Its WebAssembly is inside its script. */
const HNSWLIB = ['hnswlib-wasm/dist/hnswlib.js', 'hnswlib-wasm/dist/hnswlib-317962d7.js'];

export const MEMORY_READ = 'memory read';

export const ENTRANTS: readonly Entrant[] = [
  entrant(MEMORY_READ, { ours: true, bytesAnItem: 64 }),
  entrant('tacit relaxed', { ours: true }),
  entrant('tacit simd', { ours: true }),
  entrant('tacit js', { ours: true }),
  entrant('hnswlib-wasm exact', { files: HNSWLIB }),
  entrant('hnswlib-wasm', { files: HNSWLIB, bytesAnItem: 500, graph: true }),
  entrant('edgevec', {
    files: ['edgevec/edgevec.js', 'edgevec/edgevec_bg.wasm'],
    bytesAnItem: 670,
    graph: true,
  }),
  entrant('voy-search', {
    files: ['voy-search/voy_search_bg.js', 'voy-search/voy_search_bg.wasm'],
    bytesAnItem: 10_100,
  }),
];

/** Bytes that a page's WebAssembly may have: the address space of 32 bits. */
export const MOST_MEMORY = 4 * 2 ** 30;
