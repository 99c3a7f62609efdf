import type { Item } from '../../../shared/protocol/item.ts';
import type { Importer } from '../importer.ts';
import { ITEM_COLUMNS, itemOf } from './item-cells.ts';
import { batches, eachRow } from './rows.ts';

export const itemsImporter: Importer = {
  format: 'items',
  describes: 'a catalogue, one item a row (csv, tsv, jsonl, parquet; RecBole .item)',
  files: { least: 1, most: 1000 },
  markets: [],
  async read(files, context) {
    const out = batches<Item>((batch) => context.sink.items(batch));
    for (const file of files)
      await eachRow(file, ITEM_COLUMNS, {
        context,
        take(cell) {
          out.add(itemOf(cell));
          context.tally.keep();
        },
      });
    out.end();
  },
};
