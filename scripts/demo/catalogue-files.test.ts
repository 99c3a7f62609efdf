import { describe, expect, it } from 'vitest';
import { hash as hashOfPages } from '../../demo/shop/hash.ts';
import type { Item } from '../../shared/protocol/item.ts';
import { catalogueFiles, hash } from './catalogue-files.mjs';

const item = (id: string, more: Partial<Item> = {}): Item =>
  ({ id, title: `Thing ${id}`, availability: 'in_stock', ...more }) as Item;

const many = (count: number, type: (index: number) => string | undefined): Item[] =>
  Array.from({ length: count }, (_, index) => {
    const product_type = type(index);
    return item(`i${index}`, product_type === undefined ? {} : { product_type });
  });

const productIn = (shop: ReturnType<typeof catalogueFiles>, id: string) =>
  (shop.files.get(`items/${hash(id) % shop.buckets}.json`) as Record<string, Record<string, unknown>>)[id];

describe('the demo shop’s own product data', () => {
  it('puts every product into the file where its page looks for it', () => {
    const items = many(1000, (index) => `Department ${index % 7} > Shelf`);
    const shop = catalogueFiles(items, undefined);
    expect(shop.total).toBe(1000);
    for (const { id } of items) {
      expect(hash(id)).toBe(hashOfPages(id));
      expect(productIn(shop, id)?.['id']).toBe(id);
    }
  });

  it('shows each product once on its department’s pages', () => {
    const shop = catalogueFiles(
      many(1000, (index) => `Department ${index % 7} > Shelf`),
      undefined,
    );
    expect(shop.categories).toHaveLength(7);
    const seen = shop.categories.flatMap(({ slug, pages }) =>
      Array.from({ length: pages }, (_, page) => shop.files.get(`category/${slug}/${page + 1}.json`)).flat(),
    ) as { id: string }[];
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1000);
    expect(seen).toHaveLength(1000);
    expect(
      shop.files.get(`category/${shop.categories[0]?.slug}/${(shop.categories[0]?.pages ?? 0) + 1}.json`),
    ).toBe(undefined);
  });

  it('calls what has no category a curiosity, and a shop of one department by its second level', () => {
    const none = catalogueFiles(
      many(5, () => undefined),
      undefined,
    );
    expect(none.categories.map(({ name }) => name)).toEqual(['Curiosities']);
    const one = catalogueFiles(
      many(40, (index) => `Beauty > Kind ${index % 5}`),
      undefined,
    );
    expect(one.categories.map(({ name }) => name).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((n) => `Kind ${n}`),
    );
  });

  it('makes one page of a group, found by every variant, named by what its variants share', () => {
    const size = (id: string, label: string, more: Partial<Item> = {}) =>
      item(id, {
        item_group_id: 'shoe' as Item['id'],
        title: `Road Shoe, Light, ${label}`,
        price: 40,
        ...more,
      });
    const shop = catalogueFiles(
      [
        size('shoe-42', 'Rust, 42'),
        size('shoe-44', 'Rust, 44', { availability: 'out_of_stock', sale_price: 30 }),
      ],
      undefined,
    );
    expect(shop.total).toBe(1);
    const page = productIn(shop, 'shoe');
    expect(page?.['title']).toBe('Road Shoe, Light, Rust');
    expect(page?.['variants']).toEqual([
      { id: 'shoe-42', title: 'Road Shoe, Light, Rust, 42', label: '42', price: 40, inStock: true },
      {
        id: 'shoe-44',
        title: 'Road Shoe, Light, Rust, 44',
        label: '44',
        price: 40,
        salePrice: 30,
        inStock: false,
      },
    ]);
    expect(productIn(shop, 'shoe-44')).toEqual(page);
  });

  it('speaks one market', () => {
    const offers = [{ market: 'DE' as never, title: 'Ding', price: 12 }];
    const shop = catalogueFiles([item('a', { price: 10, offers })], 'DE');
    expect(productIn(shop, 'a')).toMatchObject({ title: 'Ding', variants: [{ price: 12 }] });
  });
});
