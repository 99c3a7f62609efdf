import { describe, expect, test } from 'vitest';
import type { Card, Cards } from '../shared/bundle/contract.ts';
import type { ItemId } from '../shared/protocol/ids.ts';
import { holdCards } from './held-cards.ts';

const entry = (variant: string, item = variant) => ({ variant: variant as ItemId, item: item as ItemId });

const BARE = Object.fromEntries(
  ['image', 'link', 'price', 'salePrice', 'currency', 'brand', 'category'].map((field) => [field, undefined]),
) as Omit<Card, 'item' | 'title'>;

/** A file of cards that notes which are made. */
function fileOf(titles: Readonly<Record<string, string>>): {
  readonly cards: Cards;
  readonly made: string[];
} {
  const made: string[] = [];
  const card = (id: string): Card | undefined => {
    made.push(id);
    const title = titles[id];
    return title === undefined ? undefined : { ...BARE, item: id as ItemId, title };
  };
  return { cards: { size: Object.keys(titles).length, card }, made };
}

describe('held cards', () => {
  test('are made once, whether there is one or none', () => {
    const { cards, made } = fileOf({ a: 'A mug' });
    const cardOf = holdCards();
    for (let slate = 0; slate < 3; slate++) {
      expect(cardOf(cards, entry('a'))?.title).toBe('A mug');
      expect(cardOf(cards, entry('b'))).toBeUndefined();
    }
    expect(made).toEqual(['a', 'b', 'b']);
  });

  test("an item's card stands for a variant without one", () => {
    const { cards } = fileOf({ shirt: 'A shirt', 'shirt-red': 'A red shirt' });
    const cardOf = holdCards();
    expect(cardOf(cards, entry('shirt-red', 'shirt'))?.title).toBe('A red shirt');
    expect(cardOf(cards, entry('shirt-blue', 'shirt'))?.title).toBe('A shirt');
  });

  test('of another release are not taken for its own, nor of a head without any', () => {
    const [old, next] = [fileOf({ a: 'A mug' }), fileOf({ a: 'A better mug' })];
    const cardOf = holdCards();
    expect(cardOf(old.cards, entry('a'))?.title).toBe('A mug');
    expect(cardOf(next.cards, entry('a'))?.title).toBe('A better mug');
    expect(cardOf(undefined, entry('a'))).toBeUndefined();
    expect(cardOf(old.cards, entry('a'))?.title).toBe('A mug');
  });

  test('are not held without end', () => {
    const { cards, made } = fileOf({});
    const cardOf = holdCards();
    for (let i = 0; i < 256; i++) cardOf(cards, entry(`item-${i}`));
    made.length = 0;
    cardOf(cards, entry('item-0'));
    expect(made).toEqual([]);
    cardOf(cards, entry('one-more'));
    cardOf(cards, entry('item-0'));
    expect(made).toContain('item-0');
  });
});
