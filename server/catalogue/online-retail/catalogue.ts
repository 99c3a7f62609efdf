import * as v from 'valibot';
import { ItemId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import type { InvoiceLine } from './cleaning.ts';
import { productTypeOf } from './product-type.ts';
import { cleanDescription, titleCase } from './title.ts';

/** What the sales of one code say of it. */
interface CodeSales {
  readonly descriptions: Map<string, number>;
  readonly prices: number[];
  first: number;
}

/**
 * The catalogue behind the sales, one item a stock code.
 *
 * - title: the most frequent description in title case; price: the median unit price, in GBP
 * - product_type: from the description's head noun, where a known one is found
 * - variants: codes such as 85014A and 85014B stay items of their own, since what is bought, and what an
 *   evaluation hides and ranks, is a code; they share the attribute `style=85014`, so content similarity sees it
 * - added_at: the first sale
 * - availability: always in stock. The file does not say, and a guess from the last sales would tell an evaluation
 *   on the last weeks what is going to be sold in them
 */
export function itemsOf(sales: Iterable<InvoiceLine>): Item[] {
  const codes = collect(sales);
  const styles = new Map<string, number>();
  for (const code of codes.keys()) styles.set(styleOf(code), (styles.get(styleOf(code)) ?? 0) + 1);
  return [...codes].map(([code, known]) => {
    const description = commonest(known.descriptions);
    const productType = productTypeOf(description);
    const style = styleOf(code);
    return {
      id: v.parse(ItemId, code),
      title: description === '' ? code : titleCase(description),
      ...(productType === undefined ? {} : { product_type: productType }),
      price: median(known.prices),
      currency: 'GBP',
      availability: 'in_stock',
      added_at: known.first,
      ...((styles.get(style) ?? 0) > 1 ? { attributes: [`style=${style}`] } : {}),
    };
  });
}

function collect(sales: Iterable<InvoiceLine>): Map<string, CodeSales> {
  const codes = new Map<string, CodeSales>();
  for (const sale of sales) {
    const known = codes.get(sale.code) ?? newCode(sale.time);
    const description = cleanDescription(sale.description);
    if (description !== '')
      known.descriptions.set(description, (known.descriptions.get(description) ?? 0) + 1);
    known.prices.push(sale.price);
    known.first = Math.min(known.first, sale.time);
    codes.set(sale.code, known);
  }
  return codes;
}

const newCode = (first: number): CodeSales => ({ descriptions: new Map(), prices: [], first });

const styleOf = (code: string): string => code.replace(/[A-Z]+$/, '');

/** The most frequent text; of equals the first by code units. */
function commonest(counts: ReadonlyMap<string, number>): string {
  let best = '';
  let most = 0;
  for (const [text, count] of counts)
    if (count > most || (count === most && text < best)) [best, most] = [text, count];
  return best;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const exact = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return Math.round(exact * 100) / 100;
}
