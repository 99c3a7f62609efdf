import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '../protocol/ids.ts';
import { decodeCards, encodeCards } from './cards.ts';
import type { Card } from './contract.ts';
import { BundleError } from './error.ts';

const card = (item: string, own: Partial<Card> = {}): Card => ({
  item: item as ItemId,
  title: `Title of ${item}`,
  image: undefined,
  link: undefined,
  price: undefined,
  salePrice: undefined,
  currency: undefined,
  brand: undefined,
  category: undefined,
  ...own,
});

describe('cards', () => {
  test('are found by variant id, whatever order they came in', () => {
    const cards = decodeCards(
      encodeCards([card('b', { price: 12.99, currency: 'GBP' }), card('a', { brand: 'Ōhara' })]),
    );
    expect(cards.size).toBe(2);
    expect(cards.card('a')).toEqual(card('a', { brand: 'Ōhara' }));
    expect(cards.card('b')).toEqual(card('b', { price: 12.99, currency: 'GBP' }));
    expect(cards.card('c')).toBeUndefined();
  });
  test('say a common address once', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      card(`${i}`, { image: `https://shop.example/images/products/${i}.svg` }),
    );
    const bytes = encodeCards(many);
    const text = new TextDecoder('latin1').decode(bytes);
    expect(text.split('shop.example').length).toBe(2);
    expect(decodeCards(bytes).card('42')?.image).toBe('https://shop.example/images/products/42.svg');
  });
  test('addresses made of id and title cost next to nothing, and those that are not stay as they are', () => {
    const titles = ['Red Vase, tall', 'Bowl', '-', 'Crème brûlée set', 'Lamp 100-W'];
    const slugs = ['red-vase-tall', 'bowl', '', 'cr-me-br-l-e-set', 'lamp-100-w'];
    const many = Array.from({ length: 200 }, (_, i) => {
      const id = `sku${1000 + i}`;
      const link = i % 10 === 3 ? `https://other.example/${i}` : `/p/${slugs[i % 5]}?sku=${id}&as=${id}`;
      return card(id, { title: titles[i % 5]!, link, ...(i % 7 === 0 ? {} : { image: `/i/${id}.jpg` }) });
    });
    const bytes = encodeCards(many);
    const cards = decodeCards(bytes);
    for (const one of many) expect(cards.card(one.item)).toEqual(one);
    const plain = encodeCards(many.map((one) => ({ ...one, image: undefined, link: undefined })));
    expect(bytes.length - plain.length).toBeLessThan(2000);
  });
  test('beside a shard that has their ids do not say them again', () => {
    const many = ['a', 'b', 'c'].map((id) => card(id));
    const ids = {
      size: 3,
      indexOf: (id: string) => 'abc'.indexOf(id),
      idAt: (at: number) => 'abc'[at] as ItemId,
    };
    const bytes = encodeCards(many, ['a', 'b', 'c']);
    expect(bytes.length).toBeLessThan(encodeCards(many).length);
    expect(decodeCards(bytes, ids).card('b')).toEqual(card('b'));
    expect(decodeCards(encodeCards(many, ['a', 'b'])).card('b')).toEqual(card('b'));
    expect(() => decodeCards(bytes)).toThrow(BundleError);
    expect(() => decodeCards(bytes, { ...ids, size: 4 })).toThrow(BundleError);
  });
  test('never cut a character in two', () => {
    const titles = ['\u{1f600} plate', '\u{1f601} plate'];
    const cards = decodeCards(encodeCards(titles.map((title, i) => card(`${i}`, { title }))));
    expect(titles.map((_, i) => cards.card(`${i}`)?.title)).toEqual(titles);
  });
  test('keep prices to the last digit, 0 apart from missing', () => {
    const prices = [0, 0.1 + 0.2, 1e-7, 19.99, 5e9];
    const cards = decodeCards(encodeCards(prices.map((price, i) => card(`${i}`, { price, salePrice: 1.5 }))));
    expect(prices.map((_, i) => cards.card(`${i}`)?.price)).toEqual(prices);
    expect(cards.card('0')?.salePrice).toBe(1.5);
    expect(decodeCards(encodeCards([card('a'), card('b', { price: 0 })])).card('b')?.price).toBe(0);
  });
  test('any cards come back', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 8 });
    const maybe = fc.option(text, { nil: undefined });
    const price = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined });
    const any = fc.record({
      item: fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }),
      title: text,
      image: maybe,
      link: maybe,
      price,
      salePrice: price,
      currency: maybe,
      brand: maybe,
      category: maybe,
    });
    fc.assert(
      fc.property(fc.uniqueArray(any, { selector: ({ item }) => item, maxLength: 20 }), (list) => {
        const given = list as unknown as Card[];
        const cards = decodeCards(encodeCards(given));
        for (const one of given)
          expect(cards.card(one.item)).toEqual({
            ...one,
            price: plus(one.price),
            salePrice: plus(one.salePrice),
          });
      }),
    );
  });
  test('an item twice and a price below 0 are refused', () => {
    expect(() => encodeCards([card('a'), card('a')])).toThrow(BundleError);
    expect(() => encodeCards([card('a', { price: -1 })])).toThrow(BundleError);
    expect(() => encodeCards([card('a', { price: Number.NaN })])).toThrow(BundleError);
  });
});

/** -0 is 0 in hundredths. */
const plus = (price: number | undefined): number | undefined => (price === 0 ? 0 : price);
