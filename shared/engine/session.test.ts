import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TacitEvent } from '../protocol/event.ts';
import type { EventId, ItemId, SessionId } from '../protocol/ids.ts';
import { MOST_INTERACTIONS } from '../protocol/profile.ts';
import type { ShopperState } from './contract.ts';
import { applyEvents, MOST_APPLIED, MOST_IN_SESSION } from './session.ts';
import { event, itemId, NOBODY, NOW } from './shop.case.ts';

const MINUTE = 60_000;
const [a, b, c, d] = [1, 2, 3, 4].map(itemId) as [ItemId, ItemId, ItemId, ItemId];
const view = (item: ItemId, minute: number, own: Partial<TacitEvent> = {}) =>
  event('view_item', [item], { time: NOW + minute * MINUTE, ...own });
const items = (list: readonly { item: ItemId }[] | undefined) => list?.map(({ item }) => item);
const having = (...events: TacitEvent[]): ShopperState => applyEvents(NOBODY, events);

describe('a session', () => {
  test('holds what the shopper did, oldest first, beside the profile', () => {
    const state = having(view(a, 0), event('select_item', [b], { time: NOW + MINUTE }), view(b, 1));
    expect(state.session?.interactions.map(({ item, kind }) => [item, kind])).toEqual([
      [a, 'view'],
      [b, 'select'],
      [b, 'view'],
    ]);
    expect(state.profile.interactions).toEqual(state.session?.interactions);
    expect(state.session).toMatchObject({ id: 's-1', startedAt: NOW, lastAt: NOW + MINUTE, depth: 0 });
  });

  test('keeps its last 50 interactions; the profile keeps all', () => {
    const state = having(...Array.from({ length: 60 }, (_, i) => view(itemId(i), i / 10)));
    expect(state.session?.interactions).toHaveLength(MOST_IN_SESSION);
    expect(state.session?.interactions[0]?.item).toBe(itemId(10));
    expect(state.profile.interactions).toHaveLength(60);
  });

  test('goes on for 30 minutes without an event, and not a millisecond longer', () => {
    const still = having(view(a, 0), view(b, 30));
    expect(items(still.session?.interactions)).toEqual([a, b]);
    const anew = applyEvents(still, [view(c, 60, { time: NOW + 60 * MINUTE + 1 })], () => 's-2' as SessionId);
    expect(anew.session).toMatchObject({ id: 's-2', startedAt: NOW + 60 * MINUTE + 1 });
    expect(items(anew.session?.interactions)).toEqual([c]);
    expect(items(anew.profile.interactions)).toEqual([a, b, c]);
    expect(anew.profile.interactions.map(({ session }) => session)).toEqual(['s-1', 's-1', 's-2']);
  });

  test('lets go of what is older than an hour', () => {
    const state = having(view(a, 0), view(b, 25), view(c, 50), view(d, 75));
    expect(items(state.session?.interactions)).toEqual([b, c, d]);
    expect(state.session?.startedAt).toBe(NOW);
  });

  test('is prolonged by events without items, and counts pages', () => {
    const page = (minute: number) => event('page_view', [], { time: NOW + minute * MINUTE });
    const state = having(view(a, 0), page(20), page(45), view(b, 60));
    expect(state.session?.depth).toBe(2);
    expect(items(state.session?.interactions)).toEqual([a, b]);
  });

  test('is not held open by a clock that was a year ahead, nor by one that was set back', () => {
    const year = 365 * 24 * 60;
    const state = having(view(a, year), view(b, 0), view(c, 1));
    expect(items(state.session?.interactions)).toEqual([b, c]);
    expect(items(state.profile.interactions)).toEqual([a, b, c]);
    expect(applyEvents(state, [view(d, 2)]).session?.lastAt).toBe(NOW + 2 * MINUTE);
  });

  test('takes a late event to its place', () => {
    const state = having(view(a, 0), view(c, 10), view(b, 5));
    expect(items(state.profile.interactions)).toEqual([a, b, c]);
    expect(items(state.session?.interactions)).toEqual([a, b, c]);
    expect(state.session?.lastAt).toBe(NOW + 10 * MINUTE);
  });
});

describe('events', () => {
  const anyEvents = fc.array(
    fc.record({
      name: fc.constantFrom(
        'view_item',
        'add_to_cart',
        'remove_from_cart',
        'purchase',
        'refund',
        'page_view',
      ),
      row: fc.nat(5),
      minute: fc.integer({ min: -2000, max: 2000 }),
    }),
    { maxLength: 40 },
  );
  const asEvents = (deeds: readonly { name: string; row: number; minute: number }[]) =>
    deeds.map(({ name, row, minute }) =>
      event(name as TacitEvent['name'], [itemId(row)], { time: NOW + minute * MINUTE }),
    );

  test('count once by id, however often and in whatever batches they come', () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(40), (deeds, cut) => {
        const events = asEvents(deeds);
        const once = applyEvents(NOBODY, events);
        const twice = applyEvents(once, [...events].reverse());
        const inParts = applyEvents(applyEvents(NOBODY, events.slice(0, cut)), events);
        expect(twice).toEqual(once);
        expect(inParts).toEqual(once);
      }),
    );
  });

  test('leave the state that they came to as it was', () => {
    fc.assert(
      fc.property(anyEvents, anyEvents, (first, then) => {
        const before = applyEvents(NOBODY, asEvents(first));
        const copy = structuredClone(before);
        applyEvents(before, asEvents(then));
        expect(before).toEqual(copy);
      }),
    );
  });

  test('never break the limits of a session, whatever the clock does', () => {
    fc.assert(
      fc.property(anyEvents, (deeds) => {
        const { session } = applyEvents(NOBODY, asEvents(deeds));
        for (const { time } of session?.interactions ?? []) {
          expect(session!.lastAt - time).toBeGreaterThanOrEqual(0);
          expect(session!.lastAt - time).toBeLessThanOrEqual(60 * MINUTE);
        }
      }),
    );
  });

  test('are remembered across sessions, the latest of them', () => {
    const first = view(a, 0);
    const state = applyEvents(having(first), [view(b, 100)]);
    expect(applyEvents(state, [first])).toEqual(state);
    const many = Array.from({ length: MOST_APPLIED + 5 }, (_, i) => view(a, i));
    expect(applyEvents(NOBODY, many).session?.applied).toEqual(
      many.slice(5).map(({ event_id }): EventId => event_id),
    );
  });
});

describe('the profile', () => {
  test('knows the cart: adding, taking out, checking out, buying', () => {
    const cart = (...events: TacitEvent[]) => having(...events).profile.cart;
    const add = (...added: ItemId[]) => event('add_to_cart', added);
    expect(cart(add(a), add(b), add(a))).toEqual([a, b]);
    expect(cart(add(a, b), event('remove_from_cart', [a]))).toEqual([b]);
    expect(cart(event('begin_checkout', [a, b]))).toEqual([a, b]);
    expect(cart(add(a, b), event('purchase', [a]))).toEqual([]);
  });

  test('forgets a purchase that was refunded, by its quantity', () => {
    const buy = (quantity: number, minute: number) =>
      event('purchase', [], { items: [{ item_id: a, quantity, price: 3 }], time: NOW + minute * MINUTE });
    const refund = (quantity?: number) =>
      event('refund', [], {
        items: [{ item_id: a, ...(quantity === undefined ? {} : { quantity }) }],
        time: NOW + 9 * MINUTE,
      });
    const bought = (...events: TacitEvent[]) =>
      having(...events).profile.interactions.map(({ kind, quantity }) => [kind, quantity]);
    expect(bought(buy(2, 0), refund())).toEqual([]);
    expect(bought(buy(2, 0), refund(1))).toEqual([['purchase', 1]]);
    expect(bought(buy(2, 0), buy(1, 1), refund(2))).toEqual([['purchase', 1]]);
    expect(bought(buy(2, 0), view(b, 1), refund(5))).toEqual([['view', undefined]]);
    expect(bought(view(a, 0), refund())).toEqual([['view', undefined]]);
  });

  test('takes feedback, and takes it back', () => {
    const say = (feedback: TacitEvent['feedback'], item: ItemId) =>
      event('rec_feedback', [item], feedback === undefined ? {} : { feedback });
    const state = having(
      say('not-interested', a),
      say('dont-use', b),
      say('not-interested', c),
      say(undefined, d),
    );
    expect(state.profile).toMatchObject({ blocked: [a, c], unused: [b] });
    const undone = applyEvents(state, [say('undo', a), say('undo', b)]);
    expect(undone.profile).toMatchObject({ blocked: [c], unused: [] });
  });

  test('lets the oldest views go before anything that was bought', () => {
    const bought = Array.from({ length: 100 }, (_, i) => event('purchase', [itemId(i)], { time: NOW + i }));
    const views = Array.from({ length: MOST_INTERACTIONS }, (_, i) => view(itemId(1000 + i), 1 + i / 60));
    const { interactions } = having(...bought, ...views).profile;
    expect(interactions).toHaveLength(MOST_INTERACTIONS);
    expect(interactions.filter(({ kind }) => kind === 'purchase')).toHaveLength(100);
    expect(interactions[100]?.item).toBe(itemId(1100));
  });

  test('gives purchases no more than half, so that new views still count', () => {
    const bought = Array.from({ length: 700 }, (_, i) => event('purchase', [itemId(i)], { time: NOW + i }));
    const { interactions } = having(...bought, view(a, 1), view(b, 2)).profile;
    expect(interactions).toHaveLength(MOST_INTERACTIONS);
    expect(items(interactions.slice(-2))).toEqual([a, b]);
    expect(interactions[0]?.item).toBe(itemId(202));
  });
});
