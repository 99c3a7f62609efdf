import type { Catalogue, ModelCard } from '../contract.ts';
import { type DenseRows, unitRows } from '../dense.ts';
import { createRandom } from '../random.ts';
import { tokensOf } from './tokens.ts';

export interface ContentSettings {
  readonly dims: number;
  /** a token on fewer items says nothing of likeness; one on more than this share of items neither */
  readonly leastItems: number;
  readonly mostShare: number;
}

export const DEFAULT_CONTENT: ContentSettings = { dims: 64, leastItems: 2, mostShare: 0.5 };

/** Tokens of the catalogue's items as sparse rows: item i has tokens offsets[i] .. offsets[i+1]. */
export interface TokenMatrix {
  readonly tokens: readonly string[];
  readonly offsets: Uint32Array;
  readonly ids: Uint32Array;
  /** field weight times idf */
  readonly weights: Float32Array;
}

/**
 * Tokens that tell items apart and yet join some; idf = ln(items / items with the token).
 * @param reads which tokens count; all where it is left out
 */
export function tokenMatrix(
  { groups }: Catalogue,
  settings: Pick<ContentSettings, 'leastItems' | 'mostShare'>,
  reads: (token: string) => boolean = () => true,
): TokenMatrix {
  const found = groups.map((group) => new Map([...tokensOf(group.item)].filter(([token]) => reads(token))));
  const count = new Map<string, number>();
  for (const tokens of found)
    for (const token of tokens.keys()) count.set(token, (count.get(token) ?? 0) + 1);
  const most = Math.max(settings.leastItems, settings.mostShare * groups.length);
  const kept = [...count.keys()].filter((t) => count.get(t)! >= settings.leastItems && count.get(t)! <= most);
  kept.sort((a, b) => (a < b ? -1 : 1));
  const idOf = new Map(kept.map((token, id) => [token, id]));
  const offsets = new Uint32Array(groups.length + 1);
  const ids: number[] = [];
  const weights: number[] = [];
  found.forEach((tokens, i) => {
    for (const [token, weight] of tokens) {
      const id = idOf.get(token);
      if (id === undefined) continue;
      ids.push(id);
      weights.push(weight * Math.log(groups.length / count.get(token)!));
    }
    offsets[i + 1] = ids.length;
  });
  return { tokens: kept, offsets, ids: Uint32Array.from(ids), weights: Float32Array.from(weights) };
}

/** FNV-1a over UTF-16 units: which projection a token has depends on the token and the seed alone. */
function hashToken(token: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let c = 0; c < token.length; c++) hash = Math.imul(hash ^ token.charCodeAt(c), 0x01000193) >>> 0;
  return hash;
}

/** The +-1 signs of a token. */
function signs(token: string, dims: number, seed: number): Float32Array {
  const random = createRandom(hashToken(token, seed));
  return Float32Array.from({ length: dims }, () => (random.next() < 0.5 ? -1 : 1));
}

/**
 * Content vectors: every token is a fixed random direction, an item the idf-weighted sum of its tokens, scaled to
 * length 1, so that a dot product estimates the tf-idf cosine (Achlioptas 2003, random projections with signs). An
 * item needs no interaction to have one.
 */
export function fitContent(matrix: TokenMatrix, settings: ContentSettings, seed: number): DenseRows {
  const { dims } = settings;
  const items = matrix.offsets.length - 1;
  const values = new Float32Array(items * dims);
  const direction = matrix.tokens.map((token) => signs(token, dims, seed));
  for (let i = 0; i < items; i++)
    for (let t = matrix.offsets[i]!; t < matrix.offsets[i + 1]!; t++) {
      const along = direction[matrix.ids[t]!]!;
      for (let d = 0; d < dims; d++) values[i * dims + d]! += matrix.weights[t]! * along[d]!;
    }
  return unitRows({ items, dims, values });
}

export function contentCard(matrix: TokenMatrix, settings: ContentSettings, seed: number): ModelCard {
  return {
    model: 'content',
    purpose: 'likeness by what the catalogue says, for items and shoppers without history',
    data: 'title, description, category path, brand, price band and attributes',
    method: 'idf-weighted signed random projection, unit length',
    source: 'Achlioptas 2003, database-friendly random projections',
    parameters: { ...settings },
    metrics: { tokens: matrix.tokens.length, items: matrix.offsets.length - 1 },
    limits: 'an estimate of a cosine, with an error of about 1/sqrt(dims); words, not meanings',
    seed,
  };
}
