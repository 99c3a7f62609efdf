import type { ItemId, MarketId, SiteId } from '../../shared/protocol/ids.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { Counts, Store } from '../store/contract.ts';
import type { Importer, ImportSink } from './importer.ts';
import { InputError } from './input.ts';
import { type Tallied, Tally } from './tally.ts';
import { rehearse, shifted, wholeWeeks } from './time-shift.ts';

export interface ImportRequest {
  readonly importer: Importer;
  readonly files: readonly string[];
  readonly site: SiteId;
  /** move every time by the same number of whole weeks, so that the newest falls into the week before this time */
  readonly shiftTo?: number;
  /** the market that the files' prices are for, where the format does not say */
  readonly market?: Market;
}

export interface ImportSurroundings {
  readonly store: Store;
  subjectOf(customer: string): string;
  progress(rows: number): void;
  readonly signal: AbortSignal;
  now(): number;
}

export interface Imported extends Tallied {
  readonly items: Counts;
  readonly interactions: Counts;
  readonly shoppers: Counts;
  readonly markets: readonly Market[];
  /** interactions with an item that the catalogue does not have; training cannot use them */
  readonly unmatched: number;
  /** days by which times were moved */
  readonly shiftedDays: number;
}

/**
 * Reads files into the store, in batches as they are read. What is there already is `known` (items are brought up to date, interactions
 * stay), so an import that was cut off is finished by running it again.
 * @throws InputError; StoreError
 */
export async function importFiles(request: ImportRequest, around: ImportSurroundings): Promise<Imported> {
  const { importer, files, site } = request;
  checkFiles(importer, files);
  const said = [...importer.markets, ...(request.market ? [request.market] : [])];
  const markets = mergeMarkets(around.store.sites.markets(site), said);
  const writer = storeWriter(site, around, markets);
  const { tally, days } = await readInto(writer.sink, request, around);
  const { read, kept, dropped, noted, problems } = tally;
  const counts = writer.counts();
  return {
    ...{ read, kept, dropped, noted, problems, shiftedDays: days },
    markets: sellSomewhere(around.store, site, markets),
    ...counts,
  };
}

/** Reads straight into the sink, or, where times must be moved, after a first reading that finds the newest. */
async function readInto(
  sink: ImportSink,
  { importer, files, shiftTo }: ImportRequest,
  { subjectOf, progress, signal }: ImportSurroundings,
): Promise<{ tally: Tally; days: number }> {
  const context = { subjectOf, progress, signal };
  if (shiftTo === undefined) {
    const tally = new Tally();
    await importer.read(files, { ...context, sink, tally });
    return { tally, days: 0 };
  }
  const first = await rehearse(importer, files, context);
  const days = wholeWeeks(first.newest, shiftTo);
  const moved = shifted(sink, days);
  if (first.replay) {
    first.replay(moved);
    return { tally: first.tally, days };
  }
  const tally = new Tally();
  await importer.read(files, { ...context, sink: moved, tally });
  return { tally, days };
}

function checkFiles(importer: Importer, files: readonly string[]): void {
  const { least, most } = importer.files;
  if (files.length >= least && files.length <= most) return;
  const expected = least === most ? String(least) : `${least} to ${most}`;
  throw new InputError(
    'file-missing',
    { file: importer.format },
    { expected: `${expected} files`, found: String(files.length) },
  );
}

/** The markets a site has, those of the importer added or brought up to date. */
function mergeMarkets(known: readonly Market[], more: readonly Market[]): Market[] {
  return [...known.filter((market) => !more.some((other) => other.id === market.id)), ...more];
}

/** ISO 4217 for "no currency": a catalogue without prices. */
const NO_CURRENCY = 'XXX';
const ONLY_MARKET = 'default' as MarketId;

/** A site needs a market: where nobody named one, a single one in the catalogue's most common currency. */
function sellSomewhere(store: Store, site: SiteId, markets: readonly Market[]): readonly Market[] {
  const named = markets.some((market) => market.id !== ONLY_MARKET);
  if (named || !store.sites.list().includes(site) || store.catalogue.count(site) === 0) return markets;
  const counts = new Map<string, number>();
  for (const { currency } of store.catalogue.all(site))
    if (currency !== undefined) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  const [[currency] = [NO_CURRENCY]] = [...counts].sort((a, b) => b[1] - a[1]);
  const only = [{ id: ONLY_MARKET, currency, language: 'en' }];
  store.sites.ensure(site, only);
  return only;
}

interface Writer {
  readonly sink: ImportSink;
  counts(): Pick<Imported, 'items' | 'interactions' | 'shoppers' | 'unmatched'>;
}

/** Nothing is written, the site neither, before an importer has something to write. */
function storeWriter(site: SiteId, around: ImportSurroundings, markets: readonly Market[]): Writer {
  const { store } = around;
  const items = { added: 0, known: 0 };
  const interactions = { added: 0, known: 0 };
  const shoppers = { added: 0, known: 0 };
  const named = new Map<string, number>();
  let ensured = false;
  const ensure = (): void => {
    if (!ensured) store.sites.ensure(site, markets);
    ensured = true;
  };
  const upsert: ImportSink['items'] = (batch) => {
    ensure();
    add(items, store.catalogue.upsert(site, batch, around.now()));
  };
  const catalogued = (): Set<string> => new Set(store.catalogue.all(site).map((item) => item.id));

  return {
    sink: {
      items: upsert,
      bareItems(ids) {
        const known = catalogued();
        const fresh = ids.filter((id) => !known.has(id));
        upsert(fresh.map((id) => ({ id, title: id, availability: 'in_stock' as const })));
        items.known += ids.length - fresh.length;
      },
      interactions(batch) {
        ensure();
        for (const { item } of batch) named.set(item, (named.get(item) ?? 0) + 1);
        add(interactions, store.interactions.append(site, batch));
      },
      shoppers(batch) {
        ensure();
        add(shoppers, store.shoppers.upsert(site, batch, around.now()));
      },
    },
    counts() {
      const known = catalogued();
      let unmatched = 0;
      for (const [id, rows] of named) if (!known.has(id as ItemId)) unmatched += rows;
      return { items, interactions, shoppers, unmatched };
    },
  };
}

function add(total: { added: number; known: number }, counts: Counts): void {
  total.added += counts.added;
  total.known += counts.known;
}
