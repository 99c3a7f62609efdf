import * as cells from '../cells.ts';
import type { ImportContext, Importer } from '../importer.ts';
import { openTable } from '../reading/open.ts';
import type { Column, Row } from '../reading/table.ts';
import { itemsOf } from './catalogue.ts';
import { Cleaning, type InvoiceLine } from './cleaning.ts';

const COLUMNS: readonly Column[] = [
  { name: 'Invoice', aliases: ['InvoiceNo'], required: true },
  { name: 'StockCode', required: true },
  { name: 'Description', required: true },
  { name: 'Quantity', required: true },
  { name: 'InvoiceDate', required: true },
  { name: 'Price', aliases: ['UnitPrice'], required: true },
  { name: 'Customer ID', required: true },
  { name: 'Country', required: true },
];
const BATCH = 10_000;

/**
 * UCI Online Retail II (Chen 2019, CC BY 4.0): every invoice line of a British giftware shop, as .csv, .csv.gz or
 * .parquet. What is kept and dropped is `Cleaning`'s; what becomes of the codes is `itemsOf`'s. Each sale is a
 * `purchase`: its visit is the invoice, its subject the hashed customer or nobody.
 */
export const onlineRetail: Importer = {
  format: 'online-retail',
  describes: 'UCI Online Retail II: invoice lines (csv, csv.gz, parquet)',
  files: { least: 1, most: 8 },
  markets: [{ id: 'GB' as never, currency: 'GBP', language: 'en' }],
  async read(files, context) {
    const cleaning = new Cleaning(context.tally);
    for (const file of files) await readLines(file, context, cleaning);
    context.signal.throwIfAborted();
    context.sink.items(itemsOf(cleaning.sales()));
    writeSales(cleaning.sales(), context);
  },
};

async function readLines(file: string, context: ImportContext, cleaning: Cleaning): Promise<void> {
  const { tally } = context;
  const same = interner();
  const table = await openTable(file, COLUMNS);
  for await (const batch of table.rows()) {
    context.signal.throwIfAborted();
    for (const row of batch) {
      tally.read += 1;
      try {
        cleaning.add(lineOf(file, row, same));
      } catch (problem) {
        tally.refuse(problem);
      }
    }
    context.progress(tally.read);
  }
}

function lineOf(file: string, row: Row, same: (text: string) => string): InvoiceLine {
  if (row.broken) throw row.broken;
  const cell = (index: number): cells.Cell => [
    row.cells[index],
    { file, line: row.line, column: COLUMNS[index]?.name ?? '' },
  ];
  return {
    invoice: same(cells.needed(cell(0), cells.id(cell(0)), 'an invoice number')),
    code: same(cells.needed(cell(1), cells.text(cell(1), 128), 'a stock code').toUpperCase()),
    // As it stands: lines are duplicates only where they agree to the last space.
    description: same(typeof row.cells[2] === 'string' ? row.cells[2] : ''),
    quantity: cells.needed(cell(3), cells.number(cell(3)), 'a number'),
    time: cells.needed(cell(4), cells.time(cell(4)), 'a time'),
    price: cells.needed(cell(5), cells.number(cell(5)), 'a price'),
    customer: cells.id(cell(6)) ?? null,
    country: same(cells.text(cell(7)) ?? ''),
  };
}

/** One copy of each different text: half a million lines name four thousand codes. */
function interner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    known.set(text, text);
    return text;
  };
}

function writeSales(sales: Iterable<InvoiceLine>, context: ImportContext): void {
  const subjects = new Map<string, string>();
  const subjectOf = (customer: string): string => {
    const known = subjects.get(customer) ?? context.subjectOf(customer);
    subjects.set(customer, known);
    return known;
  };
  let batch = [];
  for (const sale of sales) {
    batch.push({
      key: `online-retail:${sale.invoice}:${sale.code}`,
      subject: sale.customer === null ? null : subjectOf(sale.customer),
      visit: sale.invoice,
      item: sale.code,
      kind: 'purchase' as const,
      time: sale.time,
      quantity: sale.quantity,
      price: sale.price,
      origin: 'import' as const,
    });
    if (batch.length < BATCH) continue;
    context.sink.interactions(batch);
    batch = [];
  }
  context.sink.interactions(batch);
}
