import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { openHome } from '../../home.ts';
import { readResult } from '../../training/stages/result.ts';
import { homes } from '../host.case.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href;
const home = homes();

/** A process of its own, so that it can be killed. */
function start(name: string, ...argv: string[]) {
  const words = ['--import', tsx, join(root, 'server/cli/main.ts'), '--home', home(name), ...argv, '--json'];
  const child = spawn(process.execPath, words);
  let out = '';
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out }));
  });
  return { child, ended };
}

/** The run's folder, if one lies there. */
function stagesOf(name: string): string | undefined {
  const folder = join(home(name), 'training', 'demo');
  const [run] = existsSync(folder) ? readdirSync(folder) : [];
  return run && join(folder, run);
}

/** Finished stages: their files and when these were written. */
function finished(name: string): Record<string, number> {
  const folder = stagesOf(name);
  const files = folder
    ? readdirSync(folder).filter((file) => /^(?!clock|under-way).*\.result$/.test(file))
    : [];
  return Object.fromEntries(files.map((file) => [file, statSync(join(folder!, file)).mtimeMs]));
}

/** Starts a training and kills it as soon as `when` says so. */
async function killed(name: string, when: () => boolean): Promise<void> {
  const { child, ended } = start(name, 'train');
  while (!when()) {
    if (child.exitCode !== null) throw new Error('The training ended before it was killed.');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill('SIGKILL');
  await ended;
}

const underWay = (name: string): string =>
  readResult<string>(join(stagesOf(name) ?? '/nowhere', 'under-way.result')) ?? '';
const holds = (name: string, stage: string) => () =>
  Object.keys(finished(name)).some((file) => file.startsWith(stage));

function release(name: string, run: string) {
  const { store, close } = openHome(home(name));
  const { parts, trained } = store.runs.get('demo' as SiteId, run)!;
  close();
  return { parts, space: trained.space, expected: trained.golden.expected, metrics: trained.metrics };
}

beforeAll(async () => {
  const shop = ['--format', 'generated', '--goods', '60', '--shoppers', '40', '--seed', '4'];
  await start('whole', 'import', ...shop).ended;
  cpSync(home('whole'), home('killed'), { recursive: true });
});

it('a training that is killed, between stages and inside them, ends as if it had not been', async () => {
  await killed('killed', holds('killed', 'blend'));
  const first = finished('killed');
  await killed('killed', () => underWay('killed').startsWith('small ranker'));
  const second = finished('killed');
  // What was there once is never written again.
  expect(second).toMatchObject(first);
  expect(Object.keys(second).length).toBeGreaterThan(Object.keys(first).length);

  const { code, out } = await start('killed', 'train').ended;
  expect(code).toBe(0);
  const said = JSON.parse(out) as { run: string; resumed: { kept: string[]; stoppedIn: string } };
  expect(said.resumed.stoppedIn).toMatch(/^small ranker/);
  expect(said.resumed.kept).toEqual(expect.arrayContaining(['transitions', 'bytes', 'blend', 'examples 1']));
  expect(said.resumed.kept.length).toBeGreaterThan(6);
  expect(readdirSync(join(home('killed'), 'training', 'demo'))).toEqual([]);

  const whole = JSON.parse((await start('whole', 'train').ended).out) as { run: string };
  expect(whole).not.toHaveProperty('resumed');
  expect(release('killed', said.run)).toEqual(release('whole', whole.run));
}, 240_000);
