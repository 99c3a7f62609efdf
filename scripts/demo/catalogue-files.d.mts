import type { Item } from '../../shared/protocol/item.ts';

export interface Department {
  readonly slug: string;
  readonly name: string;
  readonly count: number;
  readonly pages: number;
  readonly cover: { readonly id: string; readonly title: string; readonly path: string };
}
export function hash(text: string): number;
export function catalogueFiles(
  items: Iterable<Item>,
  market: string | undefined,
): {
  total: number;
  buckets: number;
  categories: readonly Department[];
  files: ReadonlyMap<string, unknown>;
};
