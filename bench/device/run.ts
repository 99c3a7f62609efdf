import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { needChromium } from '../../scripts/browser.mjs';
import { benchDevice } from './funnel/device.ts';
import type { Tell } from './measure/progress.ts';
import type { Plan } from './plan.ts';
import { benchRanker } from './ranker/ranker.ts';
import type { Results } from './results.ts';
import { realData } from './scan/real.ts';
import { benchScan, QUERIES } from './scan/scan.ts';
import { wireBytes } from './scan/wire.ts';

/** One run: each section side by side in Chromium, one after another. */
export async function runBench(plan: Plan, clock: () => number, tell: Tell): Promise<Results> {
  const began = clock();
  const machine = await describeMachine();
  const wants = (section: Plan['sections'][number]) => plan.sections.includes(section);
  const real = plan.scan.real ? realData(plan.seed, QUERIES) : undefined;
  const failures: string[] = [];
  /** A section that fails costs its own figures, not those of the others. */
  const section = async <T>(
    name: Plan['sections'][number],
    work: () => Promise<T>,
  ): Promise<T | undefined> => {
    if (!wants(name)) return undefined;
    try {
      return await work();
    } catch (error) {
      failures.push(`${name}: failed: ${error instanceof Error ? error.message : error}`);
      tell(failures.at(-1)!);
      return undefined;
    }
  };
  const device = await section('device', () => benchDevice(plan.seed, plan.device, tell));
  const ranker = await section('ranker', () => benchRanker(plan.seed, plan.ranker, tell));
  const scan = await section('scan', () => benchScan({ ...plan.scan, seed: plan.seed }, real, tell));
  const wire = wants('scan') ? await wireBytes(plan.wholeWire) : undefined;
  const contests = scan ?? [];
  return {
    plan,
    machine,
    scan,
    wire,
    ranker,
    device,
    failures,
    leftOut: [
      ...contests.flatMap(({ kind, items, leftOut }) =>
        leftOut.map(({ family, why }) => `${family}, ${kind} data, ${items} items: ${why}`),
      ),
      ...(wants('scan') && real === undefined
        ? ['real item embeddings: TACIT_DATA is not set or has no diginetica']
        : []),
      'usearch: its npm package has native builds alone, no WebAssembly',
    ],
    seconds: (clock() - began) / 1000,
  };
}

async function describeMachine(): Promise<Results['machine']> {
  const { executablePath } = await needChromium();
  return {
    browser: execFileSync(executablePath, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim(),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    load: loadavg()[0]!,
  };
}
