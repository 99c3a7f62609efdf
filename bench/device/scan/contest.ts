import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { StaticServer } from '../browser/serve.ts';
import type { Tell } from '../measure/progress.ts';
import type { Summary } from '../measure/statistics.ts';
import { type Rounds, takeTurns } from '../measure/turns.ts';
import type { Built, Source } from '../pages/scan.ts';
import { type DataKind, exactNeighbours, recallOf, type VectorData } from './data.ts';
import { ENTRANTS, type Entrant, MOST_MEMORY } from './families.ts';

export const K = 100;

export interface Effort extends Rounds {
  /** queries whose answers are compared with the exact ones */
  readonly graded: number;
  /** s that a peer's graph may take to build */
  readonly patience: number;
}

/** One way to ask one index, measured. */
export interface Measured {
  readonly name: string;
  readonly family: string;
  readonly ours: boolean;
  /** of the exact float32 top 100; undefined for the memory read, which finds nothing */
  readonly recall: number | undefined;
  /** ms a query */
  readonly ms: Summary;
  readonly build: { readonly loadMs: number; readonly buildMs: number; readonly memoryBytes: number };
}

export interface LeftOut {
  readonly family: string;
  readonly why: string;
}

export interface Contest {
  readonly kind: DataKind;
  readonly items: number;
  readonly measured: readonly Measured[];
  readonly leftOut: readonly LeftOut[];
}

export interface ContestTools {
  readonly browser: Browser;
  readonly server: StaticServer;
  /** a folder that the server serves as /data */
  readonly folder: string;
  readonly tell: Tell;
}

interface Seat {
  readonly entrant: Entrant;
  readonly page: Page;
  readonly built: Built;
}

/**
 * All that fit, side by side: each family in a page (and so a process) of its own, all built first, then asked in turns,
 * so that what else the machine does hits all alike.
 * @param known ms that a graph took to build, by family and items: tells what a larger one would take
 */
export async function runContest(
  data: VectorData,
  effort: Effort,
  tools: ContestTools & { readonly known: Map<string, { items: number; ms: number }> },
): Promise<Contest> {
  const { tell } = tools;
  const title = `${data.kind} ${data.items}`;
  const source = await publishData(data, tools);
  const exact = exactNeighbours(data, effort.graded, K);
  const leftOut: LeftOut[] = [];
  const fitting = ENTRANTS.filter((entrant) => {
    const why = whyNot(entrant, data.items, effort, tools.known);
    if (why !== undefined) leftOut.push({ family: entrant.family, why });
    return why === undefined;
  });
  for (const { family, why } of leftOut) tell(`${title}: ${family} left out: ${why}`);
  const seats: Seat[] = [];
  try {
    for (const outcome of await inPairs(fitting, (entrant) => seat(entrant, source, effort, tools))) {
      if ('why' in outcome) leftOut.push(outcome);
      else seats.push(outcome);
    }
    for (const { entrant, built } of seats)
      if (entrant.graph)
        tools.known.set(`${entrant.family} ${data.kind}`, { items: data.items, ms: built.buildMs });
    tell(`${title}: measuring`);
    const measured = await measure(seats, effort, exact);
    return { kind: data.kind, items: data.items, measured, leftOut };
  } finally {
    for (const { page } of seats) await page.close();
    await rm(tools.folder, { recursive: true, force: true });
  }
}

async function publishData(data: VectorData, { folder }: ContestTools): Promise<Source> {
  await mkdir(folder, { recursive: true });
  const bytes = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  await writeFile(join(folder, 'values.f32'), bytes(data.values));
  await writeFile(join(folder, 'queries.f32'), bytes(data.queries));
  const { items, dims } = data;
  return { items, dims, values: '/data/values.f32', queries: '/data/queries.f32' };
}

/** Growing graphs slow down as they grow: a little more than in proportion. */
const GROWTH = 1.15;

function whyNot(
  entrant: Entrant,
  items: number,
  { patience }: Effort,
  known: ReadonlyMap<string, { items: number; ms: number }>,
): string | undefined {
  const memory = entrant.bytesAnItem * items;
  if (memory > MOST_MEMORY) return `needs about ${(memory / 2 ** 30).toFixed(1)} GB, a page has 4`;
  const earlier = [...known].filter(([name]) => name.startsWith(`${entrant.family} `)).map(([, one]) => one);
  const slowest = Math.max(0, ...earlier.map(({ items: n, ms }) => (ms / 1000) * (items / n) ** GROWTH));
  return slowest > patience
    ? `its index would take about ${slowest.toFixed(0)} s to build, the limit is ${patience} (--patience)`
    : undefined;
}

/** Two at a time, for two cores: building is not measured against anything. */
async function inPairs<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const waiting = list.map((one, at) => ({ one, at })).reverse();
  const results: R[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      results[next.at] = await work(next.one);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

async function seat(
  entrant: Entrant,
  source: Source,
  { patience }: Effort,
  { browser, server, tell }: ContestTools,
): Promise<Seat | LeftOut> {
  const { family } = entrant;
  const page = await browser.newPage();
  try {
    await page.goto(server.url);
    await page.addScriptTag({ url: '/pages/scan.js', type: 'module' });
    await page.waitForFunction('window.scan !== undefined');
    const building = page.evaluate(([name, from]) => window.scan.build(name, from), [
      family,
      source,
    ] as const);
    const built = entrant.graph ? await within(patience, building) : await building;
    if (built === undefined) {
      const done = await page.evaluate(() => window.scan.progress());
      await page.close();
      return { family, why: `${done} of ${source.items} rows indexed after ${patience} s (--patience)` };
    }
    tell(`  ${family}: built in ${(built.buildMs / 1000).toFixed(1)} s`);
    return { entrant, page, built };
  } catch (error) {
    await page.close();
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    tell(`  ${family}: ${why}`);
    return { family, why };
  }
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), seconds * 1000);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function measure(
  seats: readonly Seat[],
  effort: Effort,
  exact: readonly (readonly number[])[],
): Promise<Measured[]> {
  const asked = seats.flatMap((at) => at.built.names.map((name) => ({ ...at, name })));
  const recalls: (number | undefined)[] = [];
  for (const { page, name } of asked) recalls.push(await recallIn(page, name, exact));
  const times = await takeTurns(
    asked.map(({ page, name }) => ({
      laps: (calls, together, from) =>
        page.evaluate(([what, k]) => window.scan.laps(what, k), [
          { name, calls, together, from },
          K,
        ] as const),
    })),
    effort,
  );
  return asked.map(({ entrant, built, name }, at) => ({
    name,
    family: entrant.family,
    ours: entrant.ours,
    recall: recalls[at],
    ms: times[at]!,
    build: { loadMs: built.loadMs, buildMs: built.buildMs, memoryBytes: built.memoryBytes },
  }));
}

async function recallIn(
  page: Page,
  name: string,
  exact: readonly (readonly number[])[],
): Promise<number | undefined> {
  const answers = await page.evaluate(([who, queries, k]) => window.scan.answers(who, queries, k), [
    name,
    exact.length,
    K,
  ] as const);
  return answers.some((rows) => rows.length > 0) ? recallOf(answers, exact) : undefined;
}
