import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { ItemId, SiteId } from '../../shared/protocol/ids.ts';
import { Item } from '../../shared/protocol/item.ts';
import type { StoredInteraction, StoredShopper } from '../store/contract.ts';
import { openStore } from '../store/store.ts';
import { importFiles } from './import.ts';
import type { Importer } from './importer.ts';
import { InputError } from './input.ts';
import { Tally } from './tally.ts';

/** Everything that an importer gave, in the order it gave it. */
export interface Gathered {
  readonly items: Item[];
  readonly bare: ItemId[];
  readonly interactions: StoredInteraction[];
  readonly shoppers: StoredShopper[];
  readonly tally: Tally;
}

export async function gather(importer: Importer, files: readonly string[]): Promise<Gathered> {
  const gathered: Gathered = {
    ...{ items: [], bare: [], interactions: [], shoppers: [] },
    tally: new Tally(),
  };
  await importer.read(files, {
    sink: {
      items: (batch) => gathered.items.push(...batch),
      bareItems: (ids) => gathered.bare.push(...ids),
      interactions: (batch) => gathered.interactions.push(...batch),
      shoppers: (batch) => gathered.shoppers.push(...batch),
    },
    tally: gathered.tally,
    subjectOf: (customer) => `hashed(${customer})`,
    progress() {},
    signal: new AbortController().signal,
  });
  return gathered;
}

/** The InputError that reading ends with. */
export async function refusal(work: Promise<unknown>): Promise<InputError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, found ${error}`);
  return error;
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, one) => sum + one, 0);

const SITE = 'shop' as SiteId;

/** The laws of `Importer`, for one importer and files of its format (one of them with a broken row, if it can have one). */
export function importerLaws(importer: Importer, files: () => readonly string[]): void {
  describe(`${importer.format} keeps the laws of importers`, () => {
    it('keeps or drops every row that it reads', async () => {
      const { tally, items, interactions, shoppers } = await gather(importer, files());
      expect(tally.read).toBeGreaterThan(0);
      expect(tally.kept + total(tally.dropped)).toBe(tally.read);
      expect(items.length + interactions.length + shoppers.length).toBeGreaterThan(0);
    });

    it('gives the same rows again', async () => {
      const [first, second] = [await gather(importer, files()), await gather(importer, files())];
      expect(second.items).toEqual(first.items);
      expect(second.interactions).toEqual(first.interactions);
      expect(second.shoppers).toEqual(first.shoppers);
    });

    it('gives items that the wire takes and keys that tell rows apart', async () => {
      const { items, interactions } = await gather(importer, files());
      for (const item of items) expect(v.safeParse(Item, item).issues).toBeUndefined();
      const keys = new Set(interactions.map((row) => row.key));
      expect(keys.size).toBe(interactions.length);
      for (const row of interactions) {
        expect(row.key.startsWith(`${importer.format}:`)).toBe(true);
        expect(row.quantity).toBeGreaterThan(0);
        expect(Number.isFinite(row.time)).toBe(true);
      }
    });

    it('never stores a customer by name', async () => {
      const customers: string[] = [];
      const stored: (StoredInteraction | StoredShopper)[] = [];
      await importer.read(files(), {
        sink: {
          items() {},
          bareItems() {},
          interactions: (batch) => stored.push(...batch),
          shoppers: (batch) => stored.push(...batch),
        },
        tally: new Tally(),
        subjectOf: (customer) => `#${customers.push(customer)}`,
        progress() {},
        signal: new AbortController().signal,
      });
      const text = JSON.stringify(stored);
      for (const customer of customers) expect(text).not.toContain(customer);
    });

    it('adds nothing when the same files come again', async () => {
      const store = openStore(':memory:');
      const run = () =>
        importFiles(
          { importer, files: files(), site: SITE },
          {
            store,
            subjectOf: (customer) => `hashed(${customer})`,
            progress() {},
            signal: new AbortController().signal,
            now: () => 1,
          },
        );
      const first = await run();
      const again = await run();
      expect(first.items.added + first.interactions.added + first.shoppers.added).toBeGreaterThan(0);
      expect([again.items.added, again.interactions.added, again.shoppers.added]).toEqual([0, 0, 0]);
      expect(again.interactions.known).toBe(first.interactions.added + first.interactions.known);
      expect(store.sites.markets(SITE).length).toBeGreaterThanOrEqual(
        store.catalogue.count(SITE) > 0 ? 1 : 0,
      );
      store.close();
    });

    it('stops where it is told to', async () => {
      const context = {
        sink: { items() {}, bareItems() {}, interactions() {}, shoppers() {} },
        tally: new Tally(),
        subjectOf: (customer: string) => customer,
        progress() {},
        signal: AbortSignal.abort(),
      };
      await expect(importer.read(files(), context)).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
}

/** What no format is, whatever its name: each must end in a clear refusal before anything is written. */
export function hostileFiles(
  importer: Importer,
  write: (name: string, content: string | Uint8Array) => string,
): void {
  const others = Array.from({ length: importer.files.least - 1 });
  const reading = (file: string) => gather(importer, [file, ...others.map(() => file)]);

  describe(`${importer.format} refuses what is not its format`, () => {
    it.each([
      ['a file that is not there', 'file-missing', () => 'nowhere.csv'],
      ['an empty file', 'file-empty', () => write('empty', '')],
      ['blank lines', 'file-empty', () => write('blank', '\n\n  \n')],
      ['binary junk', 'encoding', () => write('junk', new Uint8Array([0x41, 0x0a, 0, 1, 2, 0xff, 0x0a]))],
      ['Latin-1', 'encoding', () => write('latin', new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]))],
      ['UTF-16', 'encoding', () => write('utf16', Buffer.from('\ufeffid,title\n', 'utf16le'))],
      [
        'a torn gzip file',
        'syntax',
        () => write('torn', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1])),
      ],
      ['a line without an end', 'too-long', () => write('endless', 'x'.repeat(4_500_000))],
    ])('%s', async (_what, code, file) => {
      const path = file();
      const error = await refusal(reading(path));
      expect(error.code).toBe(code);
      expect(error.message).toContain(path);
      expect(error.message).toMatch(/expected .+, found .+/);
    });
  });
}
