import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { readBytes } from './bytes.ts';
import { readLines } from './lines.ts';
import { kindOf, openTable } from './open.ts';
import type { Column, Row } from './table.ts';
import { readText } from './text.ts';

const write = scratch();
const COLUMNS: readonly Column[] = [
  { name: 'id', aliases: ['item_id'], required: true },
  { name: 'title', required: true },
  { name: 'price' },
];

async function rowsOf(file: string, columns = COLUMNS): Promise<Row[]> {
  const rows: Row[] = [];
  const table = await openTable(file, columns);
  for await (const batch of table.rows()) rows.push(...batch);
  return rows;
}

async function textOf(file: string): Promise<string> {
  let all = '';
  for await (const chunk of readText(file)) all += chunk;
  return all;
}

describe('bytes and text', () => {
  it('reads gzip by its content, whatever the name says', async () => {
    expect(await textOf(write('not-zipped.csv', gzipSync('café\n')))).toBe('café\n');
    expect(await kindOf(write('plain.parquet', 'a,b\n'))).toBe('csv');
  });

  it('joins characters that two chunks share', async () => {
    const text = `${'é€😀'.repeat(60_000)}\n`;
    expect(await textOf(write('long.txt', text))).toBe(text);
    expect(await textOf(write('long.txt.gz', gzipSync(text)))).toBe(text);
  });

  it('drops a byte order mark', async () => {
    expect(await textOf(write('bom.txt', '\ufeffid\n'))).toBe('id\n');
  });

  it('names the line of a NUL', async () => {
    const error = await refusal(textOf(write('nul.txt', 'a\nb\nc\0d\n')));
    expect([error.code, error.place.line]).toEqual(['encoding', 3]);
  });

  it('refuses text that ends within a character', async () => {
    const cut = write('cut.txt', new Uint8Array([0x61, 0xe2, 0x82]));
    expect((await refusal(textOf(cut))).code).toBe('encoding');
  });

  it('refuses a folder, and gzip that was cut off or holds nothing', async () => {
    const drain = async (file: string) => {
      for await (const _ of readBytes(file));
    };
    expect((await refusal(drain('.'))).code).toBe('file-unreadable');
    const whole = gzipSync('x'.repeat(10_000));
    expect((await refusal(drain(write('cut.gz', whole.subarray(0, whole.length - 9))))).code).toBe('syntax');
    expect((await refusal(drain(write('nothing.gz', gzipSync(''))))).code).toBe('file-empty');
  });
});

describe('lines', () => {
  it('are those of a split, numbered, whatever the line ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme-ascii' }), { minLength: 1 }), async (lines) => {
        const clean = lines.map((line) => line.replaceAll(/[\r\n]/g, ''));
        const found = [];
        for await (const batch of readLines(write('lines.txt', `${clean.join('\r\n')}\r\n`)))
          found.push(...batch);
        expect(found).toEqual(clean.map((text, index) => ({ number: index + 1, text })));
      }),
      { numRuns: 30 },
    );
  });

  it('are refused beyond their longest', async () => {
    const drain = async () => {
      for await (const _ of readLines(write('l.txt', `short\n${'x'.repeat(60)}\n`), 50));
    };
    const error = await refusal(drain());
    expect([error.code, error.place.line]).toEqual(['too-long', 2]);
  });
});

describe('tables', () => {
  it('are the same rows as csv, tsv and jsonl', async () => {
    const csv = await rowsOf(write('a.csv', 'Title,ITEM ID,other\n"Bowl, ""big""\nand blue",1,x\nCup,2,y\n'));
    const tsv = await rowsOf(write('a.tsv', 'title\titem_id\nBowl, "big" and blue\t1\nCup\t2\n'));
    const jsonl = await rowsOf(
      write('a.jsonl', '{"title":"Cup","item_id":"2"}\n\n{"price":3,"title":null,"id":7,"x":1}\n'),
    );
    expect(csv.map((row) => row.cells)).toEqual([
      ['1', 'Bowl, "big"\nand blue', undefined],
      ['2', 'Cup', undefined],
    ]);
    expect(csv.map((row) => row.line)).toEqual([3, 4]);
    expect(tsv.map((row) => row.cells)).toEqual([
      ['1', 'Bowl, "big" and blue', undefined],
      ['2', 'Cup', undefined],
    ]);
    expect(jsonl.map((row) => [row.line, ...row.cells])).toEqual([
      [1, '2', 'Cup', undefined],
      [3, 7, undefined, 3],
    ]);
  });

  it('read the typed headers of RecBole and the prefixed ones of feeds', async () => {
    const rows = await rowsOf(write('a.item', 'item_id:token\ttitle:token_seq\tg:price\n1\tBowl\t2 EUR\n'));
    expect(rows[0]?.cells).toEqual(['1', 'Bowl', '2 EUR']);
  });

  it('name a missing and a doubled column', async () => {
    const missing = await refusal(rowsOf(write('m.csv', 'id,name\n1,x\n')));
    expect([missing.code, missing.place.column]).toEqual(['header', 'title']);
    expect(missing.found).toContain('"name"');
    const doubled = await refusal(rowsOf(write('d.csv', 'id,title,item_id\n1,x,2\n')));
    expect(doubled.message).toMatch(/expected one column "id", found "id" and "item_id"/);
  });

  it('mark rows that are broken and go on', async () => {
    const csv = await rowsOf(write('w.csv', 'id,title\n1,a,b\n2,c\n3\n'));
    expect(csv.map((row) => row.broken?.message.split(': ')[1])).toEqual([
      'expected 2 cells, found 3',
      undefined,
      'expected 2 cells, found 1',
    ]);
    const jsonl = await rowsOf(write('w.jsonl', '{"id":1,"title":"a"}\n[1]\n{oops\n'));
    expect(jsonl.map((row) => row.broken?.place.line)).toEqual([undefined, 2, 3]);
  });

  it('say where a quote was never closed', async () => {
    const error = await refusal(rowsOf(write('q.csv', 'id,title\n1,"open\n2,x\n')));
    expect(error).toMatchObject({ code: 'syntax', expected: 'a closing quote' });
  });

  it('tell of columns that nothing reads', async () => {
    const table = await openTable(write('u.csv', 'id,title,colour\n1,a,red\n'), COLUMNS);
    for await (const _ of table.rows());
    expect([...table.unused]).toEqual(['colour']);
  });

  it('remember no more than a hundred keys that nothing reads', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => `{"id":1,"title":"a","key-${index}":0}`);
    const table = await openTable(write('keys.jsonl', lines.join('\n')), COLUMNS);
    for await (const _ of table.rows());
    expect(table.unused.size).toBe(100);
  });

  it('refuse XML, HTML and torn Parquet', async () => {
    const html = await refusal(rowsOf(write('h.csv', '<!doctype html><p>Not found</p>')));
    expect(html.code).toBe('format-unknown');
    const torn = await refusal(rowsOf(write('t.parquet', 'PAR1 and then nothing of the kind')));
    expect(torn).toMatchObject({ code: 'syntax', expected: 'a Parquet file' });
  });
});
