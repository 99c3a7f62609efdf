import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { EVENT_NAMES, TacitEvent, TrackedEvent } from './event.ts';
import { mintEventId } from './ids.ts';
import { CandidateRequest, EventBatch, OrderBatch, WireEvent } from './sync.ts';

const id = (n: number) => mintEventId(1_790_000_000_000, new Uint8Array(10).fill(n));
const EVENT = {
  event_id: id(1),
  name: 'select_item',
  time: 1_790_000_000_000,
  session_id: 's1',
  consent: { storage: true, measurement: true },
  items: [{ item_id: 'bowl', index: 0 }],
  rec: { rec_id: id(2), placement: 'for-you', position: 3, propensity: 0.25, release: 'run-1-aaaa' },
};
const is = (schema: v.GenericSchema, value: unknown) => v.is(schema, value);

describe('an event', () => {
  it("has GA4's names and our own", () => {
    for (const name of EVENT_NAMES) expect(is(TacitEvent, { ...EVENT, name })).toBe(true);
    expect(EVENT_NAMES.filter((name) => name.startsWith('rec_'))).toEqual([
      'rec_exposure',
      'rec_impression',
      'rec_feedback',
    ]);
    expect(is(TacitEvent, { ...EVENT, name: 'view' })).toBe(false);
  });

  it('carries nothing that is not on the list', () => {
    for (const extra of ['url', 'referrer', 'user_id', 'email', 'age_ms'])
      expect(is(TacitEvent, { ...EVENT, [extra]: 'x' })).toBe(false);
    expect(is(TacitEvent, { ...EVENT, items: [{ item_id: 'bowl', item_name: 'Bowl' }] })).toBe(false);
    expect(is(TacitEvent, { ...EVENT, rec: { ...EVENT.rec, user: 'x' } })).toBe(false);
    expect(is(TacitEvent, { ...EVENT, consent: { storage: true } })).toBe(false);
  });

  it('has a propensity that a policy can have', () => {
    for (const propensity of [0, -0.1, 1.01, Number.NaN])
      expect(is(TacitEvent, { ...EVENT, rec: { ...EVENT.rec, propensity } })).toBe(false);
  });

  it('goes up without what was searched for, and with its age', () => {
    expect(is(TacitEvent, { ...EVENT, search_term: 'bowls' })).toBe(true);
    expect(is(WireEvent, { ...EVENT, age_ms: 5 })).toBe(true);
    expect(is(WireEvent, EVENT)).toBe(false);
    expect(is(WireEvent, { ...EVENT, age_ms: 5, search_term: 'bowls' })).toBe(false);
  });

  it('is written by a page as far as a page can know', () => {
    expect(v.parse(TrackedEvent, { name: 'page_view' })).toEqual({ name: 'page_view', items: [] });
    expect(is(TrackedEvent, { name: 'view_item', items: [{ item_id: '' }] })).toBe(false);
  });
});

describe('a batch', () => {
  const batch = {
    protocol: 1,
    batch_id: id(3),
    pseudonym: '0'.repeat(32),
    sent_at: 1,
    events: [{ ...EVENT, age_ms: 0 }],
  };
  it('has one to fifty events and a pseudonym that names nobody', () => {
    expect(is(EventBatch, batch)).toBe(true);
    expect(is(EventBatch, { ...batch, events: [] })).toBe(false);
    expect(is(EventBatch, { ...batch, events: Array(50).fill(batch.events[0]) })).toBe(true);
    expect(is(EventBatch, { ...batch, events: Array(51).fill(batch.events[0]) })).toBe(false);
    for (const pseudonym of ['ann', '0'.repeat(31), 'G'.repeat(32), 'A'.repeat(32)])
      expect(is(EventBatch, { ...batch, pseudonym })).toBe(false);
  });

  it('of orders belongs to a site, and its lines are whole', () => {
    const order = { order_id: 'A', time: 1, lines: [{ item_id: 'bowl', quantity: 1 }] };
    expect(is(OrderBatch, { site: 'shop', orders: [order] })).toBe(true);
    expect(is(OrderBatch, { orders: [order] })).toBe(false);
    for (const quantity of [0, -1, 0.5])
      expect(
        is(OrderBatch, { site: 'shop', orders: [{ ...order, lines: [{ item_id: 'bowl', quantity }] }] }),
      ).toBe(false);
  });

  it('asks for candidates by seven bits a component', () => {
    const asked = { site: 'shop', space: 's', query: [-63, 0, 63] };
    expect(v.parse(CandidateRequest, asked).limit).toBe(100);
    for (const bad of [64, -64, 0.5]) expect(is(CandidateRequest, { ...asked, query: [bad] })).toBe(false);
    expect(is(CandidateRequest, { ...asked, pseudonym: '0'.repeat(32) })).toBe(false);
  });
});
