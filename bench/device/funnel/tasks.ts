import type { Browser } from 'playwright';
import { median, type Summary, summarise } from '../measure/statistics.ts';
import type { BenchShop, Published } from './shop.ts';
import { viewsOf } from './shoppers.ts';
import { settled, visit } from './visit.ts';

/** What the page's own thread does for Tacit. */
export interface PageTasks {
  /** ms of the longest task of each run in which code of the SDK ran */
  readonly longest: Summary;
  /** ms of processor time of the task of each run that took most of it: what a busy machine adds is not in it */
  readonly longestWork: Summary;
  /** tasks with such code, all runs together */
  readonly tasks: number;
  /** ms of all of them in the median run */
  readonly total: number;
}

interface Task {
  readonly ms: number;
  readonly work: number;
}

/** Of Chromium's trace event format; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** of the thread's own clock */
  readonly tdur?: number;
  readonly args?: {
    readonly data?: { readonly url?: string };
    readonly fileName?: string;
    readonly name?: string;
  };
}

const CATEGORIES = ['toplevel', 'devtools.timeline'];
/** The page's script and its parts; a worker's run on threads of their own. */
const SDK = /\/tacit[^/]*\.js$/;
const PAGE_THREAD = 'CrRendererMain';
const VIEWS = 5;

/** First visit, views, slates, and the next page, each traced: a whole short life, cold starts included. */
export async function pageTasks(
  browser: Browser,
  shop: BenchShop,
  published: Published,
  rounds: number,
): Promise<PageTasks> {
  const runs: Task[][] = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    await browser.startTracing(undefined, { categories: CATEGORIES });
    const options = { storage: 'opfs', keeps: true, views: viewsOf(published.items, VIEWS, round) } as const;
    const { page } = await visit(context, shop, published, options);
    await settled(page);
    await page.evaluate(([items]) => window.shop.laps(items, 'event', [5]), [
      viewsOf(published.items, 2 * VIEWS, 100 + round),
    ] as const);
    await page.close();
    const next = await visit(context, shop, published, { ...options, path: '/next' });
    await settled(next.page);
    runs.push(tasksOf(parseTrace(await browser.stopTracing())));
    await context.close();
  }
  return {
    longest: summarise(runs.map((tasks) => Math.max(...tasks.map(({ ms }) => ms)))),
    longestWork: summarise(runs.map((tasks) => Math.max(...tasks.map(({ work }) => work)))),
    tasks: runs.reduce((sum, tasks) => sum + tasks.length, 0),
    total: median(runs.map((tasks) => tasks.reduce((sum, { ms }) => sum + ms, 0))),
  };
}

const parseTrace = (trace: Buffer): readonly TraceEvent[] =>
  (JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] }).traceEvents;

const urlOf = ({ args }: TraceEvent): string => args?.data?.url ?? args?.fileName ?? '';

/**
 * Every task in which the SDK's code ran. The whole task counts, whoever else had a part in it.
 * @throws Error where the trace has none: then the browser writes its traces in another way
 */
export function tasksOf(events: readonly TraceEvent[]): Task[] {
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === PAGE_THREAD)
      .map((event) => threadOf(event)),
  );
  const complete = events.filter(({ ph, dur }) => ph === 'X' && dur !== undefined);
  const byThread = new Map<string, TraceEvent[]>();
  for (const event of complete)
    if (pages.has(threadOf(event)) && SDK.test(urlOf(event).split('?')[0]!))
      byThread.set(threadOf(event), [...(byThread.get(threadOf(event)) ?? []), event]);
  const tasks = complete.filter(({ name }) => name.endsWith('RunTask'));
  const found = tasks.filter((task) =>
    byThread.get(threadOf(task))?.some(({ ts }) => ts >= task.ts && ts <= task.ts + task.dur!),
  );
  if (found.length === 0)
    throw new Error(`trace: found no task of a page with ${SDK} among ${tasks.length} tasks`);
  return found.map(({ dur, tdur }) => ({ ms: dur! / 1000, work: (tdur ?? dur!) / 1000 }));
}
