import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { eventsUrl } from '../../shared/protocol/routes.ts';
import { openHome } from '../home.ts';
import { ackOf, eventBatch, releaseIn, SITE, wireEvent } from '../serving.case.ts';
import { buildProcess, startProcess } from './kill.case.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-full-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Linux lets a limit on another process's files be lifted while it runs. */
describe.runIf(process.platform === 'linux')('a server whose disk is full', () => {
  it('acknowledges nothing more, serves on, and recovers when there is room', async () => {
    const opened = openHome(folder);
    const { write } = opened.keys.access(SITE);
    opened.close();
    const release = await releaseIn(folder);
    const server = await startProcess(await buildProcess(folder), {
      home: folder,
      mode: 'careful',
      fileLimit: 1024,
    });
    const send = (events: readonly unknown[]) =>
      fetch(eventsUrl(server.url, SITE, write), { method: 'POST', body: JSON.stringify(eventBatch(events)) });

    const acknowledged = new Set<string>();
    let refused: { response: Response; events: unknown[] } | undefined;
    for (let i = 0; i < 500 && !refused; i++) {
      const events = Array.from({ length: 50 }, () => wireEvent());
      const response = await send(events);
      if (response.ok) for (const id of (await ackOf(response)).accepted) acknowledged.add(id);
      else refused = { response, events };
    }
    expect(refused?.response.status).toBe(503);
    expect(Number(refused?.response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused?.response.json()).toMatchObject({ code: 'unavailable' });
    const manifest = await fetch(`${server.url}/v1/manifest?site=${SITE}`);
    expect(await manifest.text()).toBe(release.envelope);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);

    execFileSync('prlimit', ['--fsize=unlimited', '--pid', String(server.pid)]);
    const retried = await ackOf(await send(refused?.events ?? []));
    expect(retried.accepted).toHaveLength(50);
    for (const id of retried.accepted) acknowledged.add(id);
    await server.kill();

    const home = openHome(folder);
    expect(home.store.events.count(SITE)).toBe(acknowledged.size);
    expect(home.store.interactions.count(SITE)).toBe(acknowledged.size);
    home.close();
  });
});
