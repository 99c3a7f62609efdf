import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openHome } from '../home.ts';
import { openLog } from '../monitoring/log.ts';
import { releaseIn, SITE, wireEvent } from '../serving.case.ts';
import { startCare } from './care.ts';
import { manifestOf } from './publish.ts';

const DAY = 24 * 3600 * 1000;
const folder = mkdtempSync(join(tmpdir(), 'tacit-care-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a serving process signs anew what runs out, and lets go of what browsers told a month ago', async () => {
  const home = openHome(folder);
  home.keys.access(SITE);
  const first = await releaseIn(folder);
  const began = Date.now();
  home.store.events.accept(SITE, 'p', [wireEvent()], began - 20 * DAY);
  home.store.events.accept(SITE, 'p', [wireEvent()], began);
  const careAt = async (now: number) => {
    await startCare({ ...home, now: () => now }, openLog('silent')).stop();
    return home.store.releases.current(SITE)!;
  };
  expect((await careAt(began + DAY)).version).toBe(1);
  expect(home.store.events.count(SITE)).toBe(2);

  const renewed = await careAt(began + 11 * DAY);
  expect(renewed).toMatchObject({ version: 2, release: first.release, reason: 'renew' });
  expect(manifestOf(renewed).expiresAt).toBeGreaterThan(manifestOf(first).expiresAt);
  expect(home.store.events.count(SITE)).toBe(1);
  expect(home.store.interactions.count(SITE)).toBe(1);
  home.close();
});
