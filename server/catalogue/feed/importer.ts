import type { Item } from '../../../shared/protocol/item.ts';
import type { ImportContext, Importer } from '../importer.ts';
import { InputError } from '../input.ts';
import { openCsv } from '../reading/csv.ts';
import { firstLine } from '../reading/open.ts';
import { type Column, columnKey, type Row, type Table } from '../reading/table.ts';
import { ITEM_COLUMNS, itemOf } from '../tables/item-cells.ts';
import { batches, eachRowOf } from '../tables/rows.ts';
import { type FeedEntry, readFeed } from './xml.ts';

/** Labels that shops hang their own meaning on: kept as attributes. */
const LABELS = [0, 1, 2, 3, 4].map((number) => `custom_label_${number}`);
const COLUMNS: readonly Column[] = [...ITEM_COLUMNS, ...LABELS.map((name) => ({ name }))];

/** Every product may bring elements of its own: no more of them are remembered. */
const MOST_UNUSED = 100;

/** Google's Merchant Center product feed: XML (RSS 2.0, Atom) or TSV. */
export const feedImporter: Importer = {
  format: 'merchant-feed',
  describes: 'Google Merchant product feed (XML, TSV): `12.99 USD`, `g:` names, variants by item_group_id',
  files: { least: 1, most: 100 },
  markets: [],
  async read(files, context) {
    const out = batches<Item>((batch) => context.sink.items(batch));
    for (const file of files) await readOne(file, context, (item) => out.add(item));
    out.end();
  },
};

async function readOne(file: string, context: ImportContext, add: (item: Item) => void): Promise<void> {
  const isXml = (await firstLine(file)).startsWith('<');
  const table = isXml ? xmlTable(file) : await openCsv(file, COLUMNS, '\t');
  let any = false;
  await eachRowOf(table, COLUMNS, {
    context,
    take(cell) {
      any = true;
      const item = itemOf(cell);
      const labels = LABELS.flatMap((name) => {
        const [value] = cell(name);
        return typeof value === 'string' && value.trim() !== ''
          ? [`${name}=${value.trim().slice(0, 100)}`]
          : [];
      });
      const attributes = [...(item.attributes ?? []), ...labels].slice(0, 64);
      add(attributes.length > 0 ? { ...item, attributes } : item);
      context.tally.keep();
    },
  });
  if (!any && context.tally.read === 0)
    throw new InputError('header', { file }, { expected: 'products (<item> or <entry>)', found: 'none' });
}

/** A feed's products as a table's rows. */
function xmlTable(file: string): Table {
  const unused = new Set<string>();
  const position = new Map(
    COLUMNS.flatMap((column, index) =>
      [column.name, ...(column.aliases ?? [])].map((name) => [columnKey(name), index] as const),
    ),
  );
  const rowOf = ({ line, fields }: FeedEntry): Row => {
    const cells: unknown[] = new Array(COLUMNS.length).fill(undefined);
    for (const [name, value] of fields) {
      const index = position.get(columnKey(name));
      if (index !== undefined) cells[index] ??= value;
      else if (unused.size < MOST_UNUSED) unused.add(name);
    }
    return { line, cells };
  };
  return {
    file,
    unused,
    async *rows() {
      for await (const entries of readFeed(file)) yield entries.map(rowOf);
    },
  };
}
