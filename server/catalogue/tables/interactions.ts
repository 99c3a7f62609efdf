import { createHash } from 'node:crypto';
import type { InteractionKind } from '../../../shared/protocol/profile.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import * as cells from '../cells.ts';
import type { ImportContext, Importer } from '../importer.ts';
import type { Column } from '../reading/table.ts';
import { batches, type CellOf, eachRow } from './rows.ts';

/** What files call whoever acted. */
export const USER_NAMES = ['user', 'user_id', 'customer', 'customer_id', 'visitor', 'visitor_id', 'subject'];

/**
 * Columns, in any order; case, blanks, `_` and `-` of names do not matter:
 *
 * | column | | |
 * | --- | --- | --- |
 * | item | required | the catalogue's id |
 * | time | required | ISO 8601 (UTC where no zone is named), or seconds or ms since 1970 |
 * | user | user or session | stored as a keyed hash; empty: nobody known |
 * | session | user or session | basket, order or visit; without it a user's day is one visit |
 * | kind | `view` where left out | view, select, cart, purchase, or GA4's and other common names for them |
 * | quantity | 1 | above 0 |
 * | price | none | of one piece, not below 0 |
 * | id | none | tells two rows apart that are otherwise the same; without it they count as one |
 */
export const INTERACTION_COLUMNS: readonly Column[] = [
  { name: 'item', aliases: ['item_id', 'product', 'product_id', 'sku', 'article_id'], required: true },
  { name: 'time', aliases: ['timestamp', 'event_time', 'ts', 'date', 'datetime'], required: true },
  { name: 'user', aliases: USER_NAMES },
  {
    name: 'session',
    aliases: ['session_id', 'visit', 'visit_id', 'basket', 'basket_id', 'order_id', 'transaction_id'],
  },
  { name: 'kind', aliases: ['event', 'event_type', 'event_name', 'type', 'action', 'behavior'] },
  { name: 'quantity', aliases: ['qty'] },
  { name: 'price', aliases: ['unit_price'] },
  { name: 'id', aliases: ['event_id'] },
];

const KIND_WORDS: Readonly<Record<string, InteractionKind>> = {
  view: 'view',
  view_item: 'view',
  product_viewed: 'view',
  pageview: 'view',
  pv: 'view',
  select: 'select',
  select_item: 'select',
  click: 'select',
  cart: 'cart',
  add_to_cart: 'cart',
  addtocart: 'cart',
  product_added: 'cart',
  purchase: 'purchase',
  buy: 'purchase',
  order: 'purchase',
  transaction: 'purchase',
  order_completed: 'purchase',
};

const DAY = 24 * 3600 * 1000;

export const interactionsImporter: Importer = {
  format: 'interactions',
  describes: 'who did what with which item and when (csv, tsv, jsonl, parquet; RecBole .inter)',
  files: { least: 1, most: 1000 },
  markets: [],
  async read(files, context) {
    const out = batches<StoredInteraction>((batch) => context.sink.interactions(batch));
    for (const file of files)
      await eachRow(file, INTERACTION_COLUMNS, {
        context,
        take(cell) {
          out.add(interactionOf(cell, context));
          context.tally.keep();
        },
      });
    out.end();
  },
};

function interactionOf(cell: CellOf, context: ImportContext): StoredInteraction {
  const item = cells.needed(cell('item'), cells.id(cell('item')), 'an item id');
  const time = cells.needed(cell('time'), cells.time(cell('time')), 'a time');
  const user = cells.id(cell('user'), 256);
  const session = cells.id(cell('session'), 256);
  if (user === undefined && session === undefined) cells.refuse(cell('user'), 'a user or a session');
  const kind = kindOf(cell);
  const quantity = cells.number(cell('quantity')) ?? 1;
  if (quantity <= 0) cells.refuse(cell('quantity'), 'a number above 0');
  const price = cells.notNegative(cell('price')) ?? null;
  const own = cells.id(cell('id'), 256);
  const subject = user === undefined ? null : context.subjectOf(user);
  if (subject === null) context.tally.note('rows without a user');
  return {
    key: `interactions:${own ?? digest([subject, session, item, kind, time, quantity, price])}`,
    subject,
    visit: session ?? `${subject}:${Math.floor(time / DAY)}`,
    item,
    kind,
    time,
    quantity,
    price,
    origin: 'import',
  };
}

function kindOf(cell: CellOf): InteractionKind {
  const word = cells.text(cell('kind'), 64);
  if (word === undefined) return 'view';
  const kind = KIND_WORDS[word.toLowerCase().replace(/[\s-]+/g, '_')];
  return kind ?? cells.refuse(cell('kind'), 'view, select, cart or purchase');
}

const digest = (values: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22);
