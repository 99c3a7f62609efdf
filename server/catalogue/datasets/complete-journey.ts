import * as v from 'valibot';
import { ItemId, type MarketId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import * as cells from '../cells.ts';
import type { ImportContext, Importer } from '../importer.ts';
import { InputError } from '../input.ts';
import { readHeader } from '../reading/csv.ts';
import { type Column, columnKey } from '../reading/table.ts';
import { batches, type CellOf, eachRow } from '../tables/rows.ts';

const required = (name: string): Column => ({ name, required: true });
const TRANSACTIONS: readonly Column[] = [
  'household_id',
  'basket_id',
  'product_id',
  'quantity',
  'sales_value',
  'transaction_timestamp',
].map(required);
const PRODUCTS: readonly Column[] = [
  'product_id',
  'manufacturer_id',
  'department',
  'brand',
  'product_category',
  'product_type',
  'package_size',
].map(required);

/** Departments of what is no good of a shop's shelf: petrol, coupons, tickets, services. */
const NOT_GOODS = new Set(['FUEL', 'MISCELLANEOUS', 'COUPON', 'TRAVEL & LEISURE', 'CHEF SHOPPE']);

interface Sold {
  readonly prices: number[];
  first: number;
}

/**
 * dunnhumby's Complete Journey 2.0 (CC0, package completejourney): products and transactions, in any order, csv or
 * csv.gz. A receipt line is a `purchase`, its visit the basket, its subject the household. Dropped: lines whose quantity or value is not
 * above 0, departments that sell no goods, products that were never sold. Prices are the median paid for one, in USD.
 */
export const completeJourney: Importer = {
  format: 'complete-journey',
  describes: 'dunnhumby Complete Journey: products.csv and transactions.csv',
  files: { least: 2, most: 2 },
  markets: [{ id: 'US' as MarketId, currency: 'USD', language: 'en' }],
  async read(files, context) {
    const { transactions, products } = await sortOut(files);
    const goods = new Map<string, Item>();
    const others = new Set<string>();
    await readProducts(products, context, { goods, others });
    const sold = new Map<string, Sold>();
    const rows = await readTransactions(transactions, context, { others, sold });
    const items = [...goods.values()].filter((item) => sold.has(item.id));
    context.tally.keep(items.length);
    context.tally.drop('product never sold', goods.size - items.length);
    context.sink.items(items.map((item) => withSales(item, sold.get(item.id))));
    context.sink.bareItems([...sold.keys()].filter((id) => !goods.has(id)).map((id) => v.parse(ItemId, id)));
    for (const batch of rows) context.sink.interactions(batch);
  },
};

async function sortOut(files: readonly string[]): Promise<{ transactions: string; products: string }> {
  const found: Record<string, string> = {};
  for (const file of files) {
    const header = (await readHeader(file, ',')).map(columnKey);
    found[header.includes('basketid') ? 'transactions' : 'products'] = file;
  }
  const { transactions, products } = found;
  if (transactions === undefined || products === undefined)
    throw new InputError(
      'header',
      { file: files[0] ?? '' },
      {
        expected: 'one file of transactions and one of products',
        found: `two of ${Object.keys(found).join()}`,
      },
    );
  return { transactions, products };
}

async function readProducts(
  file: string,
  context: ImportContext,
  into: { goods: Map<string, Item>; others: Set<string> },
): Promise<void> {
  await eachRow(file, PRODUCTS, {
    context,
    take(cell) {
      const id = cells.needed(cell('product_id'), cells.id(cell('product_id')), 'a product id');
      if (NOT_GOODS.has(cells.text(cell('department')) ?? '')) {
        into.others.add(id);
        context.tally.drop('product of a department without goods');
      } else if (into.goods.has(id)) context.tally.drop('product listed twice');
      else into.goods.set(id, productOf(id, cell));
    },
  });
}

function productOf(id: string, cell: CellOf): Item {
  const [department, category, type] = ['department', 'product_category', 'product_type'].map((column) =>
    cells.text(cell(column), 128),
  );
  const size = cells.text(cell('package_size'), 64);
  const maker = cells.id(cell('manufacturer_id'));
  const brand = cells.text(cell('brand'), 64);
  const path = [department, category].filter((one) => one !== undefined).map(readable);
  return {
    id: v.parse(ItemId, id),
    title: [readable(type ?? category ?? id), size?.toLowerCase()].filter(Boolean).join(', '),
    availability: 'in_stock',
    currency: 'USD',
    ...(path.length > 0 ? { product_type: path.join(' > ') } : {}),
    ...(maker === undefined ? {} : { brand: brand === 'Private' ? `Own brand ${maker}` : `Maker ${maker}` }),
    attributes: [
      ...(type === undefined ? [] : [`type=${type}`]),
      ...(size === undefined ? [] : [`size=${size}`]),
    ],
  };
}

/** `FRZN ICE` is `Frzn ice`; ` > ` would read as a level of the path. */
const readable = (text: string): string =>
  (text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()).replaceAll('>', '/');

async function readTransactions(
  file: string,
  context: ImportContext,
  about: { others: ReadonlySet<string>; sold: Map<string, Sold> },
): Promise<(readonly StoredInteraction[])[]> {
  const done: (readonly StoredInteraction[])[] = [];
  const out = batches<StoredInteraction>((batch) => done.push(batch));
  await eachRow(file, TRANSACTIONS, {
    context,
    take(cell) {
      const row = purchaseOf(cell, context);
      const value = cells.needed(cell('sales_value'), cells.number(cell('sales_value')), 'an amount');
      if (row.quantity <= 0) context.tally.drop('quantity not above 0');
      else if (value <= 0) context.tally.drop('value not above 0');
      else if (about.others.has(row.item)) context.tally.drop('sale of a department without goods');
      else {
        const price = value / row.quantity;
        const known = about.sold.get(row.item) ?? { prices: [], first: row.time };
        known.prices.push(price);
        known.first = Math.min(known.first, row.time);
        about.sold.set(row.item, known);
        out.add({ ...row, price: Math.round(price * 100) / 100 });
        context.tally.keep();
      }
    },
  });
  out.end();
  return done;
}

function purchaseOf(cell: CellOf, context: ImportContext): StoredInteraction {
  const idIn = (column: string): string => cells.needed(cell(column), cells.id(cell(column)), 'an id');
  const [household, basket, product] = [idIn('household_id'), idIn('basket_id'), idIn('product_id')];
  const timeCell = cell('transaction_timestamp');
  return {
    key: `complete-journey:${basket}:${product}`,
    subject: context.subjectOf(household),
    visit: basket,
    item: product,
    kind: 'purchase',
    time: cells.needed(timeCell, cells.time(timeCell), 'a time'),
    quantity: cells.needed(cell('quantity'), cells.number(cell('quantity')), 'a number'),
    price: null,
    origin: 'import',
  };
}

function withSales(item: Item, sold: Sold | undefined): Item {
  if (!sold) return item;
  const sorted = [...sold.prices].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  return { ...item, price: Math.round(median * 100) / 100, added_at: sold.first };
}
