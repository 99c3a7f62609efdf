import type { Item } from '../shared/protocol/item.ts';
import type { ProfileAttributes } from '../shared/protocol/profile.ts';

/**
 * Interactions as every trainer reads them: one row each, ordered by user, then time, then the order they came in.
 * `user` and `item` are dense for this data set only. An anonymous basket is a user of its own.
 */
export interface Interactions {
  readonly users: number;
  readonly items: number;
  /** user u owns rows offsets[u] .. offsets[u+1] */
  readonly offsets: Uint32Array;
  readonly item: Uint32Array;
  /** index into KINDS */
  readonly kind: Uint8Array;
  /** ms since 1970 */
  readonly time: Float64Array;
  /** basket, invoice or session: rows of one visit share it, and visits of a user follow one another */
  readonly visit: Uint32Array;
}
export const KINDS = ['view', 'select', 'cart', 'purchase'] as const;

/** What training fits on: the catalogue's groups in row order (ids ascending by UTF-8 bytes) and their interactions. */
export interface Dataset {
  readonly catalogue: Catalogue;
  readonly interactions: Interactions;
  /** the fit's clock: nothing at or after it is in `interactions` */
  readonly until: number;
  /** by user: what the shop says of the shopper; absent where it says nothing of anybody */
  readonly shoppers?: readonly (ProfileAttributes | undefined)[];
}

export interface Catalogue {
  /** one entry per item group, ascending by UTF-8 bytes of `id` */
  readonly groups: readonly CatalogueGroup[];
}
export interface CatalogueGroup {
  readonly id: string;
  /** what describes the group: its first variant by id */
  readonly item: Item;
  /** the group's rows, by id; the item itself where it has no variants */
  readonly variants: readonly Item[];
}

/** Sparse weighted lists before truncation and quantisation. */
export interface SparseRows {
  readonly items: number;
  readonly offsets: Uint32Array;
  readonly ids: Uint32Array;
  readonly weights: Float32Array;
  /** a byte an entry: see `Neighbours.pairs` */
  readonly pairs?: Uint8Array;
}

/** What a model says of itself, kept with the release. */
export interface ModelCard {
  readonly model: string;
  readonly purpose: string;
  readonly data: string;
  readonly method: string;
  readonly source: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly limits: string;
  readonly seed: number;
}

/** How a trainer tells what it does: the CLI draws it, the run's record keeps it. */
export interface Journal {
  stage(name: string, done: number, total: number): void;
  log(name: string, values: Readonly<Record<string, number | string>>): void;
}
