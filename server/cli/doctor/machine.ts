import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createRandom } from '../../../models/random.ts';
import type { Kernel } from '../../../shared/kernel/contract.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { openDatabase } from '../../store/sqlite.ts';
import { type Check, fail, ok, warn } from './finding.ts';

const LEAST_NODE = [20, 19] as const;

export const nodeVersion = (version: string): Check => ({
  name: 'node',
  advice: 'install Node 20.19 or later',
  run() {
    const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
    const enough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
    return enough ? ok(version) : fail(version, 'install Node 20.19 or later');
  },
});

export const sqlite: Check = {
  name: 'sqlite',
  advice: 'npm rebuild better-sqlite3: the native module does not fit this Node',
  run() {
    const db = openDatabase(':memory:');
    try {
      const row = db.prepare<{ version: string }>('SELECT sqlite_version() AS version').get();
      return ok(`SQLite ${row?.version}`);
    } finally {
      db.close();
    }
  },
};

/** Both builds on the same noise: the same rows and the same score bits. */
export const kernel: Check = {
  name: 'kernel',
  advice: 'npm run build: the kernel is not built or this Node cannot run it',
  run() {
    const fast = loadKernel();
    if (fast.build === 'js')
      return warn('no SIMD build here, plain JS serves', 'expect training and candidates to be slower');
    const same = scanNoise(fast) === scanNoise(loadKernel({ build: 'js' }));
    return same
      ? ok('simd and js builds agree bit for bit')
      : fail('simd and js builds disagree', 'do not publish from this machine; report it');
  },
};

const ITEMS = 2000;
const DIMS = 64;

function scanNoise(build: Kernel): string {
  const random = createRandom(7);
  const table = build.table({
    dims: DIMS,
    rows: Int8Array.from({ length: ITEMS * DIMS }, () => random.below(255) - 127),
    scales: Float32Array.from({ length: ITEMS }, () => 0.001 + random.next()),
  });
  const query = Int8Array.from({ length: DIMS }, () => random.below(127) - 63);
  const { rows, scores } = table.scan(query, 100);
  const bits = new Uint32Array(scores.slice().buffer);
  table.free();
  return `${rows.join()}|${bits.join()}`;
}

const LEAST_FREE = 100e6;
const COMFORTABLE = 1e9;

export const diskSpace = (home: string): Check => ({
  name: 'disk',
  advice: 'make room where the home folder lies',
  async run() {
    let folder = home;
    while (!existsSync(folder)) folder = dirname(folder);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const found = `${(free / 1e9).toFixed(1)} GB free`;
    if (free < LEAST_FREE) return fail(found, 'make room: at least 100 MB, better 1 GB');
    return free < COMFORTABLE ? warn(found, 'make room: 1 GB or more') : ok(found);
  },
});

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

export const browser = (environment: Readonly<Record<string, string | undefined>>): Check => ({
  name: 'browser',
  advice: 'only the tests need one: npx playwright install --with-deps chromium',
  run() {
    const named = environment['TACIT_CHROMIUM'];
    const folders = (environment['PATH'] ?? '').split(delimiter).filter(Boolean);
    const onPath = folders.flatMap((folder) => BROWSERS.map((name) => join(folder, name)));
    const playwrights = join(homedir(), '.cache', 'ms-playwright');
    const found = [...(named ? [named] : []), ...onPath, playwrights].find((file) => existsSync(file));
    return found ? ok(found) : warn('none found', this.advice);
  },
});
