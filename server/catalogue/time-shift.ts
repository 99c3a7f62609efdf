import type { Importer, ImportSink } from './importer.ts';
import { Tally } from './tally.ts';

export const DAY = 24 * 3600 * 1000;

/** Days from `newest` to `target` or a little before, in whole weeks: hours and weekdays stay as they were. */
export const wholeWeeks = (newest: number, target: number): number =>
  newest > 0 ? 7 * Math.floor((target - newest) / (7 * DAY)) : 0;

/** The newest interaction of some files, or the newest item where there is none; 0 without any time. */
export async function newestTime(
  importer: Importer,
  files: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let interaction = 0;
  let item = 0;
  const sink: ImportSink = {
    items(batch) {
      for (const { added_at } of batch) item = Math.max(item, added_at ?? 0);
    },
    bareItems() {},
    interactions(batch) {
      for (const { time } of batch) interaction = Math.max(interaction, time);
    },
  };
  const tally = new Tally();
  await importer.read(files, { sink, tally, signal, subjectOf: (customer) => customer, progress() {} });
  return interaction || item;
}

/** A sink that moves every time by `days` before it hands on. */
export function shifted(sink: ImportSink, days: number): ImportSink {
  if (days === 0) return sink;
  const move = (time: number): number => Math.max(0, time + days * DAY);
  return {
    bareItems: sink.bareItems,
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
