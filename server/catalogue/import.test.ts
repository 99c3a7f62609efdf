import { describe, expect, it } from 'vitest';
import type { ItemId, MarketId, SiteId } from '../../shared/protocol/ids.ts';
import { openStore } from '../store/store.ts';
import { detectFormat } from './formats.ts';
import { type ImportRequest, importFiles } from './import.ts';
import { refusal } from './importer.case.ts';
import { scratch } from './scratch.case.ts';
import { sequencesImporter } from './sequences/importer.ts';
import { interactionsImporter } from './tables/interactions.ts';
import { itemsImporter } from './tables/items.ts';
import { rehearse } from './time-shift.ts';

const write = scratch();
const SITE = 'shop' as SiteId;
const DAY = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 5, 17, 12);

function shop() {
  const store = openStore(':memory:');
  const load = (request: Omit<ImportRequest, 'site'>, signal = new AbortController().signal) =>
    importFiles(
      { ...request, site: SITE },
      { store, subjectOf: (customer) => `hashed(${customer})`, progress() {}, signal, now: () => NOW },
    );
  return { store, load };
}

describe('an import', () => {
  it('brings items up to date and leaves interactions as they are', async () => {
    const { store, load } = shop();
    await load({ importer: itemsImporter, files: [write('1.csv', 'id,title\nbowl,Bowl\ncup,Cup\n')] });
    const again = await load({
      importer: itemsImporter,
      files: [write('2.csv', 'id,title\nbowl,Big bowl\n')],
    });
    expect(again.items).toEqual({ added: 0, known: 1 });
    expect(store.catalogue.all(SITE).map((item) => item.title)).toEqual(['Big bowl', 'Cup']);
  });

  it('adds bare items only where the catalogue has nothing better', async () => {
    const { store, load } = shop();
    await load({ importer: itemsImporter, files: [write('3.csv', 'id,title\n1,Bowl\n')] });
    const { items } = await load({ importer: sequencesImporter, files: [write('4.txt', 'ann 1 2\n')] });
    expect(items).toEqual({ added: 1, known: 1 });
    expect(store.catalogue.all(SITE).map((item) => item.title)).toEqual(['Bowl', '2']);
  });

  it('tells how many interactions the catalogue cannot place', async () => {
    const { load } = shop();
    await load({ importer: itemsImporter, files: [write('5.csv', 'id,title\nbowl,Bowl\n')] });
    const file = write('6.csv', 'user,item,time\nann,bowl,1\nann,shopify_9,2\nbob,shopify_9,3\n');
    expect((await load({ importer: interactionsImporter, files: [file] })).unmatched).toBe(2);
  });

  it('writes nothing, not even the site, where a file is refused', async () => {
    const { store, load } = shop();
    const error = await refusal(load({ importer: itemsImporter, files: [write('7.csv', 'name\nBowl\n')] }));
    expect(error.code).toBe('header');
    expect(store.sites.list()).toEqual([]);
  });

  it('refuses too few and too many files', async () => {
    const { load } = shop();
    await refusal(load({ importer: itemsImporter, files: [] }));
    const file = write('8.txt', 'ann 1\n');
    const error = await refusal(load({ importer: sequencesImporter, files: [file, file] }));
    expect(error.message).toBe('sequences: expected 1 files, found 2');
  });

  it('keeps what it has when it is interrupted, and finishes when it runs again', async () => {
    const { store, load } = shop();
    const rows = Array.from({ length: 9000 }, (_, i) => `ann,item-${i},${i}`);
    const request = {
      importer: interactionsImporter,
      files: [
        write('9.csv', `user,item,time\n${rows.slice(0, 10).join('\n')}\n`),
        write('10.csv', `user,item,time\n${rows.join('\n')}\n`),
      ],
    };
    await expect(load(request, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    const finished = await load(request);
    expect(finished.interactions.added).toBe(9000);
    expect(store.interactions.count(SITE)).toBe(9000);
  });
});

describe('times that are moved', () => {
  const file = () =>
    write('t.csv', 'user,item,time\nann,bowl,2010-11-30T09:00:00Z\nann,cup,2010-12-09T20:01:00Z\n');

  it('fall into the week before the day that is asked for, on the same weekday and hour', async () => {
    const { store, load } = shop();
    const { shiftedDays } = await load({ importer: interactionsImporter, files: [file()], shiftTo: NOW });
    const [first, last] = [...store.interactions.all(SITE)].map((row) => new Date(row.time));
    expect(shiftedDays % 7).toBe(0);
    expect(NOW - (last?.getTime() ?? 0)).toBeGreaterThanOrEqual(0);
    expect(NOW - (last?.getTime() ?? 0)).toBeLessThan(7 * DAY);
    expect([last?.getUTCDay(), last?.getUTCHours()]).toEqual([4, 20]);
    expect((last?.getTime() ?? 0) - (first?.getTime() ?? 0)).toBe(
      Date.UTC(2010, 11, 9, 20, 1) - Date.UTC(2010, 10, 30, 9),
    );
  });

  it('do not make known rows new', async () => {
    const { load } = shop();
    await load({ importer: interactionsImporter, files: [file()] });
    const again = await load({ importer: interactionsImporter, files: [file()], shiftTo: NOW });
    expect(again.interactions).toEqual({ added: 0, known: 2 });
  });

  it('come from one reading where its rows can be kept, from two where they are too many', async () => {
    const context = { subjectOf: (one: string) => one, progress() {}, signal: new AbortController().signal };
    const kept = await rehearse(interactionsImporter, [file()], context);
    const times: number[] = [];
    kept.replay?.({
      items() {},
      bareItems() {},
      interactions: (batch) => times.push(...batch.map((row) => row.time)),
      shoppers() {},
    });
    expect(times).toHaveLength(2);
    expect(kept.newest).toBe(times[1]);
    const tooMany = await rehearse(interactionsImporter, [file()], context, 1);
    expect([tooMany.newest, tooMany.replay]).toEqual([kept.newest, undefined]);
  });

  it('take the items with them', async () => {
    const { store, load } = shop();
    const items = write(
      'i.jsonl',
      '{"id":"bowl","added_at":"2010-01-01","promoted_until":"2010-01-08"}\n{"id":"cup"}',
    );
    await load({ importer: itemsImporter, files: [items], shiftTo: NOW });
    const [bowl, cup] = store.catalogue.all(SITE);
    expect((bowl?.promoted_until ?? 0) - (bowl?.added_at ?? 0)).toBe(7 * DAY);
    expect(NOW - (bowl?.added_at ?? 0)).toBeLessThan(7 * DAY);
    expect(cup?.added_at).toBeUndefined();
  });
});

describe('markets', () => {
  const file = () => write('m.csv', 'id,price\na,1 EUR\nb,2 EUR\nc,3 GBP\n');

  it('are one in the commonest currency where nobody says', async () => {
    const { store, load } = shop();
    const { markets } = await load({ importer: itemsImporter, files: [file()] });
    expect(markets).toEqual([{ id: 'default', currency: 'EUR', language: 'en' }]);
    expect(store.sites.markets(SITE)).toEqual(markets);
  });

  it('are those that were named, besides those that were known', async () => {
    const { store, load } = shop();
    const market = (id: string) => ({ id: id as MarketId, currency: 'EUR', language: 'de' });
    await load({ importer: itemsImporter, files: [file()], market: market('DE') });
    await load({ importer: itemsImporter, files: [file()], market: market('AT') });
    expect(store.sites.markets(SITE).map((one) => one.id)).toEqual(['DE', 'AT']);
  });

  it('wait for a catalogue', async () => {
    const { store, load } = shop();
    await load({ importer: interactionsImporter, files: [write('n.csv', 'user,item,time\nann,bowl,1\n')] });
    expect(store.sites.markets(SITE)).toEqual([]);
    store.catalogue.upsert(SITE, [{ id: 'x' as ItemId, title: 'x', availability: 'in_stock' }], NOW);
    const { markets } = await load({
      importer: interactionsImporter,
      files: [write('o.csv', 'user,item,time\nann,x,1\n')],
    });
    expect(markets).toEqual([{ id: 'default', currency: 'XXX', language: 'en' }]);
  });
});

describe('a format', () => {
  it.each([
    ['Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country', 'online-retail'],
    ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country', 'online-retail'],
    ['userId,movieId,rating,timestamp', 'movielens'],
    ['movieId,title,genres', 'movielens'],
    [
      'household_id,store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp',
      'complete-journey',
    ],
    ['user_id:token\titem_id:token\ttimestamp:float', 'interactions'],
    ['{"visitor":1,"sku":"a","ts":1}', 'interactions'],
    ['id\ttitle\tprice', 'items'],
    ['<?xml version="1.0"?><rss/>', 'merchant-feed'],
  ])('is told from %j', async (head, format) => {
    expect(await detectFormat(write('f', `${head}\n`))).toBe(format);
  });

  it.each(['1 2 3', 'a,b', '%PDF-1.7', '{}'])('is asked for where %j could be anything', async (head) => {
    const error = await refusal(detectFormat(write('g', `${head}\n`)));
    expect(error.code).toBe('format-unknown');
    expect(error.message).toContain('--format');
  });
});
