import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset, Interactions } from '../../models/contract.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { StoredInteraction } from '../store/contract.ts';
import { buildCatalogue, rowsById } from './catalogue.ts';
import { openSql, type Sql } from './duck.ts';
import { restrict } from './interactions.ts';
import { exportInteractions } from './parquet.ts';
import { placeInteractions } from './place.ts';

export interface BuiltDataset {
  readonly dataset: Dataset;
  /** interactions with items that the catalogue does not know, or from the future */
  readonly dropped: { readonly unknownItem: number; readonly future: number };
  /** SHA-256 over catalogue and interactions, in the order training reads them */
  readonly hash: string;
  /** numbers in `interactions` of the subjects that were asked for, of those who are there */
  readonly users: ReadonlyMap<string, number>;
}

/** A clock, ms, and subjects whose users' numbers are wanted. */
export interface AsOf {
  readonly now: number;
  readonly subjects: readonly string[];
}

/**
 * What a shop's store holds, as training reads it: exported to Parquet, put in order in SQL. Old data is fitted as of its
 * own end: the fit's clock is just after the newest interaction, so that what decays is told by the data and not by how
 * long it lay about.
 * @param asOf nothing at or after it is read, ms
 */
export async function buildDataset(
  items: readonly Item[],
  stored: Iterable<StoredInteraction>,
  asOf: number | AsOf,
): Promise<BuiltDataset> {
  const { now, subjects } = typeof asOf === 'number' ? { now: asOf, subjects: [] } : asOf;
  const folder = mkdtempSync(join(tmpdir(), 'tacit-dataset-'));
  const sql = await openSql({ folder });
  try {
    const { path } = await exportInteractions(sql, stored, folder);
    return await datasetFrom(sql, { items, path, subjects }, now);
  } finally {
    sql.close();
    rmSync(folder, { recursive: true });
  }
}

/** The same from interactions that were exported before. */
export async function datasetFrom(
  sql: Sql,
  from: { readonly items: readonly Item[]; readonly path: string; readonly subjects?: readonly string[] },
  now: number,
): Promise<BuiltDataset> {
  const catalogue = buildCatalogue(from.items);
  const { path, subjects = [] } = from;
  const of = { path, subjects, rows: rowsById(catalogue), items: catalogue.groups.length };
  const { interactions, dropped, users } = await placeInteractions(sql, of, now);
  const newest = timeSpan(interactions)?.to;
  const dataset: Dataset = { catalogue, interactions, until: newest === undefined ? now : newest + 1 };
  return { dataset, dropped, users, hash: hashDataset(dataset) };
}

/** The same shop as it was known at `until`. */
export function before(dataset: Dataset, until: number): Dataset {
  const { time } = dataset.interactions;
  return { ...dataset, until, interactions: restrict(dataset.interactions, (row) => time[row]! < until) };
}

function hashDataset({ catalogue, interactions }: Dataset): string {
  const hash = createHash('sha256');
  for (const group of catalogue.groups) hash.update(`${JSON.stringify(group)}\n`);
  const { offsets, item, kind, time, visit } = interactions;
  for (const column of [offsets, item, kind, time, visit])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}

/** A data set's hash with what else is learned from. */
export const hashWith = (hash: string, further: unknown): string =>
  createHash('sha256').update(hash).update(JSON.stringify(further)).digest('hex');

/** Times of the oldest and the newest row; undefined without rows. */
export function timeSpan({ time }: Interactions): { from: number; to: number } | undefined {
  if (time.length === 0) return undefined;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const t of time) {
    from = Math.min(from, t);
    to = Math.max(to, t);
  }
  return { from, to };
}
