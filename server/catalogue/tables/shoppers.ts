import type { ProfileAttributes } from '../../../shared/protocol/profile.ts';
import type { StoredShopper } from '../../store/contract.ts';
import * as cells from '../cells.ts';
import type { Importer } from '../importer.ts';
import { InputError } from '../input.ts';
import { columnsOf } from '../reading/header.ts';
import { type Column, columnKey } from '../reading/table.ts';
import { USER_NAMES } from './interactions.ts';
import { batches, type CellOf, eachRow } from './rows.ts';

export const SHOPPER: Column = {
  name: 'shopper_id',
  aliases: ['shopper', ...USER_NAMES, 'household_id'],
  required: true,
};

/** As a device takes them (`setProfile`). */
const MOST_ATTRIBUTES = 32;
const LONGEST_NAME = 32;
const LONGEST_VALUE = 64;

/**
 * Shoppers, one a row: whose they are, stored as the same keyed hash as their orders', and attributes under the names that the
 * shop's pages give to `setProfile`. Every other column is an attribute; an empty cell says nothing.
 */
export const shoppersImporter: Importer = {
  format: 'shoppers',
  describes: "shoppers' attributes, one shopper a row (csv, tsv, jsonl, parquet)",
  files: { least: 1, most: 1000 },
  markets: [],
  async read(files, context) {
    const known = new Set<string>();
    const out = batches<StoredShopper>((batch) => context.sink.shoppers(batch));
    for (const [file, names] of await attributesOf(files))
      await eachRow(file, [SHOPPER, ...names.map((name) => ({ name }))], {
        context,
        take(cell) {
          const id = cells.needed(cell(SHOPPER.name), cells.id(cell(SHOPPER.name)), 'the id of a shopper');
          const attributes = valuesOf(names, cell);
          if (known.has(id)) context.tally.drop('shopper listed twice');
          else if (Object.keys(attributes).length === 0) context.tally.drop('shopper without attributes');
          else {
            known.add(id);
            out.add({ subject: context.subjectOf(id), attributes });
            context.tally.keep();
          }
        },
      });
    out.end();
  },
};

/** Looks at every file before anything of one is written. */
async function attributesOf(files: readonly string[]): Promise<[file: string, names: string[]][]> {
  const ids = [SHOPPER.name, ...(SHOPPER.aliases ?? [])].map(columnKey);
  const found: [string, string[]][] = [];
  for (const file of files) {
    const names = (await columnsOf(file)).filter((name) => name !== '' && !ids.includes(columnKey(name)));
    const long = names.find((name) => name.length > LONGEST_NAME);
    if (long !== undefined) throw refused(file, `names of at most ${LONGEST_NAME} characters`, long);
    if (names.length === 0 || names.length > MOST_ATTRIBUTES)
      throw refused(file, `1 to ${MOST_ATTRIBUTES} attributes`, String(names.length));
    found.push([file, names]);
  }
  return found;
}

function refused(file: string, expected: string, found: string): InputError {
  return new InputError('header', { file, line: 1 }, { expected, found });
}

function valuesOf(names: readonly string[], cell: CellOf): ProfileAttributes {
  const attributes: ProfileAttributes = {};
  for (const name of names) {
    const value = cells.text(cell(name), LONGEST_VALUE);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}
