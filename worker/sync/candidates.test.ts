import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, ShopperState } from '../../shared/engine/contract.ts';
import { closeEngine, openRelease } from '../../shared/engine/engine.ts';
import { goldenState } from '../../shared/engine/golden.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ReleaseId, SiteId } from '../../shared/protocol/ids.ts';
import { CandidateRequest } from '../../shared/protocol/sync.ts';
import { testBundle } from '../bundle.case.ts';
import { type TestHost, testHost } from '../host.case.ts';
import { EMPTY_STATE } from '../shopper.ts';
import { createCandidates, type ServerCandidates } from './candidates.ts';
import { closed } from './ingest.case.ts';

describe('candidates of the server', () => {
  let server: Server;
  let host: TestHost;
  let engine: Engine;
  let state: ShopperState;
  let requests: { text: string; headers: Record<string, unknown> }[];
  let answer: () => string;
  let candidates: ServerCandidates;
  let troubles: string[];

  beforeEach(async () => {
    requests = [];
    troubles = [];
    host = testHost();
    const bundle = testBundle();
    const parts = new Map(bundle.parts.map(({ role, bytes }) => [role, bytes]));
    engine = openRelease(parts, 'r-1' as ReleaseId, loadKernel());
    state = goldenState(bundle.golden);
    answer = () =>
      JSON.stringify({
        space: 'test-space',
        release: 'r-1',
        candidates: [{ item: 'rugs-07', score: 3 }],
      });
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        requests.push({ text, headers: request.headers });
        response.end(answer());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    candidates = createCandidates({
      site: 'shop' as SiteId,
      url,
      host,
      trouble: (code) => troubles.push(code),
    });
  });
  afterEach(async () => {
    closeEngine(engine);
    await closed(server);
  });

  test('are asked for by a coarse vector and nothing else, and are there for the next slate', async () => {
    candidates.ask(engine, state);
    expect(candidates.latest()).toBeUndefined();
    await expect
      .poll(() => candidates.latest()?.candidates.map(({ item }) => item), { timeout: 10_000 })
      .toEqual(['rugs-07']);
    const [request] = requests;
    const body = v.parse(CandidateRequest, JSON.parse(request?.text ?? ''));
    expect(Object.keys(body).sort()).toEqual(['limit', 'query', 'site', 'space']);
    expect(body.query).toHaveLength(16);
    expect(request?.headers['cookie']).toBeUndefined();
    expect(request?.headers['referer']).toBeUndefined();
  });

  test('are not asked for a shopper of whom nothing is known, nor twice the same, nor at every slate', async () => {
    candidates.ask(engine, EMPTY_STATE);
    candidates.ask(engine, state);
    candidates.ask(engine, state);
    await expect.poll(() => candidates.latest(), { timeout: 10_000 }).toBeDefined();
    host.advance(60_000);
    candidates.ask(engine, state);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests).toHaveLength(1);
  });

  test('that no schema admits are none', async () => {
    answer = () => '<!doctype html>';
    candidates.ask(engine, state);
    await expect.poll(() => troubles, { timeout: 10_000 }).toEqual(['candidates-failed']);
    expect(candidates.latest()).toBeUndefined();
  });

  test('asked for before the shopper was forgotten are not believed afterwards', async () => {
    candidates.ask(engine, state);
    candidates.forget();
    await expect.poll(() => requests, { timeout: 10_000 }).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(candidates.latest()).toBeUndefined();
  });
});
