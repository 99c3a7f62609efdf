import { describe, expect, it } from 'vitest';
import { describeWithData } from '../../../tests/data.ts';
import { gather, refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { onlineRetail } from './importer.ts';
import { productTypeOf } from './product-type.ts';
import { cleanDescription, titleCase } from './title.ts';

const write = scratch();
const HEADER = 'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n';
const line = (
  own: Partial<Record<'invoice' | 'code' | 'text' | 'quantity' | 'time' | 'price' | 'customer', string>>,
) => {
  const { invoice = '1', code = '85048', text = 'MUG', quantity = '1', time = '2010-03-01 09:30:00' } = own;
  return `${invoice},${code},${text},${quantity},${time},${own.price ?? '2.5'},${own.customer ?? '7'},United Kingdom\n`;
};
const reading = (...lines: string[]) => gather(onlineRetail, [write('lines.csv', HEADER + lines.join(''))]);

describe('cleaning', () => {
  it('counts every line that is not a sale under its reason', async () => {
    const { tally, interactions } = await reading(
      line({}),
      line({}),
      line({ invoice: 'C2', quantity: '-1' }),
      line({ invoice: 'A3' }),
      line({ invoice: '4', quantity: '-5' }),
      line({ invoice: '5', price: '0' }),
      line({ invoice: '6', code: 'POST' }),
      line({ invoice: '6', code: 'DCGSSBOY' }),
      line({ invoice: '7', time: 'yesterday' }),
    );
    expect(interactions).toHaveLength(1);
    expect(tally.dropped).toEqual({
      'duplicate line': 1,
      cancellation: 1,
      adjustment: 1,
      'quantity not above 0': 1,
      'price not above 0': 1,
      'fee, postage or sample': 2,
      'bad InvoiceDate': 1,
    });
    expect(tally.problems[0]?.message).toMatch(
      /lines\.csv:10, column InvoiceDate: expected a time.*, found "yesterday"/,
    );
  });

  it('keeps goods: five digits with or without letters, in either case, and the few DCGS codes', async () => {
    const { items } = await reading(
      line({ invoice: '1', code: '85048' }),
      line({ invoice: '2', code: '85049a' }),
      line({ invoice: '3', code: 'DCGS0066P' }),
    );
    expect(items.map((item) => item.id)).toEqual(['85048', '85049A', 'DCGS0066P']);
  });

  it('adds up what an invoice says twice of one item', async () => {
    const { interactions, tally } = await reading(
      line({ quantity: '2' }),
      line({ quantity: '3', price: '9' }),
      line({ quantity: '0' }),
    );
    expect(interactions).toMatchObject([{ quantity: 5, price: 2.5, key: 'online-retail:1:85048' }]);
    expect(tally.dropped).toEqual({
      'merged into the same item of its invoice': 1,
      'quantity not above 0': 1,
    });
  });

  it('reads a sale as it was: invoice, customer, time', async () => {
    const { interactions, tally } = await reading(
      line({ customer: '13085.0' }),
      line({ invoice: '2', customer: '' }),
    );
    expect(interactions).toMatchObject([
      { visit: '1', subject: 'hashed(13085)', time: Date.UTC(2010, 2, 1, 9, 30), kind: 'purchase' },
      { visit: '2', subject: null },
    ]);
    expect(tally.noted).toEqual({ 'sales without a customer': 1 });
  });
});

describe('the catalogue behind the sales', () => {
  it('takes the commonest description and the median price', async () => {
    const { items } = await reading(
      line({ invoice: '1', text: ' RED  RETROSPOT MUG .', price: '1' }),
      line({ invoice: '2', text: 'RED RETROSPOT MUG', price: '3' }),
      line({ invoice: '3', text: 'RED SPOTTY MUG', price: '100', time: '2010-01-05 08:00:00' }),
      line({ invoice: '4', text: '', price: '2' }),
    );
    expect(items).toMatchObject([
      {
        title: 'Red Retrospot Mug',
        price: 2.5,
        currency: 'GBP',
        product_type: 'Kitchen > Mugs',
        availability: 'in_stock',
        added_at: Date.UTC(2010, 0, 5, 8),
      },
    ]);
  });

  it('keeps variants apart and tells that they share a style', async () => {
    const { items } = await reading(
      line({ invoice: '1', code: '85048A' }),
      line({ invoice: '2', code: '85048B' }),
      line({ invoice: '3', code: '22222' }),
    );
    expect(items.map((item) => item.attributes)).toEqual([['style=85048'], ['style=85048'], undefined]);
    expect(items.every((item) => item.item_group_id === undefined)).toBe(true);
  });

  it('falls back on the code where nothing is described', async () => {
    const { items } = await reading(line({ text: '' }));
    expect(items).toMatchObject([{ id: '85048', title: '85048' }]);
  });
});

describe('titles and categories', () => {
  it('are readable', () => {
    expect(titleCase(cleanDescription("  SET OF 3 T-LIGHT  HOLDERS , CHILD'S 15CM RED/BLUE."))).toBe(
      "Set of 3 T-Light Holders, Child's 15cm Red/Blue",
    );
  });

  it.each([
    ['WHITE CHERRY LIGHTS', 'Lighting > Lights'],
    ['72 SWEETHEART FAIRY CAKE CASES', 'Kitchen > Baking'],
    ['LUNCH BOX WITH CUTLERY RETROSPOT', 'Storage > Boxes'],
    ['BIRD DECORATION RED SPOT', 'Home > Decorations'],
    ['ROSE COTTAGE MUG', 'Kitchen > Mugs'],
    ['PINK CHERRY BLOSSOM', 'Home > Flowers'],
    ['DAIRY MAID TOASTRACK', undefined],
  ])('%s is in %s', (description, expected) => expect(productTypeOf(description)).toBe(expected));
});

it('says which column a file lacks', async () => {
  const file = write('lack.csv', 'Invoice,StockCode,Description,Quantity,InvoiceDate,Price\n');
  expect(await refusal(gather(onlineRetail, [file]))).toMatchObject({
    code: 'header',
    place: { file, line: 1, column: 'Customer ID' },
  });
});

describeWithData('Online Retail II is cleaned to the counts of an independent reading', (file) => {
  const EXPECTED = { read: 525_461, kept: 496_074, items: 4078, customers: 4285, invoices: 20_573 };

  it.each(['csv.gz', 'parquet'])(
    'from %s',
    async (extension) => {
      const { tally, items, interactions } = await gather(onlineRetail, [
        file(`online-retail-ii/online_retail_II_2009-2010.${extension}`),
      ]);
      const customers = new Set(interactions.map((row) => row.subject));
      customers.delete(null);
      expect({
        read: tally.read,
        kept: tally.kept,
        items: items.length,
        customers: customers.size,
        invoices: new Set(interactions.map((row) => row.visit)).size,
      }).toEqual(EXPECTED);
      expect(tally.dropped['duplicate line']).toBe(6865);
      expect(tally.problems).toEqual([]);
      const typed = items.filter((item) => item.product_type !== undefined).length;
      expect(typed / items.length).toBeGreaterThan(0.85);
    },
    300_000,
  );
});
