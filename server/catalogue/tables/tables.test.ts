import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as cells from '../cells.ts';
import { gather } from '../importer.case.ts';
import { InputError } from '../input.ts';
import { scratch } from '../scratch.case.ts';
import { interactionsImporter } from './interactions.ts';
import { itemsImporter } from './items.ts';

const write = scratch();
const place = { file: 'f', line: 1, column: 'c' };
const json = (...rows: object[]) => write('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));

describe('cells', () => {
  it('read times in every common form', () => {
    const noon = Date.UTC(2026, 0, 31, 12);
    for (const value of [
      '2026-01-31T12:00:00Z',
      '2026-01-31 12:00:00',
      '2026-01-31T13:00:00+01:00',
      '2026-01-31 12:00',
      noon,
      String(noon),
      noon / 1000,
      String(noon / 1000),
      new Date(noon),
    ])
      expect(cells.time([value, place])).toBe(noon);
    expect(cells.time(['2026-01-31', place])).toBe(Date.UTC(2026, 0, 31));
    expect(cells.time([' ', place])).toBeUndefined();
  });

  it.each(['31.01.2026', 'soon', '2026-13-01', -1, true, {}])('refuse %j as a time', (value) =>
    expect(() => cells.time([value, place])).toThrow(/^f:1, column c: expected a time/),
  );

  it('read ids that a spreadsheet has mangled', () => {
    const ids = ['9e+05', '13085.0', 900000, '007', 'A1'].map((value) => cells.id([value, place]));
    expect(ids).toEqual(['900000', '13085', '900000', '007', 'A1']);
  });

  it('never throw anything but a named refusal', () => {
    const readers = [cells.text, cells.id, cells.number, cells.notNegative, cells.time];
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...readers), (value, read) => {
        try {
          read([value, place] as never);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});

describe('interactions', () => {
  it('take the usual names and words', async () => {
    const { interactions, tally } = await gather(interactionsImporter, [
      json(
        { user_id: 5, product_id: 9e5, timestamp: 1_767_261_600, event_type: 'Add to cart', session_id: 's' },
        { customer: 'ann', sku: 'cup', date: '2026-01-01', qty: 2, price: '3.5', type: 'purchase' },
        { item: 'cup', time: 1, session: 's' },
      ),
    ]);
    expect(interactions).toMatchObject([
      { subject: 'hashed(5)', item: '900000', kind: 'cart', visit: 's', time: 1_767_261_600_000 },
      { subject: 'hashed(ann)', kind: 'purchase', quantity: 2, price: 3.5 },
      { subject: null, kind: 'view', quantity: 1, price: null },
    ]);
    expect(tally.noted).toEqual({ 'rows without a user': 1 });
  });

  it('make one visit of a day', async () => {
    const rows = [1, 2, 30].map((hour) => ({ user: 'ann', item: 'cup', time: Date.UTC(2026, 0, 1, hour) }));
    const { interactions } = await gather(interactionsImporter, [json(...rows)]);
    const visits = interactions.map((row) => row.visit);
    expect(visits[0]).toBe(visits[1]);
    expect(visits[0]).not.toBe(visits[2]);
  });

  it('count equal rows once, unless they have ids of their own', async () => {
    const row = { user: 'ann', item: 'cup', time: 1 };
    const { interactions } = await gather(interactionsImporter, [
      json(row, row, { ...row, id: 'a' }, { ...row, id: 'b' }),
    ]);
    expect(new Set(interactions.map((one) => one.key)).size).toBe(3);
  });

  it('name the column of a row that will not do', async () => {
    const good = { user: 'ann', item: 'cup', time: 1 };
    const { tally } = await gather(interactionsImporter, [
      json(
        { ...good, time: 'late' },
        { ...good, kind: 'stole' },
        { ...good, quantity: 0 },
        { ...good, price: -1 },
        { item: 'cup', time: 1 },
        { user: 'ann', time: 1 },
        { ...good, item: 'x'.repeat(200) },
      ),
    ]);
    expect(tally.dropped).toEqual({
      'bad time': 1,
      'bad kind': 1,
      'bad quantity': 1,
      'bad price': 1,
      'bad user': 1,
      'bad item': 2,
    });
    expect(tally.problems[1]?.message).toMatch(
      /rows\.jsonl:2, column kind: expected view, select, cart or purchase, found "stole"/,
    );
  });
});

describe('items', () => {
  it('take a feed’s words, prices with currencies, and describing columns', async () => {
    const { items } = await gather(itemsImporter, [
      json({
        id: 'b-1',
        item_group_id: 'b',
        title: 'Bowl',
        price: '12.99 USD',
        sale_price: 'USD 9.50',
        availability: 'in stock',
        color: 'Red',
        attributes: ['oak', 'oak', ' '],
        margin_tier: 'HIGH',
        offers: [{ market: 'DE', price: 11 }],
        unknown: 1,
      }),
    ]);
    expect(items).toEqual([
      {
        id: 'b-1',
        item_group_id: 'b',
        title: 'Bowl',
        price: 12.99,
        sale_price: 9.5,
        currency: 'USD',
        availability: 'in_stock',
        margin_tier: 'high',
        attributes: ['oak', 'colour=red'],
        offers: [{ market: 'DE', price: 11 }],
      },
    ]);
  });

  it('drop and name what the wire would not take', async () => {
    const { items, tally } = await gather(itemsImporter, [
      json(
        { id: 'a', availability: 'perhaps' },
        { id: 'b', price: '12,99' },
        { id: 'c', rating: 7 },
        { id: 'd', currency: 'euro' },
        { id: 'e', offers: 'none' },
        { id: 'f', offers: [{ market: 'DE', prize: 1 }] },
        { id: 'h', attributes: [{ toString: 0 }] },
        { title: 'nameless' },
        { id: 'g' },
      ),
    ]);
    expect(items).toEqual([{ id: 'g', title: 'g', availability: 'in_stock' }]);
    expect(tally.dropped).toEqual({
      'bad availability': 1,
      'bad price': 1,
      'bad rating': 1,
      'bad currency': 1,
      'bad offers': 2,
      'bad attributes': 1,
      'bad id': 1,
    });
  });
});
