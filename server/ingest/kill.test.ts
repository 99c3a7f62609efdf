import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProcess, killRepeatedly } from './kill.case.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-kill-'));
let program: string;
beforeAll(async () => {
  program = await buildProcess(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a server that is killed while it ingests', () => {
  it('has every acknowledged event exactly once', async () => {
    const outcome = await killRepeatedly({
      program,
      home: join(folder, 'careful'),
      kills: 2,
      clients: 4,
      mode: 'careful',
      uptime: (kill) => 150 + 70 * kill,
    });
    expect(outcome).toMatchObject({ lost: 0, doubled: 0, integrity: 'ok' });
    expect(outcome.acknowledged).toBeGreaterThan(100);
    expect(outcome.retries).toBeGreaterThan(0);
  });

  it('would be seen to lose events, if it acknowledged before it wrote', async () => {
    const plan = { program, home: join(folder, 'careless'), kills: 1, clients: 4, uptime: () => 250 };
    const outcome = await killRepeatedly({ ...plan, mode: 'careless' });
    expect(outcome.lost).toBeGreaterThan(0);
  });
});
