import { performance } from 'node:perf_hooks';
import type { Journal } from '../../models/contract.ts';
import { openHome } from '../../server/home.ts';
import { PRESET_NAMES, type PresetName } from '../../server/training/presets.ts';
import { storedShop } from '../../server/training/stored-shop.ts';
import { train } from '../../server/training/train.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { MarketId, SiteId } from '../../shared/protocol/ids.ts';
import { eventsOf, itemsOf, type Size, TODAY } from './shop.ts';

const SITE = 'demo' as SiteId;

/** One point of the curve. CPU and peak are of the process that trains, import apart. */
export interface Point {
  readonly events: number;
  readonly items: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly bundleMegabytes: number;
  /** seconds of CPU by stage as the journal tells them */
  readonly stages: Readonly<Record<string, number>>;
}

/** Fills a home of its own, so that what importing needs is not counted as training's. */
export function fill(folder: string, size: Size): void {
  const home = openHome(folder, {});
  const markets = [{ id: 'eu' as MarketId, currency: 'EUR', language: 'en' }];
  home.store.sites.ensure(SITE, markets);
  home.store.catalogue.upsert(SITE, itemsOf(size), TODAY);
  home.store.interactions.append(SITE, eventsOf(size));
  home.close();
}

export async function measure(folder: string, preset: string): Promise<Point> {
  const home = openHome(folder, {});
  const shop = storedShop(home.store, SITE, TODAY);
  const clock = () => performance.now();
  const stages: Record<string, number> = {};
  const started = clock();
  const options = { seed: 1, code: 'bench', kernel: loadKernel(), clock, preset: presetOf(preset) };
  const trained = await train(shop, options, stopwatch(stages));
  const seconds = (clock() - started) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  home.close();
  return {
    events: trained.lineage.interactions,
    items: trained.items,
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
    bundleMegabytes: trained.parts.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6,
    stages,
  };
}

function presetOf(name: string): PresetName {
  const found = PRESET_NAMES.find((one) => one === name);
  if (found === undefined)
    throw new RangeError(`--preset: expected ${PRESET_NAMES.join(' or ')}, found "${name}".`);
  return found;
}

/** CPU time since the last word of the journal belongs to what it says now: on a busy machine the clock says little. */
function stopwatch(into: Record<string, number>): Journal {
  let last = process.cpuUsage();
  const lap = (name: string): void => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    into[name] = (into[name] ?? 0) + (user + system) / 1e6;
    if (!process.env['TACIT_DEBUG']) return;
    const resident = (process.memoryUsage().rss / 1e6).toFixed(0);
    process.stderr.write(`${name}: CPU ${into[name]?.toFixed(1)} s so far, resident ${resident} MB\n`);
  };
  return { stage: (name) => lap(name), log: (name) => lap(name) };
}
