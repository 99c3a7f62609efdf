import type { Browser } from 'playwright';
import { type Summary, summarise } from '../measure/statistics.ts';
import type { BenchShop, Published } from './shop.ts';
import { viewsOf } from './shoppers.ts';
import { settled, visit } from './visit.ts';

/** What the page's own thread does for Tacit. */
export interface PageTasks {
  /** ms of the longest task of each run in which code of the SDK ran */
  readonly longest: Summary;
  /** tasks with such code, all runs together */
  readonly tasks: number;
  /** ms of all of them in the median run */
  readonly total: number;
}

/** Of Chromium's trace event format; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly data?: { readonly url?: string }; readonly fileName?: string };
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
const SDK = '/tacit.js';
const VIEWS = 5;

/** First visit, views, slates, and the next page, each traced: a whole short life, cold starts included. */
export async function pageTasks(
  browser: Browser,
  shop: BenchShop,
  published: Published,
  rounds: number,
): Promise<PageTasks> {
  const runs: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    await browser.startTracing(undefined, { categories: CATEGORIES });
    const options = { storage: 'opfs', keeps: true, views: viewsOf(published.items, VIEWS, round) } as const;
    const { page } = await visit(context, shop, published, options);
    await settled(page, published);
    await page.evaluate(([items]) => window.shop.laps(items, 'event', [5]), [
      viewsOf(published.items, 2 * VIEWS, 100 + round),
    ] as const);
    await page.close();
    const next = await visit(context, shop, published, { ...options, path: '/next' });
    await settled(next.page, published);
    runs.push(tasksOf(parseTrace(await browser.stopTracing())));
    await context.close();
  }
  return {
    longest: summarise(runs.map((tasks) => Math.max(...tasks))),
    tasks: runs.reduce((sum, tasks) => sum + tasks.length, 0),
    total: summarise(runs.map((tasks) => tasks.reduce((sum, ms) => sum + ms, 0))).p50,
  };
}

const parseTrace = (trace: Buffer): readonly TraceEvent[] =>
  (JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] }).traceEvents;

const urlOf = ({ args }: TraceEvent): string => args?.data?.url ?? args?.fileName ?? '';

/**
 * ms of every task in which the SDK's file ran. The whole task counts, whoever else had a part in it.
 * @throws Error where the trace has none: then the browser writes its traces in another way
 */
export function tasksOf(events: readonly TraceEvent[]): number[] {
  const complete = events.filter(({ ph, dur }) => ph === 'X' && dur !== undefined);
  const ours = complete.filter((event) => urlOf(event).split('?')[0]!.endsWith(SDK));
  const tasks = complete.filter(({ name }) => name.endsWith('RunTask'));
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const byThread = new Map<string, TraceEvent[]>();
  for (const event of ours) byThread.set(threadOf(event), [...(byThread.get(threadOf(event)) ?? []), event]);
  const found = tasks.filter((task) =>
    byThread.get(threadOf(task))?.some(({ ts }) => ts >= task.ts && ts <= task.ts + task.dur!),
  );
  if (found.length === 0)
    throw new Error(
      `trace: found no task with ${SDK} among ${tasks.length} tasks and ${ours.length} calls of it`,
    );
  return found.map(({ dur }) => dur! / 1000);
}
