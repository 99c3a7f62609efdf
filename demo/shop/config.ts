import type { TacitOptions } from '../../client/index.ts';

/** What a product's picture is drawn from. */
export interface Pictured {
  readonly id: string;
  readonly title: string;
  /** the category's path, as a release's cards have it */
  readonly path: string;
}

export interface Category {
  readonly slug: string;
  readonly name: string;
  readonly count: number;
  readonly pages: number;
  /** a product that stands for the department on the home page */
  readonly cover: Pictured;
}

/** What the shop's engineer pastes into every page. */
export interface ShopConfig {
  readonly name: string;
  readonly tacit: {
    readonly site: string;
    readonly url: string;
    readonly keys: readonly string[];
    readonly mode: NonNullable<NonNullable<TacitOptions['privacy']>['mode']>;
    readonly writeKey?: string;
    readonly market?: string;
    readonly refreshEvery?: number;
  };
  readonly currency: string;
  readonly total: number;
  /** how many files the products are spread over */
  readonly buckets: number;
  readonly categories: readonly Category[];
}

function read(): ShopConfig {
  const text = document.getElementById('shop-config')?.textContent ?? '';
  const found: Partial<ShopConfig> = JSON.parse(text || '{}');
  if (found.tacit === undefined || found.categories === undefined)
    throw new Error('The page carries no shop configuration: expected JSON in #shop-config');
  return found as ShopConfig;
}

export const config = read();
