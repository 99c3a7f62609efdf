import { generatedImporter } from './generated/importer.ts';
import type { ShopShape } from './generated/shop.ts';
import type { Format, Importer } from './importer.ts';
import { InputError, quoted } from './input.ts';
import { onlineRetail } from './online-retail/importer.ts';
import { firstLine, kindOf } from './reading/open.ts';
import { parquetColumns } from './reading/parquet.ts';
import { columnKey } from './reading/table.ts';

/** The formats of files. */
export const FILE_IMPORTERS: readonly Importer[] = [onlineRetail];

/** Every format; the generated shop is as `shape` says. */
export const importers = (shape: ShopShape): readonly Importer[] => [
  ...FILE_IMPORTERS,
  generatedImporter(shape),
];

/** Column names that give a table away, in the order they are tried. */
const SIGNS: readonly { readonly format: Format; readonly columns: readonly string[] }[] = [
  { format: 'online-retail', columns: ['stockcode', 'invoicedate'] },
];

/**
 * The format of a file where its first line leaves no doubt.
 * @throws InputError format-unknown, with what to do about it
 */
export async function detectFormat(file: string): Promise<Format> {
  const keys = new Set((await headerOf(file)).map(columnKey));
  const sign = SIGNS.find(({ columns }) => columns.every((column) => keys.has(column)));
  if (sign) return sign.format;
  throw new InputError(
    'format-unknown',
    { file },
    {
      expected: `a file that tells its format, or --format ${FILE_IMPORTERS.map((one) => one.format).join('|')}`,
      found: `one that begins with ${quoted([...(await headerOf(file))].join(', '))}`,
    },
  );
}

async function headerOf(file: string): Promise<string[]> {
  const kind = await kindOf(file);
  if (kind === 'parquet') return parquetColumns(file);
  const line = await firstLine(file);
  if (kind === 'jsonl') return keysOf(line);
  return line.split(kind === 'tsv' ? '\t' : ',').map((name) => name.replace(/^"|"$/g, ''));
}

function keysOf(line: string): string[] {
  try {
    return Object.keys(JSON.parse(line) as object);
  } catch {
    return [line];
  }
}
