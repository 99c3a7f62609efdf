import { describe, expect, it } from 'vitest';
import { gather, refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { interactionsImporter } from '../tables/interactions.ts';
import { itemsImporter } from '../tables/items.ts';
import { parquetFile } from './parquet.case.ts';

const write = scratch();
const TIME = Date.UTC(2026, 0, 31, 12);

describe('Parquet', () => {
  const ITEMS = parquetFile(
    [
      { name: 'id', type: 'int64', values: [1, 2, 3] },
      { name: 'title', type: 'text', values: ['Bowl', 'Größe', null] },
      { name: 'price', type: 'double', values: [12.5, null, -1] },
      { name: 'added_at', type: 'timestamp', values: [TIME, null, null] },
      { name: 'warehouse', type: 'text', values: ['a', 'b', 'c'] },
    ],
    [2, 1],
  );

  it('gives typed cells, absent ones, and rows of several row groups', async () => {
    const { items, tally } = await gather(itemsImporter, [write('items.parquet', ITEMS)]);
    expect(items).toEqual([
      { id: '1', title: 'Bowl', price: 12.5, added_at: TIME, availability: 'in_stock' },
      { id: '2', title: 'Größe', availability: 'in_stock' },
    ]);
    expect(tally.problems.map((problem) => problem.message.replace(/^.*items\.parquet/, ''))).toEqual([
      ':3, column price: expected a number not below 0, found -1',
    ]);
    expect(tally.noted).toEqual({ 'column "warehouse" not used': 1 });
  });

  it('holds interactions too, more of them than a batch', async () => {
    const rows = Array.from({ length: 9000 }, (_, index) => index);
    const file = parquetFile(
      [
        { name: 'user_id', type: 'text', values: rows.map((row) => `user-${row % 7}`) },
        { name: 'item_id', type: 'int64', values: rows },
        { name: 'timestamp', type: 'timestamp', values: rows.map((row) => TIME + row * 1000) },
      ],
      [5000, 4000],
    );
    const { interactions } = await gather(interactionsImporter, [write('rows.parquet', file)]);
    expect(interactions.map((row) => Number(row.item))).toEqual(rows);
    expect(interactions.at(-1)).toMatchObject({ subject: 'hashed(user-4)', time: TIME + 8_999_000 });
  });

  it('is refused with a reason wherever it is cut or flipped, and never read as something else', async () => {
    for (let cut = 4; cut < ITEMS.length; cut += 13) {
      const error = await refusal(gather(itemsImporter, [write('cut.parquet', ITEMS.subarray(0, cut))]));
      expect(['syntax', 'header', 'encoding', 'format-unknown']).toContain(error.code);
    }
    for (let at = 4; at < ITEMS.length; at += 17) {
      const bytes = Uint8Array.from(ITEMS);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      const file = write('flipped.parquet', bytes);
      const outcome = await gather(itemsImporter, [file]).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome.name).toBe('InputError');
    }
  });
});
