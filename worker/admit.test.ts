import { describe, expect, test } from 'vitest';
import type { DeviceOptions } from '../shared/protocol/device.ts';
import type { SlateRequest } from '../shared/protocol/slate.ts';
import { admitAttributes, admitEvents, admitOptions, admitRequest } from './admit.ts';
import { captured } from './sync/event.case.ts';

const event = (own: Record<string, unknown>) => {
  const { event, steady } = captured();
  return { event: { ...event, ...own }, steady };
};

describe('what a page hands over', () => {
  test('is taken as it is where a schema admits it', () => {
    const given = [captured(), captured()];
    expect(admitEvents(given)).toEqual({ events: given, refused: [] });
  });

  test.each([
    ['no name', event({ name: undefined }), /^name/],
    ['an unknown name', event({ name: 'eval' }), /^name/],
    ['an empty id', event({ items: [{ item_id: '' }] }), /^items\.0\.item_id/],
    ['an unknown currency', event({ currency: 'pounds' }), /^currency: expected an ISO 4217/],
    ['a price that is no number', event({ items: [{ item_id: 'bowl', price: null }] }), /^items\.0\.price/],
    ['a key of its own', event({ email: 'a@example.org' }), /email/],
    ['nothing', undefined, /./],
  ])('an event with %s is refused by name, and the others are taken', (_, odd, why) => {
    const good = captured();
    const { events, refused } = admitEvents([odd, good]);
    expect(events).toEqual([good]);
    expect(refused).toEqual([expect.stringMatching(why)]);
  });

  test('a request leaves out ids that cannot be', () => {
    const items = ['bowl', '', 'x'.repeat(200), 7] as never;
    expect(admitRequest({ placement: 'similar', items, limit: 4 })).toEqual({
      placement: 'similar',
      items: ['bowl'],
      limit: 4,
    });
  });

  test.each<[string, unknown]>([
    ['no placement of ours', { placement: 'footer' }],
    ['none of anything', { placement: 'similar', limit: 0 }],
    ['no list', { placement: 'similar', items: 'bowl' }],
    ['a key of its own', { placement: 'similar', email: 'a@example.org' }],
    ['nothing', undefined],
  ])('a request for %s is refused', (_, request) => {
    expect(() => admitRequest(request as SlateRequest)).toThrow(expect.objectContaining({ name: 'Refusal' }));
  });

  const OPTIONS = {
    site: 'shop',
    mode: 'off',
    refreshEvery: 60_000,
    serverCandidates: false,
  } as DeviceOptions;
  test.each<[string, object, RegExp]>([
    ['too long a site id', { site: 'x'.repeat(65) }, /^site/],
    ['an unknown mode', { mode: 'all' }, /^mode/],
    ['a market that is no id', { market: 'g\u0000b' }, /^market: an id has no control/],
    ['haste', { refreshEvery: 10 }, /^refreshEvery/],
    ['a write key that is none', { writeKey: 7 }, /^writeKey/],
    ['candidates perhaps', { serverCandidates: 'perhaps' }, /^serverCandidates/],
  ])('options with %s are refused by name', (_, own, why) => {
    expect(() => admitOptions(OPTIONS)).not.toThrow();
    expect(() => admitOptions({ ...OPTIONS, ...own })).toThrow(why);
  });

  test('attributes are words, and not too many', () => {
    expect(admitAttributes({ age: '35-44' })).toEqual({ age: '35-44' });
    expect(() => admitAttributes({ size: 7 })).toThrow(/size/);
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`a${at}`, 'x']));
    expect(() => admitAttributes(many)).toThrow(/at most 32/);
  });
});
