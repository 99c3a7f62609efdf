import { loadKernel } from '../kernel/load.ts';
import type { TacitEvent } from '../protocol/event.ts';
import { type MarketId, mintEventId, mintRecId, type ReleaseId } from '../protocol/ids.ts';
import type { Moment, ShopperState } from './contract.ts';
import { closeEngine, openRelease } from './engine.ts';
import { recommend } from './recommend.ts';
import { seededDraw } from './reranking/draw.ts';
import { applyEvents } from './session.ts';
import { SYNTHETIC_NOW, syntheticId, syntheticParts, syntheticShopper } from './synthetic.case.ts';

/**
 * `npx tsx shared/engine/recommend.bench.ts [items ...] [--build=js]`: the funnel by stage in this Node, in ms. Some
 * shoppers, with profiles of every length, look at one item after the other; each time a slate of 20 is made.
 */
const { argv } = process;
const SHOPPERS = 8;
const VIEWS = 60;
/** of each shopper, before times are noted */
const WARM = 10;
const build = argv.find((word) => word.startsWith('--build='))?.slice(8) as 'simd' | 'js' | undefined;
const sizes = argv.slice(2).map(Number).filter(Number.isInteger);
const BYTES = new Uint8Array(10);

const at = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;

function look(state: ShopperState, row: number, time: number): ShopperState {
  const event: TacitEvent = {
    event_id: mintEventId(time, BYTES),
    name: 'view_item',
    time,
    session_id: 's-now' as never,
    consent: { storage: true, measurement: false },
    items: [{ item_id: syntheticId(row) }],
  };
  return applyEvents(state, [event]);
}

for (const items of sizes.length > 0 ? sizes : [20_000, 100_000]) {
  const kernel = loadKernel(build === undefined ? {} : { build });
  const parts = syntheticParts({ items });
  const before = performance.now();
  const engine = openRelease(parts, 'bench' as ReleaseId, kernel);
  const opened = performance.now() - before;
  const stages: Record<string, number[]> = {};
  const draw = seededDraw(7);
  const note = (name: string, ms: number) => {
    stages[name] ??= [];
    stages[name].push(ms);
  };
  for (let shopper = 0; shopper < SHOPPERS; shopper++) {
    let state = syntheticShopper(items, { past: shopper * 50, now: 1 + shopper, seed: shopper });
    for (let view = 0; view < VIEWS; view++) {
      const now = SYNTHETIC_NOW + view * 20_000;
      const trace = { clock: () => performance.now(), stages: {} as Record<string, number> };
      const moment: Moment = {
        now,
        seed: view,
        recId: mintRecId(now, BYTES),
        utcOffsetMinutes: 0,
        rules: 'on',
        market: 'uk' as MarketId,
        trace,
      };
      const from = performance.now();
      state = look(state, Math.floor(draw() * items), now);
      const applied = performance.now();
      const { entries } = recommend(engine, state, { placement: 'for-you', limit: 20 }, moment);
      const took = performance.now() - applied;
      if (entries.length !== 20) throw new Error(`Found ${entries.length} entries, expected 20.`);
      if (view < WARM) continue;
      note('event', applied - from);
      for (const [name, ms] of Object.entries(trace.stages)) note(name, ms);
      note('slate', took);
    }
  }
  const by = engine.ranker === undefined ? 'the blend' : `${engine.ranker.network.inputs} inputs`;
  console.log(
    `${items} items, ${kernel.build}, ${engine.settings.ranked} ranked by ${by}, opened in ${opened.toFixed(0)} ms`,
  );
  for (const [name, values] of Object.entries(stages)) {
    const shown = [0.1, 0.5, 0.99].map((share) => `p${100 * share} ${at(values, share).toFixed(3)}`);
    console.log(`  ${name.padEnd(10)} ${shown.join('  ')}`);
  }
  closeEngine(engine);
}
