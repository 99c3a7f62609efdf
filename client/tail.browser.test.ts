import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { captured, idsOf } from './event.case.ts';
import { createPageStore } from './page-store.ts';
import { createTail } from './tail.ts';

const site = 'tail-shop';
const ours = () => Object.keys(localStorage).filter((key) => key.startsWith(`tacit:${site}:`));
/** One page's life: its own store and tail over the browser's one localStorage. */
function page(id: string, consent = true) {
  const store = createPageStore(site);
  store.allow(consent);
  return { store, tail: createTail(store, id) };
}

describe('the tail of events that no worker has yet', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => localStorage.clear());

  test('survives a navigation: the next page takes it over, and the worker what it knows not', () => {
    const before = page('one');
    const events = [captured(), captured(), captured()];
    for (const event of events) before.tail.add(event);
    before.tail.settle(idsOf(events.slice(0, 1)));
    const after = page('two');
    after.tail.adopt();
    expect(idsOf(after.tail.waiting())).toEqual(idsOf(events.slice(1)));
    after.tail.settle(idsOf(events));
    expect(ours()).toEqual([]);
  });

  test('without consent it lives and dies with the page', () => {
    const before = page('one', false);
    before.tail.add(captured());
    expect(before.tail.waiting()).toHaveLength(1);
    expect(ours()).toEqual([]);
  });

  test('what waited before consent is written down when it comes', () => {
    const { store, tail } = page('one', false);
    const event = captured();
    tail.add(event);
    store.allow(true);
    tail.adopt();
    const after = page('two');
    after.tail.adopt();
    expect(idsOf(after.tail.waiting())).toEqual(idsOf([event]));
  });

  test('a page that is open still does not lose its tail to one that adopts it', () => {
    const open = page('one');
    const [first, second] = [captured(), captured()];
    open.tail.add(first!);
    page('two').tail.adopt();
    open.tail.add(second!);
    const third = page('three');
    third.tail.adopt();
    expect(new Set(idsOf(third.tail.waiting()))).toEqual(new Set(idsOf([first!, second!])));
  });

  test('is bounded in events and in characters: the oldest go', () => {
    const { tail } = page('one');
    const long = Array.from({ length: 120 }, () => captured({ transaction_id: 't'.repeat(100) }));
    for (const event of long) tail.add(event);
    expect(tail.waiting().length).toBeLessThanOrEqual(100);
    expect(idsOf(tail.waiting()).at(-1)).toBe(long.at(-1)?.event.event_id);
    const text = localStorage.getItem(`tacit:${site}:tail:one`) ?? '';
    expect(text.length).toBeLessThanOrEqual(65_536);
  });

  test('a foreign or torn value is not believed', () => {
    localStorage.setItem(`tacit:${site}:tail:old`, '[{"event": {"name": "view_i');
    localStorage.setItem(`tacit:${site}:tail:odd`, '[{"event": {"name": "eval"}, "steady": 0}]');
    const { tail } = page('one');
    tail.adopt();
    expect(tail.waiting()).toEqual([]);
    expect(ours()).toEqual([]);
  });
});

describe('the page’s store', () => {
  beforeEach(() => localStorage.clear());

  test('touches nothing of the shop’s, and wipes all of its own', () => {
    localStorage.setItem('cart', 'the shop’s');
    const { store, tail } = page('one');
    tail.add(captured());
    store.set('visit', 'x');
    store.wipe();
    expect(Object.keys(localStorage)).toEqual(['cart']);
  });

  test('answers with nothing, and never throws, where storage is full or forbidden', () => {
    const store = createPageStore(site, () => {
      throw new DOMException('denied', 'SecurityError');
    });
    store.allow(true);
    store.set('visit', 'x');
    expect([store.get('visit'), store.keys('')]).toEqual([null, []]);
    store.wipe();
  });
});
