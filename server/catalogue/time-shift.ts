import type { ImportContext, Importer, ImportSink } from './importer.ts';
import { Tally } from './tally.ts';

export const DAY = 24 * 3600 * 1000;

/** Days from `newest` to `target` or a little before, in whole weeks: hours and weekdays stay as they were. */
export const wholeWeeks = (newest: number, target: number): number =>
  newest > 0 ? 7 * Math.floor((target - newest) / (7 * DAY)) : 0;

/** What a first reading of some files tells, before anything is written. */
export interface Rehearsal {
  /** the newest interaction, or the newest item where there is none; 0 without any time */
  readonly newest: number;
  readonly tally: Tally;
  /** hands on what was read; undefined where that was too much to keep, so that the files must be read again */
  readonly replay: ((sink: ImportSink) => void) | undefined;
}

/** Rows that are kept in memory between the first reading and the writing; about 200 bytes each. */
const MOST_KEPT = 2_000_000;

export async function rehearse(
  importer: Importer,
  files: readonly string[],
  context: Omit<ImportContext, 'sink' | 'tally'>,
  most = MOST_KEPT,
): Promise<Rehearsal> {
  const newest = { interaction: 0, item: 0 };
  const calls: ((sink: ImportSink) => void)[] = [];
  let kept = 0;
  const keep = (rows: number, call: (sink: ImportSink) => void): void => {
    kept += rows;
    if (kept <= most) calls.push(call);
    else calls.length = 0;
  };
  const sink: ImportSink = {
    items(batch) {
      for (const { added_at } of batch) newest.item = Math.max(newest.item, added_at ?? 0);
      keep(batch.length, (to) => to.items(batch));
    },
    bareItems(ids) {
      keep(ids.length, (to) => to.bareItems(ids));
    },
    interactions(batch) {
      for (const { time } of batch) newest.interaction = Math.max(newest.interaction, time);
      keep(batch.length, (to) => to.interactions(batch));
    },
    shoppers(batch) {
      keep(batch.length, (to) => to.shoppers(batch));
    },
  };
  const tally = new Tally();
  await importer.read(files, { ...context, sink, tally });
  const replay = (to: ImportSink): void => {
    for (const call of calls) call(to);
  };
  return {
    newest: newest.interaction || newest.item,
    tally,
    replay: kept <= most ? replay : undefined,
  };
}

/** A sink that moves every time by `days` before it hands on. */
export function shifted(sink: ImportSink, days: number): ImportSink {
  if (days === 0) return sink;
  const move = (time: number): number => Math.max(0, time + days * DAY);
  return {
    bareItems: sink.bareItems,
    shoppers: sink.shoppers,
    items: (batch) =>
      sink.items(
        batch.map((item) => ({
          ...item,
          ...(item.added_at === undefined ? {} : { added_at: move(item.added_at) }),
          ...(item.promoted_until === undefined ? {} : { promoted_until: move(item.promoted_until) }),
        })),
      ),
    interactions: (batch) => sink.interactions(batch.map((row) => ({ ...row, time: move(row.time) }))),
  };
}
