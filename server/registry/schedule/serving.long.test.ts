import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { homes } from '../../cli/host.case.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href;
const home = homes();

function start(...argv: string[]) {
  const words = ['--import', tsx, join(root, 'server/cli/main.ts'), '--home', home('scheduled'), ...argv];
  const child = spawn(process.execPath, words, { env: { ...process.env, TACIT_CHROMIUM: '/nowhere' } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes) => {
    said.out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    said.err += bytes;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, said, ended };
}

it('a serving process trains by the clock, publishes what the gate lets through, and ends with its training', async () => {
  const shop = ['--format', 'generated', '--goods', '60', '--shoppers', '60', '--seed', '4'];
  expect(await start('import', ...shop, '--json').ended).toBe(0);
  const { child, said, ended } = start('serve', '--port', '0', '--json', '--train-every', '* * * * * *');
  await expect.poll(() => said.out, { timeout: 60_000 }).not.toBe('');
  const { url } = JSON.parse(said.out) as { url: string };
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  const published = 'tacit_trainings_total{outcome="published"}';
  await expect.poll(metrics, { timeout: 240_000, interval: 1000 }).toContain(published);
  expect(await metrics()).toContain('tacit_trainings_total{outcome="skipped"}');
  expect((await fetch(`${url}/v1/manifest?site=demo`)).status).toBe(200);
  // Not before the next one has begun, so that there is something to stop.
  const begun = () => said.err.split('scheduled training begins').length;
  const sofar = begun();
  await expect.poll(begun, { timeout: 60_000 }).toBeGreaterThan(sofar);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(said.err).toContain('scheduled training stopped');
}, 400_000);
