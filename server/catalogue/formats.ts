import { completeJourney } from './datasets/complete-journey.ts';
import { movieLens } from './datasets/movielens.ts';
import { feedImporter } from './feed/importer.ts';
import { generatedImporter } from './generated/importer.ts';
import type { ShopShape } from './generated/shop.ts';
import type { Format, Importer } from './importer.ts';
import { InputError, quoted } from './input.ts';
import { onlineRetail } from './online-retail/importer.ts';
import { keysOf } from './reading/header.ts';
import { type FileKind, firstLine, kindOf } from './reading/open.ts';
import { parquetColumns } from './reading/parquet.ts';
import { type Column, columnKey } from './reading/table.ts';
import { sequencesImporter, sessionsImporter } from './sequences/importer.ts';
import { INTERACTION_COLUMNS, interactionsImporter } from './tables/interactions.ts';
import { ITEM_COLUMNS } from './tables/item-cells.ts';
import { itemsImporter } from './tables/items.ts';
import { SHOPPER, shoppersImporter } from './tables/shoppers.ts';

/** The formats of files. */
export const FILE_IMPORTERS: readonly Importer[] = [
  onlineRetail,
  interactionsImporter,
  itemsImporter,
  feedImporter,
  sequencesImporter,
  sessionsImporter,
  movieLens,
  completeJourney,
  shoppersImporter,
];

/** Every format; the generated shop is as `shape` says. */
export const importers = (shape: ShopShape): readonly Importer[] => [
  ...FILE_IMPORTERS,
  generatedImporter(shape),
];

/** Column names that give a table away, in the order they are tried. */
const SIGNS: readonly { readonly format: Format; readonly columns: readonly string[] }[] = [
  { format: 'online-retail', columns: ['stockcode', 'invoicedate'] },
  { format: 'movielens', columns: ['movieid', 'rating'] },
  { format: 'movielens', columns: ['movieid', 'genres'] },
  { format: 'complete-journey', columns: ['householdid', 'basketid'] },
  { format: 'complete-journey', columns: ['productid', 'manufacturerid', 'packagesize'] },
];

/**
 * The format of a file where its beginning leaves no doubt. Sequences and sessions are numbers in lines, which could be
 * either: they need to be named.
 * @throws InputError format-unknown, with what to do about it
 */
export async function detectFormat(file: string): Promise<Format> {
  const kind = await kindOf(file);
  if (kind === 'xml') return 'merchant-feed';
  const header = await headerOf(file, kind);
  const keys = new Set(header.map(columnKey));
  const sign = SIGNS.find(({ columns }) => columns.every((column) => keys.has(column)));
  if (sign) return sign.format;
  const wants = (columns: readonly Column[]): boolean =>
    columns.every(
      ({ name, aliases = [], required }) =>
        !required || [name, ...aliases].some((one) => keys.has(columnKey(one))),
    );
  if (wants(INTERACTION_COLUMNS)) return 'interactions';
  if (keys.has(columnKey(SHOPPER.name))) return 'shoppers';
  if (wants(ITEM_COLUMNS) && keys.size > 1) return 'items';
  throw new InputError(
    'format-unknown',
    { file },
    {
      expected: `a file that tells its format, or --format ${FILE_IMPORTERS.map((one) => one.format).join('|')}`,
      found: `one that begins with ${quoted(header.join(', '))}`,
    },
  );
}

async function headerOf(file: string, kind: FileKind): Promise<string[]> {
  if (kind === 'parquet') return parquetColumns(file);
  const line = await firstLine(file);
  if (kind === 'jsonl') return keysOf(line);
  return line.split(kind === 'tsv' ? '\t' : ',').map((name) => name.replace(/^"|"$/g, ''));
}
