import { beforeEach, describe, expect, test } from 'vitest';
import type { DrawnSlate } from '../shared/protocol/device.ts';
import type { ItemId, ReleaseId } from '../shared/protocol/ids.ts';
import type { SlateRequest } from '../shared/protocol/slate.ts';
import { emptySlate } from './inert.ts';
import { createLastSlates } from './last-slates.ts';
import { createPageStore } from './page-store.ts';

function drawn(placement: SlateRequest['placement'], ...items: string[]): DrawnSlate {
  const { slate } = emptySlate(placement, 'ok');
  return {
    slate: {
      ...slate,
      status: 'personal',
      release: 'r-1' as ReleaseId,
      entries: items.map((item, position) => ({
        item: item as ItemId,
        variant: item as ItemId,
        score: 1,
        position,
        propensity: 1,
        sponsored: false,
        reason: { kind: 'popular', source: 'popular' },
      })),
    },
    cards: items.map((item, at) =>
      at > 0
        ? undefined
        : {
            item: item as ItemId,
            title: `The ${item}`,
            image: undefined,
            link: undefined,
            price: 3,
            salePrice: undefined,
            currency: 'GBP',
            brand: undefined,
            category: undefined,
          },
    ),
    timings: {},
  };
}
function slates(consent: boolean) {
  const store = createPageStore('slate-shop');
  store.allow(consent);
  return createLastSlates(store);
}
const itemsOf = (one: DrawnSlate | null) => one?.slate.entries.map(({ item }) => item);
const FOR_YOU: SlateRequest = { placement: 'for-you' };
const seeds = (...items: string[]): SlateRequest => ({ placement: 'similar', items: items as ItemId[] });

describe('what a shelf falls back to', () => {
  beforeEach(() => localStorage.clear());

  test('is its own last slate, with its cards, on the next page too', () => {
    const made = drawn('for-you', 'bowl', 'lamp');
    slates(true).remember(FOR_YOU, made);
    const recalled = slates(true).recall(FOR_YOU, 'worker-starting');
    expect(recalled?.slate).toMatchObject({
      recId: made.slate.recId,
      status: 'last',
      cause: 'worker-starting',
      release: 'r-1',
    });
    expect(recalled?.cards).toEqual(made.cards);
  });

  test('is this page’s alone without consent', () => {
    const page = slates(false);
    page.remember(FOR_YOU, drawn('for-you', 'bowl'));
    expect(itemsOf(page.recall(FOR_YOU, 'worker-timeout'))).toEqual(['bowl']);
    expect(slates(false).recall(FOR_YOU, 'worker-timeout')).toBeNull();
    expect(localStorage).toHaveLength(0);
  });

  test('is of the same seeds: another product’s companions are no answer', () => {
    const page = slates(false);
    page.rememberPopular(drawn('for-you', 'pen'));
    page.remember(seeds('bowl'), drawn('similar', 'dish'));
    expect(itemsOf(page.recall(seeds('bowl'), 'worker-failed'))).toEqual(['dish']);
    expect(page.recall(seeds('lamp'), 'worker-failed')).toBeNull();
  });

  test('is what is popular for a shelf that has no slate yet', () => {
    const page = slates(false);
    page.rememberPopular(drawn('for-you', 'pen', 'rug'));
    const recalled = page.recall({ placement: 'trending' }, 'worker-failed');
    expect(recalled?.slate).toMatchObject({
      status: 'popular',
      placement: 'trending',
      cause: 'worker-failed',
    });
    expect(itemsOf(recalled)).toEqual(['pen', 'rug']);
  });

  test('keeps to the limit and to what must not be shown', () => {
    const page = slates(false);
    page.remember(FOR_YOU, drawn('for-you', 'a', 'b', 'c', 'd'));
    const request: SlateRequest = {
      ...FOR_YOU,
      limit: 2,
      exclude: ['a' as ItemId],
      avoid: ['c' as ItemId],
    };
    expect(itemsOf(page.recall(request, 'worker-failed'))).toEqual(['b', 'd']);
  });

  test('is bounded, and goes with everything else', () => {
    const page = slates(true);
    for (let at = 0; at < 40; at++) page.remember(seeds(`bowl-${at}`), drawn('similar', 'dish'));
    expect(localStorage.length).toBeLessThanOrEqual(12);
    expect(itemsOf(slates(true).recall(seeds('bowl-39'), 'worker-failed'))).toEqual(['dish']);
    page.clear();
    expect(localStorage).toHaveLength(0);
    expect(page.recall(seeds('bowl-39'), 'worker-failed')).toBeNull();
  });

  test('is nothing where what was kept is torn', () => {
    slates(true).remember(FOR_YOU, drawn('for-you', 'bowl'));
    const [key] = Object.keys(localStorage);
    localStorage.setItem(key!, '{"slate": {"recId"');
    expect(slates(true).recall(FOR_YOU, 'worker-failed')).toBeNull();
  });
});
