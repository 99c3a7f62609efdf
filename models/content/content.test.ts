import { describe, expect, it } from 'vitest';
import type { Item } from '../../shared/protocol/item.ts';
import type { DenseRows } from '../dense.ts';
import { contentCard, DEFAULT_CONTENT, fitContent, tokenMatrix } from './content.ts';
import { likeness } from './likeness.ts';
import { categoryPath, tokensOf, words } from './tokens.ts';

const item = (id: string, title: string, more: Partial<Item> = {}): Item => ({
  id: id as Item['id'],
  title,
  availability: 'in_stock',
  ...more,
});
const catalogue = (items: Item[]) => ({
  groups: items.map((one) => ({ id: one.id, item: one, variants: [one] })),
});
const cosine = ({ dims, values }: DenseRows, a: number, b: number): number => {
  let sum = 0;
  for (let d = 0; d < dims; d++) sum += values[a * dims + d]! * values[b * dims + d]!;
  return sum;
};

describe('tokens', () => {
  it('cuts plurals and words that say nothing', () => {
    expect(words('Set of 3 Glasses, the GLASS boxes')).toEqual(['3', 'glasse', 'glass', 'boxe']);
    expect(words('Étuis für Äpfel')).toEqual(['étui', 'für', 'äpfel']);
  });

  it('gives a category path as its prefixes', () => {
    expect(categoryPath('Home > Kitchen > Bowls')).toEqual(['home', 'home>kitchen', 'home>kitchen>bowls']);
    expect(categoryPath(undefined)).toEqual([]);
  });

  it('keeps a brand apart from the same word in a title', () => {
    const tokens = tokensOf(
      item('1', 'apple pie', { brand: 'Apple', price: 10, attributes: ['colour=red'] }),
    );
    expect([...tokens.keys()]).toEqual(expect.arrayContaining(['w:apple', 'b:apple', 'a:colour=red']));
  });
});

describe('content', () => {
  const shop = [
    item('a', 'red glass bowl', { product_type: 'Home > Kitchen', brand: 'Ito', price: 12 }),
    item('b', 'blue glass bowl', { product_type: 'Home > Kitchen', brand: 'Ito', price: 13 }),
    item('c', 'wool scarf', { product_type: 'Clothes > Winter', brand: 'Ull', price: 40 }),
    item('d', 'wool hat', { product_type: 'Clothes > Winter', brand: 'Ull', price: 30 }),
    item('e', ''),
  ];
  const fitted = (items: Item[]) =>
    fitContent(tokenMatrix(catalogue(items), DEFAULT_CONTENT), DEFAULT_CONTENT, 1);

  it('puts what is alike together and what is not apart', () => {
    const rows = fitted(shop);
    expect(cosine(rows, 0, 1)).toBeGreaterThan(0.7);
    expect(cosine(rows, 2, 3)).toBeGreaterThan(0.7);
    expect(Math.abs(cosine(rows, 0, 2))).toBeLessThan(0.4);
  });

  it('gives a new item a vector at once, and one of which nothing is said none', () => {
    const rows = fitted([...shop, item('f', 'green glass bowl', { product_type: 'Home > Kitchen' })]);
    expect(cosine(rows, 5, 0)).toBeGreaterThan(0.5);
    expect(cosine(rows, 4, 4)).toBe(0);
  });

  it('is the same for the same seed', () => {
    expect(fitted(shop)).toEqual(fitted(shop));
    const matrix = tokenMatrix(catalogue(shop), DEFAULT_CONTENT);
    expect(contentCard(matrix, DEFAULT_CONTENT, 1).metrics['items']).toBe(5);
  });

  it('has exact cosines for the items that are chosen, to those that may be named', () => {
    const matrix = tokenMatrix(catalogue(shop), DEFAULT_CONTENT);
    const items = shop.length;
    const dense = Array.from({ length: items }, (_, i) => {
      const row = new Float64Array(matrix.tokens.length);
      for (let t = matrix.offsets[i]!; t < matrix.offsets[i + 1]!; t++)
        row[matrix.ids[t]!] = matrix.weights[t]!;
      return row;
    });
    const naive = (a: number, b: number): number => {
      const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, t) => sum + value * y[t]!, 0);
      const [x, y] = [dense[a]!, dense[b]!];
      return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    };
    const lists = likeness(matrix, {
      chosen: Uint8Array.of(1, 0, 0, 1, 1),
      of: Uint8Array.of(1, 1, 1, 0, 1),
      most: 5,
    });
    expect([...lists.offsets]).toEqual([0, 1, 1, 1, 2, 2]);
    expect([...lists.ids]).toEqual([1, 2]);
    expect(lists.weights[0]).toBeCloseTo(naive(0, 1), 6);
    expect(lists.weights[1]).toBeCloseTo(naive(3, 2), 6);
  });
});
