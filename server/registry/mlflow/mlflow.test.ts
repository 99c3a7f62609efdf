import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish } from '../../publish/publish.ts';
import { trainedRelease } from '../../publish/trained.case.ts';
import { type Bench, NOW, registryBench, SITE } from '../registry.case.ts';
import { mlflowCalls, mlflowServer } from './client.ts';
import { mirrorRun } from './mirror.ts';

interface Asked {
  readonly line: string;
  readonly body: Record<string, unknown>;
  readonly authorization: string | undefined;
}

/** Answers as the documentation of the REST API says a tracking server does, and remembers what it was asked. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  'GET experiments/get-by-name': {
    status: 404,
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: 'No experiment',
  },
  'POST experiments/create': { experiment_id: '7' },
  'POST runs/search': {},
  'POST runs/create': { run: { info: { run_id: 'abc', artifact_uri: 'mlflow-artifacts:/7/abc/artifacts' } } },
  'POST registered-models/create': { status: 400, error_code: 'RESOURCE_ALREADY_EXISTS', message: 'exists' },
  'GET model-versions/search': {},
  'POST model-versions/create': { model_version: { version: '3' } },
  'DELETE registered-models/alias': {
    status: 404,
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: 'No alias',
  },
};

let bench: Bench;
let server: Server;
let asked: Asked[];
/** requests that are answered 503 before the next one is answered */
let busy: number;
beforeEach(async () => {
  [bench, asked, busy] = [registryBench(), [], 0];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const path = (request.url ?? '').replace('/base/api/2.0/mlflow/', '').split('?')[0];
      const line = `${request.method} ${path}`;
      asked.push({ line, body: JSON.parse(text || '{}'), authorization: request.headers.authorization });
      const answer = busy-- > 0 ? { status: 503 } : (ANSWERS[line] ?? {});
      const { status = 200, ...body } = answer as { status?: number };
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  bench.close();
  await new Promise((resolve) => server.close(resolve));
});

const uri = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
const mirror = (run: string, own: Record<string, string> = {}) =>
  mirrorRun(
    bench.home,
    { site: SITE, environment: { MLFLOW_TRACKING_URI: uri(), ...own }, now: () => NOW },
    run,
  );
const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}@10`, at]));
const recordBig = () =>
  bench.record({
    metrics: numbered(2100),
    lineage: { ...trainedRelease().lineage, parameters: numbered(250) },
  });

describe('an MLflow server', () => {
  it('is told everything of a run, in requests no larger than it takes', async () => {
    const run = await recordBig();
    await publish(bench.context, { site: SITE });
    const said = await mirror(run, { MLFLOW_TRACKING_TOKEN: 'secret' });
    expect(said).toMatchObject({ outcome: 'sent', version: '3' });
    const batches = asked.filter(({ line }) => line === 'POST runs/log-batch').map(({ body }) => body);
    const all = (kind: string) => batches.flatMap((body) => (body[kind] ?? []) as { key: string }[]);
    for (const { params = [], metrics = [], tags = [] } of batches as Record<string, unknown[]>[]) {
      expect(params.length).toBeLessThanOrEqual(100);
      expect(metrics.length).toBeLessThanOrEqual(1000);
      expect(tags.length).toBeLessThanOrEqual(100);
    }
    expect(new Set(all('params').map(({ key }) => key)).size).toBe(251);
    expect(new Set(all('metrics').map(({ key }) => key)).size).toBe(2102);
    for (const { key } of [...all('params'), ...all('metrics')]) expect(key).toMatch(/^[\w\-./ ]+$/);
    expect(asked.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    expect(asked.at(-2)).toMatchObject({
      line: 'POST registered-models/alias',
      body: { name: 'tacit-shop', alias: 'champion', version: '3' },
    });
  });

  it('that is busy is asked again; one that stays away fails nothing, and is told later', async () => {
    const first = await bench.record();
    busy = 2;
    expect(await mirror(first)).toMatchObject({ outcome: 'sent' });
    busy = 1000;
    const second = await bench.record({ seed: 2 });
    expect(await mirror(second)).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('HTTP_503'),
    });
    busy = 0;
    await mirror(await bench.record({ seed: 3 }));
    const outcomes = bench.home.store.runs.notes(SITE, second, 'mirror').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['failed', 'sent']);
  });

  it('is not looked for where none is named, and a name that is none is told', async () => {
    const run = await bench.record();
    expect(await mirror(run, { MLFLOW_TRACKING_URI: '' })).toBeUndefined();
    expect(await mirror(run, { MLFLOW_TRACKING_URI: 'databricks' })).toMatchObject({ outcome: 'failed' });
    expect(await mirror(run, { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' })).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('experiments/get-by-name'),
    });
  });

  it('refuses at once what it does not take', async () => {
    const call = mlflowCalls(mlflowServer({ MLFLOW_TRACKING_URI: uri() })!);
    await expect(call('POST', 'registered-models/create', {})).rejects.toMatchObject({
      code: 'RESOURCE_ALREADY_EXISTS',
    });
    expect(asked).toHaveLength(1);
  });
});
