/** The fields of an imported item that a shop's pages show. */
export interface ShownItem {
  readonly id: string;
  readonly title: string;
  readonly item_group_id?: string | undefined;
  readonly product_type?: string | undefined;
  readonly availability?: string | undefined;
}

export interface Department {
  readonly slug: string;
  readonly name: string;
  readonly count: number;
  readonly pages: number;
  readonly cover: { readonly id: string; readonly title: string; readonly path: string };
}
export function hash(text: string): number;
export function catalogueFiles(
  items: Iterable<ShownItem>,
  market: string | undefined,
): {
  total: number;
  buckets: number;
  categories: readonly Department[];
  files: ReadonlyMap<string, unknown>;
};
