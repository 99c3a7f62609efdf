// Finds browsers. Chromium: the one that is named, Playwright's own, the system's; installed only when asked to.
// Firefox and WebKitGTK: the system's.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, run, say } from './ready.mjs';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

async function playwrights() {
  const { chromium } = await import('playwright');
  const file = chromium.executablePath();
  return file && existsSync(file) ? file : undefined;
}

/** @returns {Promise<{executablePath: string, args: string[]} | undefined>} */
export async function findChromium() {
  const named = process.env.TACIT_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (!existsSync(named))
      throw new Error(`TACIT_CHROMIUM: expected a browser's path, found no file at ${named}`);
    return { executablePath: named, args: ARGS };
  }
  const found = (await playwrights()) ?? SYSTEM_NAMES.map(onPath).find(Boolean);
  return found === undefined ? undefined : { executablePath: found, args: ARGS };
}

/** Finds a browser or installs one where the rights suffice; otherwise prints the command and ends. */
export async function needChromium() {
  const found = await findChromium();
  if (found !== undefined) return found;
  const asRoot = process.getuid?.() === 0;
  if (asRoot && onPath('apt-get') !== undefined) {
    run('installing Chromium: package lists', 'apt-get', ['update', '-q']);
    run('installing Chromium', 'apt-get', ['install', '-y', '-q', 'chromium', 'fonts-dejavu-core']);
  } else {
    say('tacit: no Chromium found; trying Playwright’s own');
    spawnSync('npx', ['playwright', 'install', 'chromium'], {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
    });
  }
  const now = await findChromium();
  if (now !== undefined) return now;
  say(
    'tacit: the tests need a browser. As an administrator, run: npx playwright install --with-deps chromium',
  );
  return process.exit(1);
}

/** @returns {string | undefined} a Firefox that speaks WebDriver BiDi */
export const findFirefox = () => ['firefox-esr', 'firefox'].map(onPath).find(Boolean);

const MINI_BROWSERS = ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'];
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/libexec',
];

/** WebKitGTK's driver, its small browser, and a screen to draw on. */
export function findWebKit() {
  const driver = onPath('WebKitWebDriver');
  const xvfb = onPath('Xvfb');
  const browser = LIBRARIES.flatMap((folder) =>
    MINI_BROWSERS.map((name) => join(folder, name, 'MiniBrowser')),
  ).find((file) => existsSync(file));
  return driver && xvfb && browser ? { driver, xvfb, browser } : undefined;
}

/** Says which engines the tests will not see, and what would bring them. */
export function nameMissingEngines() {
  if (findFirefox() === undefined)
    say('tacit: no Firefox found: its tests are left out (package firefox-esr)');
  if (findWebKit() === undefined)
    say('tacit: no WebKitGTK found: its tests are left out (packages webkit2gtk-driver and xvfb)');
}
