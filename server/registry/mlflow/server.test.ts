import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { publish } from '../../publish/publish.ts';
import { trainedRelease } from '../../publish/trained.case.ts';
import { NOW, registryBench, SITE } from '../registry.case.ts';
import { mlflowCalls } from './client.ts';
import { mirrorRun } from './mirror.ts';

const mlflow = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'mlflow'))
  .find((file) => existsSync(file));

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A tracking server of its own on loopback. */
async function startServer(program: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-mlflow-'));
  const port = await freePort();
  const words = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const places = [
    '--backend-store-uri',
    `sqlite:///${folder}/runs.db`,
    '--artifacts-destination',
    `${folder}/files`,
  ];
  const child = spawn(program, [...words, ...places], { cwd: folder, stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: 120_000, interval: 500 }).toBe(true);
  return {
    url,
    async stop() {
      process.kill(-child.pid!, 'SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

it(mlflow
  ? 'a real MLflow server holds runs, versions and aliases'
  : 'MLflow: left out, no mlflow command is on the path', async () => {
  if (mlflow === undefined) return;
  const [server, bench] = [await startServer(mlflow), registryBench()];
  try {
    const environment = { MLFLOW_TRACKING_URI: server.url };
    const mirror = (run: string) => mirrorRun(bench.home, { site: SITE, environment, now: () => NOW }, run);
    const parameters = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`setting.${at}`, at]));
    const first = await bench.record({ lineage: { ...trainedRelease().lineage, parameters } });
    await publish(bench.context, { site: SITE });
    const second = await bench.record({ seed: 2 });
    expect(await mirror(first)).toMatchObject({ outcome: 'sent', version: '1' });
    expect(await mirror(second)).toMatchObject({ outcome: 'sent', version: '2' });
    expect(await mirror(second)).toMatchObject({ outcome: 'sent', version: '2' });

    const call = mlflowCalls({ url: server.url, headers: {} });
    const { registered_model } = await call('GET', 'registered-models/get', { name: 'tacit-shop' });
    const { aliases } = registered_model as { aliases: { alias: string; version: string }[] };
    expect(Object.fromEntries(aliases.map(({ alias, version }) => [alias, version]))).toEqual({
      champion: '1',
      challenger: '2',
    });
    const { experiment } = await call('GET', 'experiments/get-by-name', { experiment_name: 'tacit-shop' });
    const { experiment_id } = experiment as { experiment_id: string };
    const { runs } = await call('POST', 'runs/search', { experiment_ids: [experiment_id] });
    const held = runs as {
      info: { run_name: string; status: string };
      data: { params: unknown[]; metrics: { key: string; value: number }[] };
    }[];
    expect(held.map(({ info }) => info.run_name).sort()).toEqual(['run-1', 'run-2']);
    const one = held.find(({ info }) => info.run_name === 'run-1')!;
    expect([one.info.status, one.data.params.length]).toEqual(['FINISHED', 131]);
    expect(one.data.metrics).toContainEqual(expect.objectContaining({ key: 'recall_at_10', value: 0.1 }));
  } finally {
    bench.close();
    await server.stop();
  }
}, 180_000);
