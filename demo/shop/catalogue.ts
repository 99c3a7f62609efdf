import { config } from './config.ts';
import { hash } from './hash.ts';

export interface Variant {
  readonly id: string;
  readonly title: string;
  /** what tells it from the other variants: `Sage, M` */
  readonly label: string;
  readonly price?: number;
  readonly salePrice?: number;
  readonly inStock: boolean;
}

/** One page of the shop: an item group, or an item without variants. */
export interface Product {
  readonly id: string;
  readonly title: string;
  /** the department's slug */
  readonly category: string;
  /** the category's path, as a release's cards have it */
  readonly path: string;
  readonly brand?: string;
  readonly description?: string;
  readonly variants: readonly Variant[];
}

/** A line of the search index; `category` is the department's position. */
export type SearchLine = readonly [
  id: string,
  title: string,
  category: number,
  price: number | null,
  path: string,
];

async function load<T>(path: string): Promise<T | undefined> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

const buckets = new Map<number, Promise<Record<string, Product> | undefined>>();

/** A product by its own id or by that of a variant. The file is the one that its page has loaded already. */
export async function product(id: string): Promise<Product | undefined> {
  const bucket = hash(id) % config.buckets;
  const loading = buckets.get(bucket) ?? load<Record<string, Product>>(`/shop/items/${bucket}.json`);
  buckets.set(bucket, loading);
  return (await loading)?.[id];
}

/** @param page from 1 */
export const categoryPage = (slug: string, page: number): Promise<readonly Product[] | undefined> =>
  load(`/shop/category/${slug}/${page}.json`);

export const searchIndex = (): Promise<readonly SearchLine[] | undefined> => load('/shop/search.json');

export const categoryName = (slug: string): string =>
  config.categories.find((category) => category.slug === slug)?.name ?? '';

export const productLink = (id: string): string => `/product/${encodeURIComponent(id)}`;

/** The last part of a clean path, decoded: `/product/85123A` gives `85123A`. */
export function pathId(): string {
  const part = location.pathname.split('/').filter(Boolean)[1] ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
