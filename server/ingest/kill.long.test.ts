import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildProcess, killRepeatedly } from './kill.case.ts';

const folder = mkdtempSync(join(tmpdir(), 'tacit-kill-'));
let program: string;
beforeAll(async () => {
  program = await buildProcess(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('after two hundred kills every acknowledged event is there exactly once', async () => {
  const outcome = await killRepeatedly({
    program,
    home: join(folder, 'home'),
    kills: 200,
    clients: 6,
    mode: 'careful',
    // From before the first batch is done to some hundreds of batches.
    uptime: (kill) => (kill * 37) % 400,
  });
  console.info('kills', outcome);
  expect(outcome).toMatchObject({ kills: 200, lost: 0, doubled: 0, integrity: 'ok' });
  expect(outcome.acknowledged).toBeGreaterThan(2_000);
});
