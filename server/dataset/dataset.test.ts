import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interactions, KINDS } from '../../models/contract.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { StoredInteraction } from '../store/contract.ts';
import { buildCatalogue, rowsById } from './catalogue.ts';
import { before, buildDataset, timeSpan } from './dataset.ts';

const item = (id: string, group?: string): Item => ({
  id: id as Item['id'],
  title: id,
  availability: 'in_stock',
  ...(group === undefined ? {} : { item_group_id: group as Item['id'] }),
});
const row = (subject: string | null, id: string, time: number, visit = 'v'): StoredInteraction => ({
  key: `${subject}${id}${time}`,
  subject,
  visit,
  item: id,
  kind: 'view',
  time,
  quantity: 1,
  price: null,
  origin: 'import',
});

describe('catalogue', () => {
  it('makes one row of the variants of a group, in byte order of ids', async () => {
    const { groups } = buildCatalogue([item('z-1', 'é'), item('b'), item('z-0', 'é'), item('B')]);
    expect(groups.map(({ id }) => id)).toEqual(['B', 'b', 'é']);
    expect(groups[2]!.variants.map(({ id }) => id)).toEqual(['z-0', 'z-1']);
    expect(rowsById({ groups }).get('z-1')).toBe(2);
  });
});

describe('dataset', () => {
  const items = [item('a'), item('b1', 'b'), item('b2', 'b')];

  it('is the same however an installation names its shoppers', async () => {
    const of = async (names: Record<string, string>) => {
      const stored = [
        row('u', 'a', 10),
        row('v', 'a', 10),
        row('u', 'b1', 20),
        row('v', 'a', 20),
        row('w', 'b2', 3),
        row('x', 'a', 50),
        { ...row('y', 'a', 50), kind: 'cart' as const },
      ];
      const renamed = stored.map((one) => ({ ...one, subject: names[one.subject!]! }));
      return buildDataset(
        items,
        renamed.sort((a, b) => (a.subject < b.subject ? -1 : 1)),
        90,
      );
    };
    const first = await of({ u: '1', v: '2', w: '3', x: '4', y: '5' });
    const second = await of({ u: '9', v: '5', w: '0', x: '7', y: '6' });
    expect(first.dataset.interactions).toEqual(second.dataset.interactions);
    expect(first.hash).toBe(second.hash);
  });

  it('orders rows by user and time, whatever order they came in, and counts what it cannot use', async () => {
    const stored = [
      row('u', 'b2', 30),
      row(null, 'a', 5, 'x'),
      row('u', 'a', 10),
      row('u', 'gone', 11),
      row('u', 'a', 99),
    ];
    const { dataset, dropped } = await buildDataset(items, stored, 90);
    const { users, offsets, item: rows, time } = dataset.interactions;
    expect([users, [...offsets], [...rows], [...time]]).toEqual([2, [0, 1, 3], [0, 0, 1], [5, 10, 30]]);
    expect(dropped).toEqual({ unknownItem: 1, future: 1 });
    expect(dataset.until).toBe(31);
    expect(timeSpan(dataset.interactions)).toEqual({ from: 5, to: 30 });
  });

  it('puts rows where a plain reading of the rule puts them', async () => {
    const rowOf = fc.record({
      subject: fc.option(fc.constantFrom('u', 'v', 'w'), { nil: null }),
      item: fc.constantFrom('a', 'b1', 'b2', 'gone'),
      kind: fc.constantFrom(...KINDS),
      time: fc.integer({ min: 0, max: 6 }),
      visit: fc.constantFrom('x', 'y', 'z'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { maxLength: 30 }), async (drawn) => {
        const stored = drawn.map((own) => ({ ...row(own.subject, own.item, own.time), ...own }));
        const { dataset } = await buildDataset(items, stored, 6);
        expect(dataset.interactions).toEqual(naivelyPlaced(stored, 6));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps visits of nobody known apart', async () => {
    const { dataset } = await buildDataset(items, [row(null, 'a', 1, 'x'), row(null, 'a', 2, 'y')], 9);
    expect(dataset.interactions.users).toBe(2);
  });

  it('has another hash as soon as anything that training reads is another', async () => {
    const { hash: one } = await buildDataset(items, [row('u', 'a', 1)], 9);
    expect((await buildDataset(items, [row('u', 'a', 1)], 9)).hash).toBe(one);
    expect((await buildDataset(items, [row('u', 'b1', 1)], 9)).hash).not.toBe(one);
    expect((await buildDataset(items.slice(0, 2), [row('u', 'a', 1)], 9)).hash).not.toBe(one);
  });

  it('is the shop as it was known before a moment', async () => {
    const { dataset } = await buildDataset(items, [row('u', 'a', 1), row('u', 'a', 5), row('w', 'a', 6)], 9);
    const earlier = before(dataset, 5);
    expect([...earlier.interactions.time]).toEqual([1]);
    expect(earlier.interactions.users).toBe(2);
    expect(earlier.until).toBe(5);
  });
});

const ROWS: Readonly<Record<string, number>> = { a: 0, b1: 1, b2: 1 };

/** People by what they did, their rows by time, visits as they begin. */
function naivelyPlaced(stored: readonly StoredInteraction[], now: number): Interactions {
  const people = new Map<string, StoredInteraction[]>();
  for (const one of stored.filter(({ item: id, time }) => ROWS[id] !== undefined && time < now)) {
    const name = one.subject === null ? `nobody ${one.visit}` : `somebody ${one.subject}`;
    people.set(name, [...(people.get(name) ?? []), one]);
  }
  const told = [...people.values()].map((own) => own.sort((a, b) => a.time - b.time));
  const deeds = (own: StoredInteraction[]) =>
    own.map(({ time, item: id, kind }) => [time, ROWS[id]!, KINDS.indexOf(kind)].join(' ')).join(',');
  told.sort((a, b) => (deeds(a) < deeds(b) ? -1 : deeds(a) > deeds(b) ? 1 : 0));
  const begun: string[] = [];
  const visit = told.flatMap((own, user) =>
    own.map((one) => {
      const name = `${user} ${one.visit}`;
      if (!begun.includes(name)) begun.push(name);
      return begun.indexOf(name);
    }),
  );
  const all = told.flat();
  return {
    users: told.length,
    items: 2,
    offsets: Uint32Array.from([0, ...told.map((_, at) => told.slice(0, at + 1).flat().length)]),
    item: Uint32Array.from(all, ({ item: id }) => ROWS[id]!),
    kind: Uint8Array.from(all, ({ kind }) => KINDS.indexOf(kind)),
    time: Float64Array.from(all, ({ time }) => time),
    visit: Uint32Array.from(visit),
  };
}
