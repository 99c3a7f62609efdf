import type { Browser, Page } from 'playwright';
import { createRandom } from '../../../models/random.ts';
import type { DeviceStatus } from '../../../shared/protocol/device.ts';
import { type Summary, summarise } from '../measure/statistics.ts';
import type { Lap } from '../pages/shop.ts';
import type { BenchShop, Browsing, Published } from './shop.ts';
import { viewsOf } from './shoppers.ts';
import { settled, visit } from './visit.ts';

/** Slates on a page that has been open for a while. */
export interface Steady {
  readonly items: number;
  /** ms as the page sees it, comlink included */
  readonly recommend: Summary;
  /** ms from the shop's `track` to the slate that knows of it */
  readonly event: Summary;
  /** mean ms by stage of the funnel, as the worker's clock gives them, and `total` as the page saw it */
  readonly stages: Readonly<Record<string, number>>;
  /** share of events after which the slate was another one */
  readonly changed: number;
  readonly shown: number;
  readonly build: DeviceStatus['build'];
}

export interface SteadyEffort {
  readonly rounds: number;
  /** laps of a kind in a round */
  readonly laps: number;
}

/** Views before anything is timed: a session as long as one gets, all of its sources awake, all code compiled. */
const SESSION = 60;
const LONGEST_WAIT = 17;

export interface Seat {
  readonly page: Page;
  readonly published: Published;
  readonly status: DeviceStatus;
}

export async function sit(
  browser: Browser,
  shop: BenchShop,
  published: Published,
  { crowded = false, browsing = 'opfs' }: { crowded?: boolean; browsing?: Browsing } = {},
): Promise<Seat> {
  const context = await browser.newContext();
  const { page } = await visit(context, shop, published, { storage: browsing, keeps: false, views: [] });
  const status = await settled(page);
  await page.evaluate((items) => window.shop.look(items), viewsOf(published.items, SESSION, 1));
  if (crowded) await page.evaluate(() => window.shop.crowd());
  return { page, published, status };
}

/** All pages in turns. @param seed of what the shoppers look at and of the pauses between two slates */
export async function measureSteady(
  seats: readonly Seat[],
  effort: SteadyEffort,
  seed: number,
): Promise<Steady[]> {
  const random = createRandom(seed);
  const waits = Array.from({ length: 97 }, () => random.next() * LONGEST_WAIT);
  const taken = seats.map(() => ({ recommend: [] as Lap[], event: [] as Lap[] }));
  for (let round = 0; round <= effort.rounds; round++)
    for (const [at, { page, published }] of seats.entries())
      for (const kind of ['recommend', 'event'] as const) {
        const items = viewsOf(published.items, effort.laps, seed + 2 * round + (kind === 'event' ? 1 : 0));
        const laps = await page.evaluate(([list, what, pauses]) => window.shop.laps(list, what, pauses), [
          items,
          kind,
          waits,
        ] as const);
        // The first round warms up.
        if (round > 0) taken[at]![kind].push(...laps);
      }
  return seats.map(({ published, status }, at) => {
    const { recommend, event } = taken[at]!;
    return {
      items: published.items,
      recommend: summarise(recommend.map(({ ms }) => ms)),
      event: summarise(event.map(({ ms }) => ms)),
      stages: stagesOf(recommend),
      changed: event.filter(({ changed }) => changed).length / event.length,
      shown: Math.min(...recommend.map(({ shown }) => shown)),
      build: status.build,
    };
  });
}

/** Means, since a stage can be shorter than a step of the clock: over many slates the steps even out. */
function stagesOf(laps: readonly Lap[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { stages } of laps)
    for (const [stage, ms] of Object.entries(stages)) sums[stage] = (sums[stage] ?? 0) + ms / laps.length;
  return sums;
}
