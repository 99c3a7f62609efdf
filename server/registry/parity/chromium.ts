import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Environment } from '../../environment.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** Where Playwright keeps a Chromium, below a folder a version. */
const INSIDE = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium of this machine: the one that TACIT_CHROMIUM names, one on the path, or Playwright's. */
export function findChromium(environment: Environment): string | undefined {
  const named = environment['TACIT_CHROMIUM'];
  if (named) return existsSync(named) ? named : undefined;
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(Boolean);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...playwrights(environment)].find((file) => existsSync(file));
}

function playwrights(environment: Environment): string[] {
  const folder = environment['PLAYWRIGHT_BROWSERS_PATH'] || join(homedir(), '.cache', 'ms-playwright');
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name));
  return versions.flatMap((version) => INSIDE.map((file) => join(folder, version, file)));
}
