import type { Tally } from '../tally.ts';

/** An invoice line as the file has it, in the types it must have. */
export interface InvoiceLine {
  readonly invoice: string;
  /** upper case */
  readonly code: string;
  readonly description: string;
  readonly quantity: number;
  /** ms since 1970; the file's clock is taken for UTC */
  readonly time: number;
  readonly price: number;
  /** null where the file names none */
  readonly customer: string | null;
  readonly country: string;
}

/** Goods have five digits and perhaps letters, or DCGS and digits; the rest is postage, fees, vouchers, samples, tests. */
const GOODS = /^(\d{5}|DCGS\d+)[A-Z]*$/;

/**
 * Keeps the sales of an invoice file, in file order. Dropped, in this order, so that each line counts once:
 * exact duplicates; cancellations (invoice C...) and other invoices that are not numbers (A...: adjustments);
 * quantities, then prices of nothing or less; codes that are not goods. Lines that repeat an item of their
 * invoice are merged into the first: quantities add up, the first price stays. A cancelled purchase is not matched
 * back: that it was bought first is what its line says.
 */
export class Cleaning {
  readonly #tally: Tally;
  /** different lines of an invoice and code, in file order; most often one */
  readonly #lines = new Map<string, InvoiceLine[]>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  add(line: InvoiceLine): void {
    const key = `${line.invoice} ${line.code}`;
    const earlier = this.#lines.get(key) ?? [];
    const reason = reasonToDrop(line, earlier);
    if (reason !== 'duplicate line') this.#lines.set(key, [...earlier, line]);
    if (reason) {
      this.#tally.drop(reason);
      return;
    }
    this.#tally.keep();
    if (line.customer === null) this.#tally.note('sales without a customer');
  }

  /** One for each item of each invoice. */
  *sales(): Generator<InvoiceLine> {
    for (const lines of this.#lines.values()) {
      const [first, ...repeats] = lines.filter((line) => !notASale(line));
      if (!first) continue;
      const quantity = repeats.reduce((sum, line) => sum + line.quantity, first.quantity);
      yield repeats.length === 0 ? first : { ...first, quantity };
    }
  }
}

function reasonToDrop(line: InvoiceLine, earlier: readonly InvoiceLine[]): string | undefined {
  if (earlier.some((other) => same(line, other))) return 'duplicate line';
  const reason = notASale(line);
  if (reason) return reason;
  return earlier.some((other) => !notASale(other)) ? 'merged into the same item of its invoice' : undefined;
}

function notASale(line: InvoiceLine): string | undefined {
  if (line.invoice.startsWith('C')) return 'cancellation';
  if (!/^\d+$/.test(line.invoice)) return 'adjustment';
  if (line.quantity <= 0) return 'quantity not above 0';
  if (line.price <= 0) return 'price not above 0';
  return GOODS.test(line.code) ? undefined : 'fee, postage or sample';
}

const same = (a: InvoiceLine, b: InvoiceLine): boolean =>
  a.description === b.description &&
  a.quantity === b.quantity &&
  a.time === b.time &&
  a.price === b.price &&
  a.customer === b.customer &&
  a.country === b.country;
