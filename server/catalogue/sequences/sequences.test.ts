import { describe, expect, it } from 'vitest';
import { describeWithData } from '../../../tests/data.ts';
import { gather, refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { ORDER_CLOCK_END, sequencesImporter, sessionsImporter } from './importer.ts';
import { readItemAttributes, readSequences, readSessions } from './reader.ts';

const write = scratch();
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found = [];
  for await (const one of source) found.push(one);
  return found;
}

describe('the readers', () => {
  it('give users and items in order, whatever the blanks and line ends', async () => {
    const file = write('s.txt', 'ann 1  2\t3\r\n\nbob x ');
    expect(await all(readSequences(file))).toEqual([
      { line: 1, user: 'ann', items: ['1', '2', '3'] },
      { line: 3, user: 'bob', items: ['x'] },
    ]);
    expect(await all(readSessions(file))).toEqual([
      { line: 1, items: ['ann', '1', '2', '3'] },
      { line: 3, items: ['bob', 'x'] },
    ]);
  });

  it.each([
    ['a user without items', 'ann 1\nbob\n', 2],
    ['a user twice', 'ann 1\nbob 2\nann 3\n', 3],
    ['an id without end', `ann ${'9'.repeat(200)}\n`, 1],
  ])('refuse %s, by line', async (_what, text, line) => {
    const error = await refusal(all(readSequences(write('bad.txt', text))));
    expect(error).toMatchObject({ code: 'value', place: { line } });
  });

  it('read attributes beside sequences', async () => {
    const file = write('attributes.json', '{"1":[3,"red"],"2":[]}');
    expect(await readItemAttributes(file)).toEqual(
      new Map([
        ['1', ['3', 'red']],
        ['2', []],
      ]),
    );
    for (const [text, code] of [
      ['[1]', 'syntax'],
      ['{"1":3}', 'value'],
      ['{"1":[', 'syntax'],
    ] as const)
      expect((await refusal(readItemAttributes(write('bad.json', text)))).code).toBe(code);
  });
});

describe('imports of order alone', () => {
  it('end every user’s sequence on the same day', async () => {
    const { interactions, bare } = await gather(sequencesImporter, [write('q.txt', 'ann 1 2 1\nbob 3\n')]);
    expect(bare).toEqual(['1', '2', '3']);
    const daysAgo = interactions.map((row) => [
      row.subject,
      row.item,
      (ORDER_CLOCK_END - row.time) / 86_400_000,
    ]);
    expect(daysAgo).toEqual([
      ['hashed(ann)', '1', 2],
      ['hashed(ann)', '2', 1],
      ['hashed(ann)', '1', 0],
      ['hashed(bob)', '3', 0],
    ]);
  });

  it('count broken lines and go on', async () => {
    const { interactions, tally } = await gather(sequencesImporter, [write('b.txt', 'ann 1\nbob\nann 2\n')]);
    expect(interactions).toHaveLength(1);
    expect(tally.dropped).toEqual({ 'broken row': 2 });
  });

  it('keep sessions in file order, each a visit of nobody known', async () => {
    const { interactions } = await gather(sessionsImporter, [write('c.txt', '1 2\n3\n')]);
    expect(interactions.map((row) => [row.visit, row.item, row.subject])).toEqual([
      ['session-1', '1', null],
      ['session-1', '2', null],
      ['session-2', '3', null],
    ]);
    const times = interactions.map((row) => row.time);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });
});

describeWithData('public sequences and sessions are read whole', (file) => {
  it('Beauty', async () => {
    const sequences = await all(readSequences(file('amazon-beauty/sequences.txt')));
    const items = sequences.flatMap((one) => one.items);
    expect([sequences.length, items.length, new Set(items).size]).toEqual([22_363, 198_502, 12_101]);
    const attributes = await readItemAttributes(file('amazon-beauty/item_attributes.json'));
    expect(attributes.size).toBe(12_101);
  });

  it('Diginetica', async () => {
    const sessions = await all(readSessions(file('diginetica/test_sessions.txt')));
    const prefixes = sessions.reduce((sum, one) => sum + one.items.length - 1, 0);
    expect([sessions.length, prefixes]).toEqual([15_963, 60_858]);
  });
});
