import * as v from 'valibot';
import { Item } from '../../../shared/protocol/item.ts';
import * as cells from '../cells.ts';
import { InputError, quoted } from '../input.ts';
import type { Column } from '../reading/table.ts';
import type { CellOf } from './rows.ts';

/**
 * The Merchant feed's columns, and ours beside them. `title` may be left out: the id stands in.
 * Prices are numbers or `12.99 USD`; `attributes` are texts separated by `|`; colour, size and the other feed
 * columns that describe a variant become attributes (`colour=red`); `offers` is JSON, a list of market offers.
 */
export const ITEM_COLUMNS: readonly Column[] = [
  { name: 'id', aliases: ['item_id', 'product_id', 'sku'], required: true },
  { name: 'title', aliases: ['name', 'product_name'] },
  { name: 'description' },
  { name: 'brand' },
  { name: 'product_type', aliases: ['category', 'category_path'] },
  { name: 'google_product_category' },
  { name: 'item_group_id', aliases: ['parent_id', 'group_id'] },
  { name: 'price' },
  { name: 'sale_price' },
  { name: 'currency' },
  { name: 'availability' },
  { name: 'image_link', aliases: ['image', 'image_url'] },
  { name: 'link', aliases: ['url'] },
  { name: 'rating' },
  { name: 'margin_tier' },
  { name: 'promoted_until' },
  { name: 'added_at', aliases: ['created_at', 'availability_date'] },
  { name: 'attributes', aliases: ['tags'] },
  { name: 'offers' },
  { name: 'colour', aliases: ['color'] },
  { name: 'size' },
  { name: 'material' },
  { name: 'pattern' },
  { name: 'gender' },
  { name: 'age_group' },
];

const VARIANT_COLUMNS = ['colour', 'size', 'material', 'pattern', 'gender', 'age_group'];
const AVAILABILITY = ['in_stock', 'out_of_stock', 'preorder', 'backorder'] as const;
const MARGINS = ['low', 'normal', 'high'] as const;

/** A row as an item. @throws InputError value, naming the column */
export function itemOf(cell: CellOf): Item {
  const id = cells.needed(cell('id'), cells.id(cell('id')), 'an item id');
  const price = money(cell('price'));
  const sale = money(cell('sale_price'));
  const currency = cells.text(cell('currency'))?.toUpperCase() ?? price?.currency ?? sale?.currency;
  const row = {
    id,
    item_group_id: cells.id(cell('item_group_id')),
    title: cells.text(cell('title'), 512) ?? id,
    description: cells.text(cell('description'))?.slice(0, 8192),
    brand: cells.text(cell('brand'), 128),
    product_type: cells.text(cell('product_type'), 512) ?? cells.text(cell('google_product_category'), 512),
    price: price?.amount,
    sale_price: sale?.amount,
    currency,
    availability: cells.oneOf(cell('availability'), AVAILABILITY) ?? 'in_stock',
    image_link: cells.text(cell('image_link'), 2048),
    link: cells.text(cell('link'), 2048),
    rating: cells.notNegative(cell('rating')),
    margin_tier: cells.oneOf(cell('margin_tier'), MARGINS),
    promoted_until: cells.time(cell('promoted_until')),
    added_at: cells.time(cell('added_at')),
    attributes: attributesOf(cell),
    offers: offersOf(cell),
  };
  return validated(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)), cell);
}

/** The wire's own schema has the last word. */
function validated(row: Record<string, unknown>, cell: CellOf): Item {
  const result = v.safeParse(Item, row);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = issue.path?.map((step) => String(step.key)) ?? [];
  const [, place] = cell(path[0] ?? 'id');
  throw new InputError('value', place, {
    expected: issue.expected ?? issue.message,
    found: quoted(issue.input),
  });
}

const MONEY = /^(?:([A-Za-z]{3})\s*)?(\d+(?:\.\d+)?)\s*([A-Za-z]{3})?$/;

/** `12.99`, `12.99 USD` or `USD 12.99`. */
function money(cell: cells.Cell): { amount: number; currency?: string } | undefined {
  const [value] = cell;
  if (typeof value === 'number') return { amount: cells.notNegative(cell) ?? 0 };
  const text = cells.text(cell, 64);
  if (text === undefined) return undefined;
  const [, before, amount, after] =
    MONEY.exec(text) ?? cells.refuse(cell, 'a price such as 12.99 or 12.99 USD');
  const currency = (before ?? after)?.toUpperCase();
  return { amount: Number(amount), ...(currency === undefined ? {} : { currency }) };
}

const MOST_ATTRIBUTES = 64;

function attributesOf(cell: CellOf): string[] | undefined {
  const [value] = cell('attributes');
  const listed = Array.isArray(value)
    ? value.map((one: unknown) => cells.text([one, cell('attributes')[1]], 128) ?? '')
    : (cells.text(cell('attributes'))?.split('|') ?? []).map((one) => one.trim());
  const described = VARIANT_COLUMNS.flatMap((column) => {
    const word = cells.text(cell(column), 100);
    return word === undefined ? [] : [`${column}=${word.toLowerCase()}`];
  });
  const all = [...new Set([...listed.filter((one) => one !== ''), ...described])];
  if (all.length > MOST_ATTRIBUTES) cells.refuse(cell('attributes'), `at most ${MOST_ATTRIBUTES} attributes`);
  return all.length === 0 ? undefined : all;
}

function offersOf(cell: CellOf): unknown {
  const [value] = cell('offers');
  if (cells.empty(value) || typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return cells.refuse(cell('offers'), 'a JSON list of market offers');
  }
}
