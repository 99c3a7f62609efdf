import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fill, measure, type Point } from './size.ts';

/**
 * How training's time and memory grow with events, each size in processes of its own. Prints a line a size as it comes,
 * with `--json` one object at the end.
 */
export async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      events: { type: 'string', default: '100k,1m' },
      items: { type: 'string', default: '200k' },
      preset: { type: 'string', default: 'fast' },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      home: { type: 'string' },
    },
  });
  const { preset, home, only, json } = values;
  const items = count(values.items);
  if (only === 'fill' && home) return fill(home, { items, events: count(values.events) });
  if (only === 'train' && home) {
    process.stdout.write(`${JSON.stringify(await measure(home, preset))}\n`);
    return;
  }
  const points: Point[] = [];
  for (const events of values.events.split(',')) {
    const point = sizeOf(['--events', events, '--items', String(items), '--preset', preset]);
    points.push(point);
    if (!json) process.stdout.write(lineOf(point));
  }
  if (json) process.stdout.write(`${JSON.stringify({ preset, points })}\n`);
}

/** `200k`, `10m` or a plain number. */
function count(text: string): number {
  const found = /^(\d+)(k|m)?$/.exec(text);
  if (!found) throw new RangeError(`expected a number such as 200k or 10m, found "${text}".`);
  return Number(found[1]) * (found[2] === 'm' ? 1e6 : found[2] === 'k' ? 1e3 : 1);
}

function sizeOf(words: readonly string[]): Point {
  const home = mkdtempSync(join(tmpdir(), 'tacit-growth-'));
  try {
    const run = (only: string): string => {
      const script = resolve('bench/training.mjs');
      const own = [...process.execArgv, script, ...words, '--home', home, '--only', only];
      const { status, stdout } = spawnSync(process.execPath, own, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (status !== 0) throw new Error(`${only} of ${words.join(' ')} ended with ${status}.`);
      return stdout;
    };
    run('fill');
    return JSON.parse(run('train')) as Point;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function lineOf(point: Point): string {
  const { events, items, seconds, cpuSeconds, peakMegabytes, bundleMegabytes, stages } = point;
  const longest = Object.entries(stages).sort(([, a], [, b]) => b - a);
  const each = longest.slice(0, 6).map(([name, took]) => `${name} ${took.toFixed(1)}`);
  return (
    `${events} events, ${items} items: ${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s ` +
    `(${((1e6 * cpuSeconds) / events).toFixed(0)} us an event), peak ${peakMegabytes.toFixed(0)} MB, ` +
    `bundle ${bundleMegabytes.toFixed(1)} MB\n  ${each.join(', ')}\n`
  );
}
