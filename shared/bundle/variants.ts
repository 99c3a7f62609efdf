import type { Container, SectionArray } from './container.ts';
import type { IdTable, VariantTable } from './contract.ts';
import { demand } from './error.ts';
import { narrow } from './narrow.ts';
import { unsignedSection } from './runs.ts';
import { decodeIds, encodeIds, stringSections } from './strings.ts';

/** Variant i has id `ids[i]` (ascending by UTF-8 bytes) and belongs to row `rows[i]`. */
export interface VariantInput {
  readonly ids: readonly string[];
  readonly rows: ArrayLike<number>;
}

/** Whether the variants are just the items, each its own only one: then nothing of them is written. */
export function areItems(variants: VariantInput, ids: readonly string[]): boolean {
  return (
    variants.ids.length === ids.length &&
    ids.every((id, r) => variants.ids[r] === id && variants.rows[r] === r)
  );
}

/** @throws BundleError `input` for ids out of order, an unknown row, or a row without a variant */
export function encodeVariants(
  variants: VariantInput,
  items: readonly string[],
): Record<string, SectionArray> {
  const { ids, rows } = variants;
  demand(
    rows.length === ids.length,
    'input',
    () => `variants: found ${rows.length} rows for ${ids.length} ids, expected as many.`,
  );
  const seen = new Uint8Array(items.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    demand(
      Number.isInteger(row) && row >= 0 && row < items.length,
      'input',
      () => `variants: found row ${row} for ${JSON.stringify(ids[i])}, expected 0 to ${items.length - 1}.`,
    );
    seen[row] = 1;
  }
  const bare = seen.indexOf(0);
  demand(
    bare < 0,
    'input',
    () =>
      `variants: found none for ${JSON.stringify(items[bare])}, expected the item itself where it has no others.`,
  );
  return { ...stringSections('variants', encodeIds(ids, 'variants')), 'variants.row': narrow(rows) };
}

/** @throws BundleError `content` for a row that is not there, or a row without a variant */
export function decodeVariants(container: Container, items: number, variants: number): VariantTable {
  const ids = decodeIds(container, 'variants', variants);
  const rowOf = new Uint32Array(unsignedSection(container, 'variants.row', variants));
  const offsets = new Uint32Array(items + 1);
  for (const row of rowOf) {
    demand(row < items, 'content', () => `variants: found row ${row}, expected 0 to ${items - 1}.`);
    offsets[row + 1]!++;
  }
  for (let r = 0; r < items; r++) {
    demand(offsets[r + 1]! > 0, 'content', () => `variants: found none for row ${r}, expected one at least.`);
    offsets[r + 1]! += offsets[r]!;
  }
  const next = offsets.slice();
  const byRow = new Uint32Array(variants);
  for (let i = 0; i < variants; i++) byRow[next[rowOf[i]!]!++] = i;
  return { ids, rowOf, offsets, byRow };
}

/** The table of a catalogue without variants: row and variant are one number, written out where somebody reads them. */
export function itemsAsVariants(ids: IdTable): VariantTable {
  let rows: Uint32Array | undefined;
  const counted = (): Uint32Array => {
    if (rows === undefined) {
      rows = new Uint32Array(ids.size + 1);
      for (let r = 0; r < rows.length; r++) rows[r] = r;
    }
    return rows;
  };
  return {
    ids,
    get rowOf() {
      return counted().subarray(0, ids.size);
    },
    get offsets() {
      return counted();
    },
    get byRow() {
      return counted().subarray(0, ids.size);
    },
  };
}
