import type { Browser } from 'playwright';
import { median, type Summary, summarise } from '../measure/statistics.ts';
import { type BenchShop, NOTHING, type Published } from './shop.ts';
import { viewsOf } from './shoppers.ts';
import { openTab, settled, visit } from './visit.ts';

/**
 * What the page's own thread does for Tacit. A task is counted as the browser's own long-task observer counts it: with the
 * promises that settle at its end.
 */
export interface PageTasks {
  /** ms of the longest task of each run in which code of the SDK ran */
  readonly longest: Summary;
  /** the same of the same page where a script that does nothing stands in the SDK's place: what is not Tacit's */
  readonly longestWithout: Summary;
  /** ms of processor time of the task of each run that took most of it: what a busy machine adds is not in it */
  readonly longestWork: Summary;
  readonly longestWorkWithout: Summary;
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

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing', 'loading'];
/** The page's script and its parts; a worker's run on threads of their own. */
const SDK = /\/tacit[^/]*\.js$/;
/** What the benchmark's page says before it calls the SDK. */
const CALL = 'shop calls tacit';
const PAGE_THREAD = 'CrRendererMain';
const VIEWS = 5;

/** First visit, views, slates, and the next page, each traced: a whole short life, cold starts included. */
export async function pageTasks(
  browser: Browser,
  shop: BenchShop,
  published: Published,
  rounds: number,
): Promise<PageTasks> {
  const [runs, without]: Task[][][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    runs!.push(await shortLife(browser, shop, published, { round }));
    without!.push(await shortLife(browser, shop, published, { round, sdk: NOTHING }));
  }
  const most = (all: readonly Task[][], of: keyof Task): Summary =>
    summarise(all.map((tasks) => Math.max(...tasks.map((task) => task[of]))));
  return {
    longest: most(runs!, 'ms'),
    longestWithout: most(without!, 'ms'),
    longestWork: most(runs!, 'work'),
    longestWorkWithout: most(without!, 'work'),
    tasks: runs!.reduce((sum, tasks) => sum + tasks.length, 0),
    total: median(runs!.map((tasks) => tasks.reduce((sum, { ms }) => sum + ms, 0))),
  };
}

async function shortLife(
  browser: Browser,
  shop: BenchShop,
  published: Published,
  { round, sdk = '/tacit.js' }: { round: number; sdk?: string },
): Promise<Task[]> {
  const context = await browser.newContext();
  const tab = await openTab(context);
  await browser.startTracing(undefined, { categories: CATEGORIES });
  const views = viewsOf(published.items, VIEWS, round);
  const options = { storage: 'opfs', keeps: true, views, tab, sdk } as const;
  await visit(context, shop, published, options);
  await settled(tab);
  await tab.evaluate(([items]) => window.shop.laps(items, 'event', [5]), [
    viewsOf(published.items, 2 * VIEWS, 100 + round),
  ] as const);
  await visit(context, shop, published, { ...options, path: '/next' });
  await settled(tab);
  const tasks = tasksOf(parseTrace(await browser.stopTracing()));
  await context.close();
  return tasks;
}

const parseTrace = (trace: Buffer): readonly TraceEvent[] =>
  (JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] }).traceEvents;

const urlOf = ({ args }: TraceEvent): string => args?.data?.url ?? args?.fileName ?? '';
const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
const isOfSdk = (event: TraceEvent): boolean => event.name === CALL || SDK.test(urlOf(event).split('?')[0]!);

/**
 * Every task in which the SDK's code ran. The whole task counts, whoever else had a part in it.
 * @throws Error where the trace has none: then the browser writes its traces in another way
 */
export function tasksOf(events: readonly TraceEvent[]): Task[] {
  const pages = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === PAGE_THREAD)
      .map((event) => threadOf(event)),
  );
  const found: Task[] = [];
  let all = 0;
  for (const thread of pages) {
    const own = events.filter((event) => threadOf(event) === thread);
    const told = own.filter((event) => isOfSdk(event)).map(({ ts }) => ts);
    for (const { from, to, ms, work } of turnsOf(own)) {
      all += 1;
      if (told.some((ts) => ts >= from && ts <= to)) found.push({ ms, work });
    }
  }
  if (found.length === 0) throw new Error(`trace: found no task of a page with ${SDK} among ${all} tasks`);
  return found;
}

interface Turn extends Task {
  readonly from: number;
  readonly to: number;
}

/** The next document is put in place by the task that tells the last one that it is left: that is the browser's own work. */
const NEXT_DOCUMENT = 'DocumentLoader::CommitNavigation';

/** Tasks of one thread, each with the promises that settled behind it: the trace tells of those as of an event of its own. */
function turnsOf(events: readonly TraceEvent[]): Turn[] {
  const complete = events.filter(({ ph, dur }) => ph === 'X' && dur !== undefined);
  const spans = complete
    .filter(({ name }) => name.endsWith('RunTask') || name.endsWith('PerformMicrotaskCheckpoint'))
    .sort((a, b) => a.ts - b.ts || b.dur! - a.dur!);
  const turns: Turn[] = [];
  for (const { name, ts, dur = 0, tdur = dur } of spans) {
    const before = turns.at(-1);
    if (before !== undefined && ts + dur <= before.to) continue;
    const [ms, work] = [dur / 1000, tdur / 1000];
    if (name.endsWith('RunTask') || before === undefined) turns.push({ from: ts, to: ts + dur, ms, work });
    else
      turns.splice(-1, 1, { from: before.from, to: ts + dur, ms: before.ms + ms, work: before.work + work });
  }
  const commits = complete.filter(({ name }) => name === NEXT_DOCUMENT);
  return turns.map((turn) => {
    const inside = commits.filter(({ ts }) => ts >= turn.from && ts <= turn.to);
    const ms = inside.reduce((sum, { dur = 0 }) => sum + dur / 1000, 0);
    const work = inside.reduce((sum, { dur = 0, tdur = dur }) => sum + tdur / 1000, 0);
    return { ...turn, ms: turn.ms - ms, work: turn.work - work };
  });
}
