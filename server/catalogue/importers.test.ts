import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { completeJourney } from './datasets/complete-journey.ts';
import { movieLens } from './datasets/movielens.ts';
import { feedImporter } from './feed/importer.ts';
import { FILE_IMPORTERS, importers } from './formats.ts';
import { generatedImporter } from './generated/importer.ts';
import { hostileFiles, importerLaws } from './importer.case.ts';
import { FORMATS } from './importer.ts';
import { onlineRetail } from './online-retail/importer.ts';
import { scratch } from './scratch.case.ts';
import { sequencesImporter, sessionsImporter } from './sequences/importer.ts';
import { interactionsImporter } from './tables/interactions.ts';
import { itemsImporter } from './tables/items.ts';
import { shoppersImporter } from './tables/shoppers.ts';

const write = scratch();

const INVOICES = `Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
1,85048A,RED MUG,2,2010-01-01 10:00:00,1.25,customer-7,United Kingdom
1,85048A,RED MUG,2,2010-01-01 10:00:00,1.25,customer-7,United Kingdom
2,85048B,BLUE MUG,x,2010-01-02 10:00:00,1.25,,United Kingdom
3,85048B,BLUE MUG,1,2010-01-02 10:00:00,1.25,,United Kingdom
`;
const SHAPE = { seed: 3, goods: 60, shoppers: 20, days: 20, until: Date.UTC(2026, 0, 1) };

importerLaws(onlineRetail, () => [write('retail.csv.gz', gzipSync(INVOICES))]);
importerLaws(interactionsImporter, () => [
  write(
    'interactions.jsonl',
    `{"user":"ann","item":"bowl","time":"2026-01-01T10:00:00Z","kind":"view"}
{"user":"ann","item":"bowl"}
{"user_id":"bob","item_id":9,"timestamp":1767261600,"event":"add_to_cart","session":"s1","price":2.5}
`,
  ),
]);
importerLaws(itemsImporter, () => [
  write('items.csv', 'id,title,price\nbowl,Bowl,12.99\ncup,Cup,cheap\nmug,Mug,3 EUR\n'),
]);
importerLaws(feedImporter, () => [
  write(
    'feed.xml',
    `<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>bowl</g:id><title>Bowl</title>
<g:price>12.99 USD</g:price></item><item><g:id></g:id></item></channel></rss>`,
  ),
]);
importerLaws(sequencesImporter, () => [write('sequences.txt', 'ann 1 2 3\nbob\ncy 2 2\n')]);
importerLaws(sessionsImporter, () => [write('sessions.txt', '1 2 3\n2\n')]);
importerLaws(movieLens, () => [
  write('movies.csv', 'movieId,title,genres\n1,"Heat, The (1995)",Action|Crime\n'),
  write('ratings.csv', 'userId,movieId,rating,timestamp\nuser-1,1,4.0,964982703\nuser-2,1,many,964982703\n'),
]);
importerLaws(completeJourney, () => [
  write(
    'products.csv',
    `product_id,manufacturer_id,department,brand,product_category,product_type,package_size
9e+05,2,GROCERY,National,FRZN ICE,ICE - CRUSHED,22 LB
7,2,FUEL,National,,,
8,2,GROCERY,Private,BREAD,ROLLS,
`,
  ),
  write(
    'transactions.csv',
    `household_id,basket_id,product_id,quantity,sales_value,transaction_timestamp
household-1,100,900000,2,3,2017-01-28T19:06:53Z
household-1,100,7,2,3,2017-01-28T19:06:53Z
household-1,101,900000,0,3,2017-01-28T19:06:53Z
household-1,102,900000,one,3,2017-01-28T19:06:53Z
`,
  ),
]);
importerLaws(shoppersImporter, () => [
  write(
    'shoppers.csv',
    `shopper_id,home,size\nann-1,flat,1\nbob-2,house,\ncy-3,,\nann-1,house,2\ndee-4,flat,${'x'.repeat(65)}\n`,
  ),
]);
importerLaws(generatedImporter(SHAPE), () => []);

for (const importer of FILE_IMPORTERS) hostileFiles(importer, write);

describe('the table of formats', () => {
  it('has an importer for every format, each once', () => {
    expect(
      importers(SHAPE)
        .map((importer) => importer.format)
        .sort(),
    ).toEqual([...FORMATS].sort());
  });
});
