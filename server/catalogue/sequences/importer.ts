import type { ItemId } from '../../../shared/protocol/ids.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import type { ImportContext, Importer } from '../importer.ts';
import { batches } from '../tables/rows.ts';
import { linesOf, parseSequence, parseSession, userAgain } from './reader.ts';

const DAY = 24 * 3600 * 1000;
const MINUTE = 60_000;
/** Files that know only an order get a clock of units; it ends here. */
export const ORDER_CLOCK_END = Date.UTC(2020, 0, 1);
/** Sessions are a minute apart from here on, in file order. */
const ORDER_CLOCK_START = Date.UTC(2019, 0, 1);

/**
 * Sequences: each entry a `view` and a visit of its own, a day after the one before; every user's last is on the last
 * day, so that what is recent for one is recent for all.
 */
export const sequencesImporter: Importer = {
  format: 'sequences',
  describes: 'a user and their items in time order a line: `user item item ...` (needs --format)',
  files: { least: 1, most: 1 },
  markets: [],
  async read([file = ''], context) {
    const users = new Set<string>();
    await readOrders(file, context, (text, line) => {
      const sequence = parseSequence(text, { file, line });
      if (users.has(sequence.user)) throw userAgain(sequence, file);
      users.add(sequence.user);
      const { user, items } = sequence;
      const subject = context.subjectOf(user);
      return items.map((item, index) => ({
        ...viewOf(item, ORDER_CLOCK_END - (items.length - 1 - index) * DAY),
        key: `sequences:${subject}:${index}`,
        subject,
        visit: `${subject}:${index}`,
      }));
    });
  },
};

/** Sessions: each click a `view`, ten seconds after the one before; nobody is known; sessions in file order. */
export const sessionsImporter: Importer = {
  format: 'sessions',
  describes: 'a session a line, items in click order: `item item ...` (needs --format)',
  files: { least: 1, most: 1 },
  markets: [],
  async read([file = ''], context) {
    await readOrders(file, context, (text, line) =>
      parseSession(text, { file, line }).items.map((item, index) => ({
        ...viewOf(item, ORDER_CLOCK_START + line * MINUTE + index * 10_000),
        key: `sessions:${line}:${index}`,
        subject: null,
        visit: `session-${line}`,
      })),
    );
  },
};

const viewOf = (item: string, time: number) =>
  ({ item, time, kind: 'view', quantity: 1, price: null, origin: 'import' }) as const;

async function readOrders(
  file: string,
  context: ImportContext,
  rowsOf: (text: string, line: number) => StoredInteraction[],
): Promise<void> {
  const { tally } = context;
  const named = new Set<string>();
  const out = batches<StoredInteraction>((batch) => {
    context.signal.throwIfAborted();
    context.sink.interactions(batch);
    context.progress(tally.read);
  });
  for await (const { number, text } of linesOf(file)) {
    tally.read += 1;
    try {
      for (const row of rowsOf(text, number)) {
        named.add(row.item);
        out.add(row);
      }
      tally.keep();
    } catch (problem) {
      tally.refuse(problem);
    }
  }
  if (named.size > 0) context.sink.bareItems([...named] as ItemId[]);
  out.end();
}
