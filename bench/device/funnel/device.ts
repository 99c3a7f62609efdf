import { availableParallelism } from 'node:os';
import { openChromium } from '../browser/chromium.ts';
import type { Tell } from '../measure/progress.ts';
import { type TabMemory, tabMemory } from './memory.ts';
import { type ColdStart, coldStarts, type FirstVisit, firstVisits } from './openings.ts';
import { type BenchShop, openShop, type Published, STORAGES } from './shop.ts';
import { measureSteady, type Steady, type SteadyEffort, sit } from './steady.ts';
import { type PageTasks, pageTasks } from './tasks.ts';

export interface DeviceEffort extends SteadyEffort {
  /** pages opened for each figure of an opening */
  readonly openings: number;
  /** slates before memory is weighed */
  readonly slates: number;
  /** items of a first visit, of the ordinary catalogue, of a large one; as the issue names them unless it is a look */
  readonly sizes: { readonly first: number; readonly usual: number; readonly large: number };
}

export interface DeviceResult {
  readonly usual: Steady;
  readonly large: Steady | undefined;
  /** the ordinary catalogue in a browser without WebAssembly: the plain JS build and the smaller ranker */
  readonly plain: Steady | undefined;
  /** the whole browser on one core, and the page busy half of the time; undefined where nothing can pin it */
  readonly crowded: Steady | undefined;
  readonly coldStarts: readonly ColdStart[];
  readonly firstVisit: FirstVisit;
  readonly tasks: PageTasks;
  readonly memory: TabMemory;
}

/** `recommend()`, openings, tasks and memory of the SDK as it ships, against the real server. */
export async function benchDevice(seed: number, effort: DeviceEffort, tell: Tell): Promise<DeviceResult> {
  const shop = await openShop(seed, tell);
  try {
    const { first, usual, large } = effort.sizes;
    const small = await shop.publish(first, true);
    const ordinary = await shop.publish(usual, false);
    const big = await shop.publish(large, false);
    const steady = await openSteady(shop, [ordinary, big], effort, { seed, tell });
    const crowded = await crowd(shop, ordinary, effort, { seed, tell });
    const openings = await measureOpenings(shop, { small, ordinary }, effort, tell);
    tell(`memory of a tab, ${usual} items`);
    const memory = await tabMemory(shop, ordinary, effort.slates);
    return { usual: steady[0]!, large: steady[1], plain: steady[2], crowded, ...openings, memory };
  } finally {
    await shop.close();
  }
}

interface Aside {
  readonly seed: number;
  readonly tell: Tell;
}

async function openSteady(
  shop: BenchShop,
  releases: readonly Published[],
  effort: DeviceEffort,
  { seed, tell }: Aside,
): Promise<Steady[]> {
  const { browser, close } = await openChromium();
  try {
    tell(`recommend(): ${releases.map(({ items }) => items).join(' and ')} items`);
    const seats = [];
    for (const published of releases) seats.push(await sit(browser, shop, published));
    seats.push(await sit(browser, shop, releases[0]!, { browsing: 'no-wasm' }));
    return await measureSteady(seats, effort, seed);
  } finally {
    await close();
  }
}

async function crowd(
  shop: BenchShop,
  published: Published,
  effort: DeviceEffort,
  { seed, tell }: Aside,
): Promise<Steady | undefined> {
  if (process.platform !== 'linux') return undefined;
  tell('recommend(): the whole browser on one core, the page busy half of the time');
  const { browser, close } = await openChromium({ core: availableParallelism() - 1 });
  try {
    const seat = await sit(browser, shop, published, { crowded: true });
    return (await measureSteady([seat], effort, seed))[0];
  } finally {
    await close();
  }
}

async function measureOpenings(
  shop: BenchShop,
  { small, ordinary }: { small: Published; ordinary: Published },
  { openings }: DeviceEffort,
  tell: Tell,
): Promise<Pick<DeviceResult, 'coldStarts' | 'firstVisit' | 'tasks'>> {
  const { browser, close } = await openChromium();
  try {
    const starts: ColdStart[] = [];
    for (const storage of STORAGES) {
      tell(`cold start: ${storage}, ${ordinary.items} items`);
      starts.push(await coldStarts(shop, ordinary, { storage, rounds: openings }));
    }
    tell(`first visit: ${small.items} items`);
    const firstVisit = await firstVisits(browser, shop, small, openings);
    tell('tasks of the page');
    const tasks = await pageTasks(browser, shop, ordinary, Math.ceil(openings / 3));
    return { coldStarts: starts, firstVisit, tasks };
  } finally {
    await close();
  }
}
