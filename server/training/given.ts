import type { Dataset } from '../../models/contract.ts';
import { fitGiven, givenCard, type Reduction } from '../../models/given-embeddings/fit.ts';
import type { ItemVectors } from '../catalogue/vectors/read.ts';
import type { GivenEmbeddings } from './sources.ts';

export interface OutsideVectors {
  readonly vectors: ItemVectors;
  readonly reduction: Reduction;
}

/** None of the file's ids is an item of the shop: another shop's file, or other ids. */
export class NoItemFound extends Error {
  override readonly name = 'NoItemFound';
  readonly code = 'no-item-found';
}

/**
 * Vectors in the catalogue's order and the bundle's dimensions. A group takes the vector of its own id, else the first of its
 * variants'; one without any has zeros, and is found by the other sources alone.
 * @throws NoItemFound
 */
export function giveVectors(
  { vectors, reduction }: OutsideVectors,
  { catalogue }: Dataset,
  { dims, seed }: { readonly dims: number; readonly seed: number },
): GivenEmbeddings {
  const { byId, dims: dimsGiven, file } = vectors;
  const { groups } = catalogue;
  const values = new Float32Array(groups.length * dimsGiven);
  let found = 0;
  groups.forEach(({ id, variants }, row) => {
    const own = byId.get(id) ?? variants.map((variant) => byId.get(variant.id)).find((vector) => vector);
    if (own === undefined) return;
    values.set(own, row * dimsGiven);
    found++;
  });
  if (found === 0)
    throw new NoItemFound(`${file}: expected ids such as ${groups[0]?.id}, found ${[...byId.keys()][0]}`);
  const settings = { dims, reduction, seed };
  const fitted = fitGiven({ items: groups.length, dims: dimsGiven, values }, settings);
  return {
    embeddings: { query: fitted.rows, candidate: fitted.rows, encoder: undefined, scale: 1 },
    card: givenCard(fitted, { file: basename(file), settings }),
  };
}

/** Where it lay on this machine is nobody's business. */
const basename = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;
