import { describe, expect, it } from 'vitest';
import { gather, refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { feedImporter } from './importer.ts';

const write = scratch();
const rss = (items: string, head = '') =>
  write(
    'feed.xml',
    `<?xml version="1.0"?>${head}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>${items}</channel></rss>`,
  );

describe('a Merchant feed', () => {
  it('reads RSS with prefixes, entities, CDATA and nested elements', async () => {
    const { items, tally } = await gather(feedImporter, [
      rss(`<item><g:id>B1</g:id><title>Bowl &amp; lid</title><description><![CDATA[<b>Big</b>]]></description>
        <g:price>12.99 USD</g:price><g:availability>out of stock</g:availability><g:item_group_id>B</g:item_group_id>
        <g:additional_image_link>a</g:additional_image_link><g:product_type>Home &gt; Bowls</g:product_type>
        <g:product_type>Other</g:product_type><g:size>L</g:size><g:custom_label_0>summer</g:custom_label_0>
        <g:shipping><g:country>US</g:country><g:price>4 USD</g:price></g:shipping></item>`),
    ]);
    expect(items).toEqual([
      {
        id: 'B1',
        item_group_id: 'B',
        title: 'Bowl & lid',
        description: '<b>Big</b>',
        product_type: 'Home > Bowls',
        price: 12.99,
        currency: 'USD',
        availability: 'out_of_stock',
        attributes: ['size=l', 'custom_label_0=summer'],
      },
    ]);
    expect(tally.noted).toEqual({
      'column "additional_image_link" not used': 1,
      'column "shipping" not used': 1,
    });
  });

  it('reads Atom and feeds without prefixes', async () => {
    const file = write(
      'atom.xml',
      '<feed><entry><id>1</id><title>Cup</title><price>3</price></entry></feed>',
    );
    expect((await gather(feedImporter, [file])).items).toMatchObject([{ id: '1', title: 'Cup', price: 3 }]);
  });

  it('reads TSV with a feed’s spaced names', async () => {
    const file = write(
      'feed.tsv',
      'id\ttitle\timage link\tsale price\n1\t"Big" bowl\thttp://x/1.png\t2.00 EUR\n',
    );
    expect((await gather(feedImporter, [file])).items).toMatchObject([
      { title: '"Big" bowl', image_link: 'http://x/1.png', sale_price: 2, currency: 'EUR' },
    ]);
  });

  it('drops a product that will not do, by line, and keeps the rest', async () => {
    const { items, tally } = await gather(feedImporter, [
      rss('<item><g:id>1</g:id></item>\n<item><g:price>3 USD</g:price></item>\n<item><g:id>3</g:id></item>'),
    ]);
    expect(items.map((item) => item.id)).toEqual(['1', '3']);
    expect(tally.problems[0]?.place).toMatchObject({ line: 2, column: 'id' });
  });

  it('follows no entity', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>';
    const error = await refusal(gather(feedImporter, [rss('<item><g:id>&b;</g:id></item>', bomb)]));
    expect(error).toMatchObject({ code: 'syntax', expected: 'well-formed XML' });
  });

  it.each([
    ['XML that is cut off', '<rss><channel><item><id>1</id>', 'syntax'],
    ['XML that is not well-formed', '<rss><item></rss>', 'syntax'],
    ['a page of HTML', '<!doctype html><p>Not found<br>', 'syntax'],
    ['XML without products', '<rss><channel><title>Shop</title></channel></rss>', 'header'],
    ['a product without an end', `<rss><item><title>${'x'.repeat(6_000_000)}`, 'too-long'],
  ])('refuses %s', async (_what, text, code) => {
    expect((await refusal(gather(feedImporter, [write('bad.xml', text)]))).code).toBe(code);
  });
});
