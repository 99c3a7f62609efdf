import type { ItemId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { StoredInteraction, StoredShopper } from '../store/contract.ts';
import type { Tally } from './tally.ts';

export const FORMATS = [
  'online-retail',
  'interactions',
  'items',
  'merchant-feed',
  'sequences',
  'sessions',
  'movielens',
  'complete-journey',
  'shoppers',
  'generated',
] as const;
export type Format = (typeof FORMATS)[number];

/** Where an importer puts what it has read, in batches as it goes, so that a file need not fit into memory. */
export interface ImportSink {
  items(batch: readonly Item[]): void;
  /** items that the files name but do not describe: added bare where the catalogue has nothing better */
  bareItems(ids: readonly ItemId[]): void;
  interactions(batch: readonly StoredInteraction[]): void;
  shoppers(batch: readonly StoredShopper[]): void;
}

export interface ImportContext {
  readonly sink: ImportSink;
  readonly tally: Tally;
  /** keyed hash of a customer's id: the same for the same customer, whichever file or order names them */
  subjectOf(customer: string): string;
  /** called now and then with the rows read so far */
  progress(rows: number): void;
  /** aborts between batches */
  readonly signal: AbortSignal;
}

/**
 * One file format. Its laws, which the conformance suite holds every importer to:
 * every row read is kept or dropped for a counted reason; a second import of the same file adds nothing; the
 * order of rows never depends on anything but the file; what is not the format at all is refused as an InputError
 * before anything is written; a row that is not as the format says is dropped, counted, and named.
 */
export interface Importer {
  readonly format: Format;
  /** what the file is, in a line of help */
  readonly describes: string;
  /** how many files it takes */
  readonly files: { readonly least: number; readonly most: number };
  /** the markets whose prices the files speak of */
  readonly markets: readonly Market[];
  read(files: readonly string[], context: ImportContext): Promise<void>;
}
