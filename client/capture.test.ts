import { describe, expect, test } from 'vitest';
import { type MarketId, mintEventId, type SessionId } from '../shared/protocol/ids.ts';
import type { Slate } from '../shared/protocol/slate.ts';
import { captureEvent } from './capture.ts';
import { NOW } from './event.case.ts';
import { exposuresOf } from './exposure.ts';
import { emptySlate } from './inert.ts';

const AT = {
  now: NOW,
  random: new Uint8Array(10),
  session: 'visit-1' as SessionId,
  consent: { storage: true, measurement: false },
  market: 'gb' as MarketId,
};

describe('an event of the shop', () => {
  test('is kept with its id, time, session and the consent of the moment', () => {
    expect(captureEvent({ name: 'add_to_cart', items: [{ item_id: 'bowl', quantity: 2 }] }, AT)).toEqual({
      event_id: mintEventId(NOW, AT.random),
      name: 'add_to_cart',
      items: [{ item_id: 'bowl', quantity: 2 }],
      time: NOW,
      session_id: 'visit-1',
      consent: AT.consent,
      market: 'gb',
    });
  });

  test('leaves what the shop’s own code hung on it behind, on its items too', () => {
    const items = [{ item_id: 'bowl', item_name: 'Bowl', price: 3 }];
    const event = captureEvent({ name: 'page_view', email: 'a@example.org', items }, AT);
    expect(JSON.stringify(event)).not.toContain('example.org');
    expect(event.items).toEqual([{ item_id: 'bowl', price: 3 }]);
  });

  test('is plain, whatever the shop’s own code hung on it', () => {
    const value = () => 3;
    const items = [{ item_id: 'bowl', price: Number.NaN, quantity: undefined }];
    expect(captureEvent({ name: 'page_view', value, items }, AT)).toMatchObject({
      name: 'page_view',
      items: [{ item_id: 'bowl', price: null }],
    });
    expect(captureEvent(undefined, AT).items).toEqual([]);
  });

  test('that cannot be taken down is refused', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const items of [circle, [{ item_id: 1n }]])
      expect(() => captureEvent({ name: 'view_item', items }, AT)).toThrow(TypeError);
  });
});

describe('the exposure of a slate', () => {
  const slateOf = (propensities: readonly number[]): Slate =>
    ({
      ...emptySlate('for-you', 'ok').slate,
      release: 'r-1',
      entries: propensities.map((propensity, position) => ({ item: `i-${position}`, position, propensity })),
    }) as unknown as Slate;

  test('is one event where every item stood for certain', () => {
    const [event, ...others] = exposuresOf(slateOf([1, 1, 1]));
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      name: 'rec_exposure',
      items: [
        { item_id: 'i-0', index: 0 },
        { item_id: 'i-1', index: 1 },
        { item_id: 'i-2', index: 2 },
      ],
      rec: { placement: 'for-you', propensity: 1, release: 'r-1' },
    });
  });

  test('says of each item with what probability it was put there', () => {
    const events = exposuresOf(slateOf([0.5, 0.25, 0.5]));
    expect(events.map(({ items, rec }) => [rec?.propensity, items?.map(({ index }) => index)])).toEqual([
      [0.5, [0, 2]],
      [0.25, [1]],
    ]);
  });

  test('is none of an empty slate', () => {
    expect(exposuresOf(slateOf([]))).toEqual([]);
    expect(exposuresOf(emptySlate('for-you', 'no-release').slate)).toEqual([]);
  });
});
