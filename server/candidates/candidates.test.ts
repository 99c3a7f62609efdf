import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeShard } from '../../shared/bundle/shard.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { CandidateResponse } from '../../shared/protocol/sync.ts';
import { DIMS, ITEMS, trainedRelease } from '../publish/trained.case.ts';
import { codeOf, SITE, type TestServer, testServer } from '../serving.case.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ candidates: true, mode: 'off' });
});
afterAll(() => server.stop());

const query = Array.from({ length: DIMS }, (_, d) => ((d * 29) % 127) - 63);
const ask = (own: object = {}, init: RequestInit = {}) =>
  fetch(`${server.url}/v1/candidates`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ site: SITE, space: 'space-1', query, limit: 10, ...own }),
    ...init,
  });

describe('candidates for a vector', () => {
  it('are none before there is a release', async () => {
    expect(await codeOf(await ask())).toBe('404 no-release');
  });

  it("are those of a device's own scan, score by score", async () => {
    const { release } = await server.release();
    const found = (await (await ask()).json()) as CandidateResponse;
    const shard = decodeShard(trainedRelease().parts[0]!.bytes);
    const { rows, scores } = loadKernel({ build: 'js' })
      .table(shard.embeddings)
      .scan(Int8Array.from(query), 10);
    const expected = Array.from(rows, (row, i) => ({ item: shard.ids.idAt(row), score: scores[i] }));
    expect(found).toEqual({ space: 'space-1', release, candidates: expected });
  });

  it('are at most all items', async () => {
    const all = (await (await ask({ limit: 500 })).json()) as CandidateResponse;
    expect(new Set(all.candidates.map((one) => one.item)).size).toBe(ITEMS);
  });

  it('are answered for the space before while devices change over, and not for a third', async () => {
    await server.release({ seed: 2 });
    for (const space of ['space-1', 'space-2'])
      expect(((await (await ask({ space })).json()) as CandidateResponse).space).toBe(space);
    await server.release({ seed: 3 });
    const gone = await ask({ space: 'space-1' });
    expect(gone.status).toBe(409);
    expect(await gone.json()).toMatchObject({
      code: 'other-space',
      expected: ['space-3', 'space-2'],
      found: 'space-1',
    });
    expect((await ask({ space: 'space-2' })).status).toBe(200);
  });

  it('are refused for what is no vector of the space, or comes from elsewhere', async () => {
    const code = async (own: object, init?: RequestInit) =>
      codeOf(await ask({ space: 'space-3', ...own }, init));
    expect(await code({ query: [1, 2] })).toBe('400 bad-query');
    expect(await code({ query: query.map(() => 64) })).toBe('400 bad-body');
    expect(await code({ query: query.map(() => 0.5) })).toBe('400 bad-body');
    expect(await code({ limit: 1e9 })).toBe('400 bad-body');
    expect(await code({ pseudonym: 'who' })).toBe('400 bad-body');
    expect(await code({ site: 'nobody' })).toBe('404 no-release');
    expect(await code({}, { headers: { origin: 'https://evil.example' } })).toBe('403 bad-origin');
  });

  it('are off unless the shop turns them on', async () => {
    const other = await testServer();
    expect((await fetch(`${other.url}/v1/candidates`, { method: 'POST', body: '{}' })).status).toBe(404);
    await other.stop();
  });
});
