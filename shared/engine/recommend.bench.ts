import { loadKernel } from '../kernel/load.ts';
import { type MarketId, mintRecId, type ReleaseId } from '../protocol/ids.ts';
import type { Moment } from './contract.ts';
import { closeEngine, openRelease } from './engine.ts';
import { recommend } from './recommend.ts';
import { SYNTHETIC_NOW, syntheticParts, syntheticShopper } from './synthetic.case.ts';

/**
 * `npx tsx shared/engine/recommend.bench.ts [items ...] [--build=js]`: the funnel by stage in this Node, in ms, over
 * shoppers of every length, each slate of another shopper than the one before.
 */
const { argv } = process;
const WARM = 60;
const MADE = 400;
const build = argv.find((word) => word.startsWith('--build='))?.slice(8) as 'simd' | 'js' | undefined;
const sizes = argv.slice(2).map(Number).filter(Number.isInteger);

const at = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;

for (const items of sizes.length > 0 ? sizes : [20_000, 100_000]) {
  const kernel = loadKernel(build === undefined ? {} : { build });
  const parts = syntheticParts({ items });
  const before = performance.now();
  const engine = openRelease(parts, 'bench' as ReleaseId, kernel);
  const opened = performance.now() - before;
  const shoppers = Array.from({ length: 40 }, (_, n) =>
    syntheticShopper(items, { past: (n % 8) * 40, now: 1 + (n % 12), seed: n }),
  );
  const stages: Record<string, number[]> = {};
  const totals: number[] = [];
  for (let n = 0; n < WARM + MADE; n++) {
    const trace = { clock: () => performance.now(), stages: {} as Record<string, number> };
    const moment: Moment = {
      now: SYNTHETIC_NOW,
      seed: n,
      recId: mintRecId(SYNTHETIC_NOW, new Uint8Array(10)),
      utcOffsetMinutes: 0,
      rules: 'on',
      market: 'uk' as MarketId,
      trace,
    };
    const from = performance.now();
    const { entries } = recommend(engine, shoppers[n % 40]!, { placement: 'for-you', limit: 20 }, moment);
    const took = performance.now() - from;
    if (entries.length !== 20) throw new Error(`Found ${entries.length} entries, expected 20.`);
    if (n < WARM) continue;
    totals.push(took);
    for (const [name, ms] of Object.entries(trace.stages)) {
      stages[name] ??= [];
      stages[name].push(ms);
    }
  }
  const line = (name: string, values: number[]) =>
    console.log(
      `  ${name.padEnd(10)} p10 ${at(values, 0.1).toFixed(3)}  p50 ${at(values, 0.5).toFixed(3)}  p99 ${at(values, 0.99).toFixed(3)}`,
    );
  console.log(
    `${items} items, ${kernel.build}, ${engine.settings.ranked} ranked, opened in ${opened.toFixed(0)} ms`,
  );
  for (const [name, values] of Object.entries(stages)) line(name, values);
  line('all', totals);
  closeEngine(engine);
}
